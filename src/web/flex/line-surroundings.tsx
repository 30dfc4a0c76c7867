import { createContext, type ReactNode, useContext } from 'react';
import type { LineAction } from './line-action-rules.ts';

/** What the renderer says itself; everything else on a card is the brand's. */
export type FlexWords = {
  unknown: (type: string) => string;
  sticker: string;
  picture: string;
  video: string;
  audio: string;
  place: string;
};

/** What surrounds a message: who carries out a tap, where its addresses are found, the words. */
export type LineSurroundings = {
  onAction: (action: LineAction) => void;
  /** Where the browser finds an address of the message: the demo's public host stands on this machine. */
  resolveUrl: (url: string) => string;
  words: FlexWords;
};

const Surroundings = createContext<LineSurroundings | null>(null);

export function LineSurroundingsProvider(props: { value: LineSurroundings; children?: ReactNode }) {
  return <Surroundings value={props.value}>{props.children}</Surroundings>;
}

/** The nearest surroundings; a message outside of them is a programming fault. */
export function useLineSurroundings(): LineSurroundings {
  const value = useContext(Surroundings);
  if (!value) throw new Error('A LINE message needs a LineSurroundingsProvider around it');
  return value;
}

/** The small note that stands in for what cannot be drawn. */
export function UnknownNote(props: { type: unknown }) {
  const { words } = useLineSurroundings();
  const name = typeof props.type === 'string' && props.type !== '' ? props.type.slice(0, 40) : '?';
  return <div className="flex-note">{words.unknown(name)}</div>;
}
