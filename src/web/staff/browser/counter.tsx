import { useEffect } from 'react';
import { onSignedOut } from '../../kit/browser/api-client.ts';
import { describeProblem } from '../../kit/browser/describe-problem.ts';
import { LanguageProvider, useKitWords, useWords } from '../../kit/browser/language.tsx';
import { AtWorkPage } from './at-work-page.tsx';
import { PairingForm } from './pairing-form.tsx';
import { PeopleScreen } from './people-screen.tsx';
import { staffBook } from './staff-book.ts';
import { useCounter } from './use-counter.ts';

/** The page of a shared device: tied to a store, then whoever takes over by PIN. */
export function Counter() {
  const { view, load, lock, takeOver } = useCounter();
  const words = useWords(staffBook);
  const kit = useKitWords();
  useEffect(() => onSignedOut(() => void load()), [load]);
  useEffect(() => {
    document.title = words.title;
  }, [words]);
  switch (view.kind) {
    case 'loading':
      return (
        <p className="quiet" role="status">
          {kit.loading}
        </p>
      );
    case 'broken':
      return (
        <main className="sheet" role="alert">
          <h1>{kit.broken}</h1>
          <p>{describeProblem(kit, view.error)}</p>
          <button type="button" className="primary" onClick={() => void load()}>
            {kit.buttons.retry}
          </button>
        </main>
      );
    case 'pairing':
      return <PairingForm brandName={view.brandName} onPaired={load} />;
    case 'people':
      return <PeopleScreen counter={view.counter} first={view.chosen} onChanged={takeOver} />;
    case 'at_work':
      return (
        <LanguageProvider key={view.session.staff.id} start={view.session.staff.language}>
          <AtWorkPage session={view.session} onLock={lock} />
        </LanguageProvider>
      );
  }
}
