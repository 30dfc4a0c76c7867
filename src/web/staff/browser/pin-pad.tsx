import { useWords } from '../../kit/browser/language.tsx';
import { staffBook } from './staff-book.ts';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

type Of = { onDigit: (digit: string) => void; onBack: () => void; isOff: boolean };

/** Digits as on a phone, each large enough for a thumb. */
export function PinPad({ onDigit, onBack, isOff }: Of) {
  const words = useWords(staffBook);
  const key = (digit: string) => (
    <button key={digit} type="button" disabled={isOff} onClick={() => onDigit(digit)}>
      {digit}
    </button>
  );
  return (
    <fieldset className="pad">
      <legend className="unseen">{words.pin.pad}</legend>
      {digits.map(key)}
      <span />
      {key('0')}
      <button type="button" disabled={isOff} onClick={onBack} aria-label={words.pin.takeBack}>
        <svg
          viewBox="0 0 24 24"
          width="30"
          height="30"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
          aria-hidden="true"
        >
          <path
            d="M8.5 5.5H20v13H8.5L3 12zM11.5 9.5l5 5m0-5-5 5"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
      </button>
    </fieldset>
  );
}
