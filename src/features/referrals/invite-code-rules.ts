/** The letters and digits of `randomUnmistakable`. */
const letter = '[23456789ABCDEFGHJKMNPQRSTVWXYZ]';
const wholeCode = new RegExp(`^${letter}{8}$`);
const codeInLink = new RegExp(`LINE\\.ME/R/OAMESSAGE/[^\\s?]*\\?(${letter}{8})(?![0-9A-Z])`);
const anyCode = new RegExp(`(?<![0-9A-Z%@])${letter}{8}(?![0-9A-Z])`, 'g');

/** What a message says of an invitation code. `isSure`: it can be nothing else, so an unknown one is told so. */
export type SaidCode = { code: string; isSure: boolean };

/**
 * The code that a whole message is, or that stands in a forwarded invitation. Eight letters without a digit may be
 * an ordinary word, eight digits a number: they are a code only if there is such a code.
 * @param markers the words before the code in invitations of each language
 */
export function readSaidCode(text: string, markers: readonly string[]): SaidCode | null {
  const plain = text.normalize('NFKC').toUpperCase().trim();
  const whole = plain.replace(/[\s。.!?,、「」『』"']+$/u, '').replace(/^[「『"']+/u, '');
  if (wholeCode.test(whole)) return { code: whole, isSure: looksMade(whole) };
  const linked = codeInLink.exec(plain)?.[1];
  if (linked) return { code: linked, isSure: true };
  if (!markers.some((marker) => plain.includes(marker.normalize('NFKC').toUpperCase()))) return null;
  const made = plain.match(anyCode)?.find(looksMade);
  return made ? { code: made, isSure: true } : null;
}

/** Every code of ours has a letter and a digit. */
export const looksMade = (code: string): boolean => /[0-9]/.test(code) && /[A-Z]/.test(code);
