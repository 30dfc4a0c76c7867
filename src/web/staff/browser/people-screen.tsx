import { useState } from 'react';
import { useKitWords, useWords } from '../../kit/browser/language.tsx';
import type { CounterPerson, CounterState } from './counter-api.ts';
import { PinScreen } from './pin-screen.tsx';
import { staffBook } from './staff-book.ts';
import { TopBar } from './top-bar.tsx';

type Of = { counter: CounterState; first: CounterPerson | null; onChanged: () => Promise<void> };

/** Who takes over: a name, then its PIN. @param first begins at the PIN of this person */
export function PeopleScreen({ counter, first, onChanged }: Of) {
  const words = useWords(staffBook);
  const kit = useKitWords();
  const [chosen, setChosen] = useState(first);
  return (
    <>
      <TopBar brandName={counter.brandName} device={counter.device} />
      {chosen ? (
        <PinScreen key={chosen.id} person={chosen} onBack={() => setChosen(null)} onChanged={onChanged} />
      ) : (
        <main className="people">
          <h1>{words.people.title}</h1>
          {counter.people.length === 0 ? (
            <div className="nobody">
              <p>{words.people.nobody}</p>
              <button type="button" onClick={() => void onChanged()}>
                {kit.buttons.retry}
              </button>
            </div>
          ) : (
            <ul>
              {counter.people.map((person) => (
                <li key={person.id}>
                  <button type="button" className="person" onClick={() => setChosen(person)}>
                    {person.name}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </main>
      )}
    </>
  );
}
