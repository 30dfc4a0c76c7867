import { type SubmitEvent, useId, useState } from 'react';
import { describeProblem } from '../../kit/browser/describe-problem.ts';
import { useKitWords, useWords } from '../../kit/browser/language.tsx';
import { counterCalls } from './counter-api.ts';
import { staffBook } from './staff-book.ts';
import { TopBar } from './top-bar.tsx';

const digitsOf = (typed: string): string => typed.normalize('NFKC').replace(/\D/g, '').slice(0, 8);
const inFours = (digits: string): string => digits.replace(/^(\d{4})(?=\d)/, '$1 ');

/** Ties this device to a store: the eight digits that the console shows. */
export function PairingForm({ brandName, onPaired }: { brandName: string; onPaired: () => Promise<void> }) {
  const words = useWords(staffBook);
  const kit = useKitWords();
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const id = useId();
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (code.length !== 8) return setProblem(words.pairing.eightDigits);
    setSending(true);
    setProblem(null);
    try {
      await counterCalls.pair(code);
      await onPaired();
    } catch (error) {
      setCode('');
      setProblem(describeProblem(kit, error));
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      <TopBar brandName={brandName} device={null} />
      <main className="sheet">
        <h1>{words.pairing.title}</h1>
        <p>{words.pairing.text}</p>
        <form onSubmit={send} noValidate>
          <label htmlFor={id}>{words.pairing.code}</label>
          <input
            id={id}
            className="code"
            inputMode="numeric"
            autoComplete="off"
            // biome-ignore lint/a11y/noAutofocus: the only field of the page
            autoFocus
            value={inFours(code)}
            aria-invalid={problem !== null}
            aria-describedby={`${id}-problem`}
            onChange={(event) => setCode(digitsOf(event.currentTarget.value))}
          />
          <p id={`${id}-problem`} className="problem" role="alert">
            {problem}
          </p>
          <button type="submit" className="primary" disabled={isSending}>
            {words.pairing.send}
          </button>
        </form>
      </main>
    </>
  );
}
