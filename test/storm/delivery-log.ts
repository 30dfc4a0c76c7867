import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** One request to the stand-in, written down before it was answered. */
export type LineCall = {
  /** Milliseconds on the machine's monotonic clock, which all processes share: when the whole request was there. */
  at: number;
  /** "POST /v2/bot/message/push": as LINE documents the endpoint. */
  endpoint: string;
  retryKey: string | null;
  bodySha256: string;
  /** User ids; a reply's are those to whom the token belongs. */
  to: string[];
  replyToken: string | null;
  /** null: no answer, or none that was whole. */
  status: number | null;
  /** Whether the request took effect: its recipients have the message. */
  isAccepted: boolean;
  requestId: string;
  /** The scripted fault that it met. */
  fault: string | null;
};

export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

/** Appends line by line, each in one write of its own: who is killed leaves all that was answered. */
export function openCallLog(file: string) {
  const descriptor = openSync(file, 'a');
  return {
    write: (call: LineCall): void => {
      writeSync(descriptor, `${JSON.stringify(call)}\n`);
    },
    close: (): void => closeSync(descriptor),
  };
}

/** All calls in their order. A last line that a kill cut off was never answered, and is left out. */
export function readCallLog(file: string): LineCall[] {
  // Line by line out of the bytes: the log of a long storm does not fit into one string.
  const bytes = readFileSync(file);
  const calls: LineCall[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    calls.push(JSON.parse(bytes.toString('utf8', from, end)));
    from = end + 1;
  }
  return calls;
}
