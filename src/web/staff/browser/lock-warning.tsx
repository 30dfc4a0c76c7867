import { useEffect, useRef } from 'react';
import { useWords } from '../../kit/browser/language.tsx';
import { staffBook } from './staff-book.ts';

/** Covers the page before it locks; any touch or key keeps it open. */
export function LockWarning({ seconds }: { seconds: number }) {
  const words = useWords(staffBook);
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => stay.current?.focus(), []);
  return (
    <div className="warning">
      <div className="card" role="alertdialog" aria-label={words.warning.title}>
        <p className="warning-title">{words.warning.title}</p>
        <p className="warning-seconds" role="timer">
          {seconds}
        </p>
        <button type="button" className="primary" ref={stay}>
          {words.warning.stay}
        </button>
      </div>
    </div>
  );
}
