import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useWords } from '../words/words.tsx';

type PhoneLayerProps = { title: string; isWhole?: boolean; onClose: () => void; children: ReactNode };

/** A sheet over the chat: takes the focus, closes by its button or Escape, gives the focus back. */
export function PhoneLayer({ title, isWhole = false, onClose, children }: PhoneLayerProps) {
  const words = useWords();
  const sheet = useRef<HTMLDivElement>(null);
  // Read while drawing: once the sheet stands, the chat is inert and has lost its focus.
  const [opener] = useState(() => document.activeElement);
  useEffect(() => {
    const first = sheet.current?.querySelector<HTMLElement>('input, .layer-body button');
    (first ?? sheet.current)?.focus();
    return () => {
      // In StrictMode's rehearsal the chat is still inert and the call does nothing.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, [opener]);
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
