import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../words/words.tsx';

type PhoneLayerProps = { title: string; isWhole?: boolean; onClose: () => void; children: ReactNode };

/** A sheet over the chat: takes the focus, closes by its button or Escape, gives the focus back. */
export function PhoneLayer({ title, isWhole = false, onClose, children }: PhoneLayerProps) {
  const words = useWords();
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const first = sheet.current?.querySelector<HTMLElement>('input, .layer-body button');
    (first ?? sheet.current)?.focus();
    return () => {
      // The chat is still inert while this unmounts, so it takes its focus back a moment later.
      if (before instanceof HTMLElement) queueMicrotask(() => before.focus());
    };
  }, []);
  return (
    <div className="layer">
      <div
        ref={sheet}
        className={isWhole ? 'layer-sheet layer-whole' : 'layer-sheet'}
        role="dialog"
        aria-modal="true"
        aria-label={title}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
        }}
      >
        <div className="layer-head">
          <strong>{title}</strong>
          <button type="button" onClick={onClose}>
            {words.close}
          </button>
        </div>
        <div className="layer-body">{children}</div>
      </div>
    </div>
  );
}
