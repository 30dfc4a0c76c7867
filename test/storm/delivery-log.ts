import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';

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

/**
 * Appends what there is in one write after the other, each beside the event loop: a disk that stands still for a
 * moment, as it does while a database syncs, would otherwise hold up the calls that are being counted.
 */
export async function openCallLog(file: string) {
  const handle = await open(file, 'a');
  let waiting: string[] = [];
  /** The write that takes along what waits now; null while none is due. */
  let next: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();

  async function append(): Promise<void> {
    await last.catch(() => undefined);
    const lines = waiting;
    waiting = [];
    last = next as Promise<void>;
    next = null;
    await handle.appendFile(lines.join(''));
  }

  return {
    /** Resolves when the line is in the file: who waits for that before it answers leaves all that was answered. */
    write(call: LineCall): Promise<void> {
      waiting.push(`${JSON.stringify(call)}\n`);
      next ??= append();
      return next;
    },
    async close(): Promise<void> {
      await next;
      await last;
      await handle.close();
    },
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
