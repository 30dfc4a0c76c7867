import type { ChatLine, SimulatedSms } from '#simulator/contract.ts';

/** Country code and leading zero aside, so many digits tell one phone from another. */
const tellingDigits = 9;

const digitsOf = (text: string): string => text.normalize('NFKC').replace(/\D/g, '');

/** The six-digit code in a text message. */
export const codeIn = (sms: SimulatedSms): string | undefined => /(?<!\d)\d{6}(?!\d)/u.exec(sms.text)?.[0];

/**
 * The newest text message to the phone of a shopper: one whose number they typed in their chat, and whose code they
 * did not type since. @param sms newest first
 */
export function newestSmsFor(lines: readonly ChatLine[], sms: readonly SimulatedSms[]): SimulatedSms | null {
  const typed = lines.flatMap((line) =>
    line.from === 'shopper' ? [{ at: Date.parse(line.at), digits: digitsOf(line.text) }] : [],
  );
  const isOwn = ({ to, at }: SimulatedSms) => {
    const number = digitsOf(to).slice(-tellingDigits);
    return typed.some(
      (line) =>
        line.at <= Date.parse(at) && line.digits.length >= tellingDigits && line.digits.endsWith(number),
    );
  };
  const newest = sms.find(isOwn);
  if (!newest) return null;
  const code = codeIn(newest);
  const isUsed = typed.some((line) => line.at >= Date.parse(newest.at) && line.digits === code);
  return isUsed ? null : newest;
}
