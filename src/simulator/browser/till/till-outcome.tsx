import { useEffect, useRef } from 'react';
import type { PageWords } from '../words/page-words.ts';
import { useWords } from '../words/words.tsx';
import { tellRefused } from './tell-refused.ts';
import { TillRefusal } from './till-api.ts';

export type Outcome = { isGood: true; text: string } | { isGood: false; error: unknown };

/** What the till's last call came to: the sentence, or what the API refused. */
export function TillOutcome({ outcome }: { outcome: Outcome | null }) {
  const words = useWords();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (outcome && !(outcome.isGood && outcome.text === ''))
      place.current?.scrollIntoView({ block: 'nearest' });
  }, [outcome]);
  return <div ref={place}>{outcome && <OutcomeText outcome={outcome} words={words} />}</div>;
}

function OutcomeText({ outcome, words }: { outcome: Outcome; words: PageWords }) {
  if (outcome.isGood) {
    return (
      <p role="status" className="till-outcome good">
        {outcome.text}
      </p>
    );
  }
  const { error } = outcome;
  if (!(error instanceof TillRefusal)) return <Problem title={String(error)} />;
  if (error.status === 0) return <Problem title={words.till.unreachable} />;
  const reasons = error.reasons.map((reason) => tellRefused(reason, words));
  return <Problem title={words.till.refused(error.status)} reasons={[...new Set(reasons)]} />;
}

function Problem({ title, reasons = [] }: { title: string; reasons?: readonly string[] }) {
  return (
    <div role="alert" className="till-outcome problem">
      <p>{title}</p>
      {reasons.length > 0 && (
        <ul>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
