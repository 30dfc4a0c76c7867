import type { CSSProperties, KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { type LineAction, readAction } from './line-action-rules.ts';
import { useLineSurroundings } from './line-surroundings.tsx';

type TappableProps = {
  /** The action as it came over the wire; anything that is none leaves the element inert. */
  action: unknown;
  /** A box may hold other tappable things, so it never becomes a link element itself. */
  container?: boolean;
  className?: string;
  style?: CSSProperties;
  children: ReactNode;
};

/** An element that carries out its action by a tap, Enter or Space: a link for addresses, else a button. */
export function Tappable({ action: wire, container, className, style, children }: TappableProps) {
  const { onAction, resolveUrl } = useLineSurroundings();
  const action = readAction(wire);
  if (!action) {
    return (
      <div className={className} style={style}>
        {children}
      </div>
    );
  }
  const run = (event: MouseEvent | KeyboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    onAction(action);
  };
  if (action.type === 'uri' && !container) {
    return (
      <a
        className={join(className, 'flex-tap')}
        style={style}
        href={resolveUrl(action.uri)}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={ariaLabel(action, children)}
        onClick={run}
      >
        {children}
      </a>
    );
  }
  // A div, because a box may hold blocks and further buttons, which a button element may not.
  const tap = {
    role: action.type === 'uri' ? 'link' : 'button',
    className: join(className, 'flex-tap'),
    style,
    tabIndex: 0,
    'aria-label': ariaLabel(action, children),
    onClick: run,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.target === event.currentTarget && (event.key === 'Enter' || event.key === ' ')) run(event);
    },
    children,
  };
  return <div {...tap} />;
}

/** A picture has no words of its own, so the label is read; elsewhere the content is. */
function ariaLabel(action: LineAction, children: ReactNode): string | undefined {
  return typeof children === 'string' ? undefined : action.label || undefined;
}

function join(...names: (string | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
