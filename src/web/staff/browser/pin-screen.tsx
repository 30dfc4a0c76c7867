import { useEffect, useEffectEvent, useState } from 'react';
import { ApiRefusal } from '../../kit/browser/api-client.ts';
import { describeProblem } from '../../kit/browser/describe-problem.ts';
import { useKitWords, useWords } from '../../kit/browser/language.tsx';
import { type CounterPerson, counterCalls } from './counter-api.ts';
import { PinPad } from './pin-pad.tsx';
import { staffBook } from './staff-book.ts';

const pinLength = 6;

type Of = { person: CounterPerson; onBack: () => void; onChanged: () => Promise<void> };

/** The PIN of one person: sent with its last digit, by touch or by keyboard. */
export function PinScreen({ person, onBack, onChanged }: Of) {
  const words = useWords(staffBook);
  const kit = useKitWords();
  const [pin, setPin] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);

  const send = async (whole: string) => {
    setSending(true);
    try {
      await counterCalls.switchTo(person.id, whole);
      await onChanged();
    } catch (error) {
      setProblem(describeProblem(kit, error));
      if (error instanceof ApiRefusal && error.code === 'not_paired') await onChanged();
    } finally {
      setPin('');
      setSending(false);
    }
  };
  const add = (digit: string) => {
    if (isSending || pin.length >= pinLength) return;
    setProblem(null);
    setPin(pin + digit);
    if (pin.length + 1 === pinLength) void send(pin + digit);
  };
  const takeBack = () => !isSending && setPin(pin.slice(0, -1));

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) add(event.key);
    else if (event.key === 'Backspace') takeBack();
    else if (event.key === 'Escape') onBack();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  return (
    <main className="pin">
      <h1>{words.pin.title(person.name)}</h1>
      <p className="problem" role="alert">
        {problem}
      </p>
      <p className="dots" role="status" data-sending={isSending || undefined}>
        {/* How many, never which. */}
        <span className="unseen">{words.pin.typed(String(pin.length))}</span>
        {Array.from({ length: pinLength }, (_, place) => `dot-${place}`).map((key, place) => (
          <span key={key} aria-hidden="true" data-filled={place < pin.length || undefined} />
        ))}
      </p>
      <PinPad onDigit={add} onBack={takeBack} isOff={isSending} />
      <button type="button" className="plain" onClick={onBack}>
        {words.pin.somebodyElse}
      </button>
    </main>
  );
}
