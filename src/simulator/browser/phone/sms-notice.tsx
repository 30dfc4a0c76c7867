import { useState } from 'react';
import type { SimulatedSms } from '#simulator/contract.ts';
import { useWords } from '../words/words.tsx';
import { codeIn } from './sms-for-rules.ts';

/** A notice that was not read stays as long as a code in it would be good, by the shop's clock or by ours. */
const freshMinutes = 5;

const dismissedKey = 'shuke-simulator-sms-seen';

type SmsNoticeProps = { newest: SimulatedSms | null; now: string; onFillIn: (code: string) => void };

/** A text message that came to this phone, above its chat; a six-digit code in it can be filled in by a tap. */
export function SmsNotice({ newest, now, onFillIn }: SmsNoticeProps) {
  const words = useWords();
  const [dismissed, setDismissed] = useState(() => sessionStorage.getItem(dismissedKey));
  if (!newest || newest.id === dismissed) return null;
  const age = Math.min(...[Date.parse(now), Date.now()].map((at) => Math.abs(at - Date.parse(newest.at))));
  if (age > freshMinutes * 60_000) return null;
  const code = codeIn(newest);
  const dismiss = () => {
    sessionStorage.setItem(dismissedKey, newest.id);
    setDismissed(newest.id);
  };
  return (
    <div className="sms" role="alert">
      <p className="sms-head">
        {words.phone.sms} · {newest.to}
      </p>
      <p>{newest.text}</p>
      <div className="sms-buttons">
        {code && (
          <button
            type="button"
            className="primary"
            onClick={() => {
              onFillIn(code);
              dismiss();
            }}
          >
            {words.phone.fillIn(code)}
          </button>
        )}
        <button type="button" onClick={dismiss}>
          {words.close}
        </button>
      </div>
    </div>
  );
}
