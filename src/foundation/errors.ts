/** A fault: something that should work did not. `code` is stable, `cause` the error behind it. */
export class Fault extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
  }
}

/**
 * The message of anything thrown, for logs and `error` columns; never longer than 500 characters.
 * @param said what people said in what failed: errors like to quote it, logs must not
 */
export function describeError(error: unknown, said: readonly string[] = []): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return hidePersonal(text, said).replaceAll('\u0000', '').slice(0, 500);
}

/** The same with the way that the error took, for the log. */
export function describeFault(error: Error, said: readonly string[] = []) {
  // The first lines of a stack repeat the message.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return {
    name: error.name,
    message: hidePersonal(error.message, said).slice(0, 500),
    stack: frames.join('\n'),
  };
}

const digitsOfSomebody =
  /(?<![0-9A-Za-z])(?:\+?\d{6,}|\+\d[\d -]{6,}\d|0\d{1,3}[- ]\d{3,4}[- ]\d{3,4})(?![0-9A-Za-z])/g;
const mailAddress = /[^\s"'<>@]+@[^\s"'<>@]+\.[^\s"'<>@]+/g;
/** Values are quoted, and so are names of columns and constraints; those are of use to whoever reads the log. */
const quoted = /"(?![a-z][a-z0-9_.]*")[^"]*"/g;

/** Takes out what may be somebody's: what they said, addresses, phone numbers, codes, quoted values. */
function hidePersonal(text: string, said: readonly string[]): string {
  const longestFirst = said.toSorted((one, other) => other.length - one.length);
  return longestFirst
    .reduce((rest, words) => rest.replaceAll(words, '[said]'), text)
    .replace(quoted, '"[cut]"')
    .replace(mailAddress, '[mail]')
    .replace(digitsOfSomebody, '[digits]');
}

/** Every text inside a JSON value, as it stands and as it is usually tidied, for `said`. */
export function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const tidied = value.normalize('NFKC').trim();
    return [...new Set([value, value.trim(), tidied, tidied.toLowerCase()])].filter(
      (text) => text.length > 1,
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(wordsIn);
}

const outageCodes = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08003',
  '08006',
  '08001',
  '08004',
]);
const outageErrnos = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT']);

/**
 * Whether the database itself was away (restarting, recovering, unreachable), which says nothing about the
 * work that was tried.
 */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (outageCodes.has(code) || outageErrnos.has(code))) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|driver has already been destroyed/i.test(
    error.message,
  );
}
