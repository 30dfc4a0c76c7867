import type { Db } from './db.ts';

type Waiting<Input, Output> = {
  input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
};

/**
 * Makes one statement of the reads that several people's turns ask for at the same time in their transaction. Whoever
 * asks writes as if alone; what was written before the asking is seen. Outside a transaction every read goes alone.
 * @param readAll answers in the order of its inputs, one each; only reads
 */
export function gatherReads<Input, Output>(
  readAll: (db: Db, inputs: readonly Input[]) => Promise<readonly Output[]>,
): (db: Db, input: Input) => Promise<Output> {
  const gathering = new WeakMap<Db, Waiting<Input, Output>[]>();

  async function send(db: Db, waiting: readonly Waiting<Input, Output>[]): Promise<void> {
    try {
      const outputs = await readAll(
        db,
        waiting.map(({ input }) => input),
      );
      for (const [nth, { resolve }] of waiting.entries()) resolve(outputs[nth] as Output);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  return async (db, input) => {
    if (!db.isTransaction) return (await readAll(db, [input]))[0] as Output;
    return new Promise((resolve, reject) => {
      const known = gathering.get(db);
      if (known) {
        known.push({ input, resolve, reject });
        return;
      }
      const waiting = [{ input, resolve, reject }];
      gathering.set(db, waiting);
      // A tick comes when all that was answered just now has gone on as far as it can.
      queueMicrotask(() =>
        process.nextTick(() => {
          gathering.delete(db);
          void send(db, waiting);
        }),
      );
    });
  };
}

/** Rows of many, handed to those whom they belong to: one list for each key, in the order of the rows. */
export function sortOut<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Row[][] {
  const found = new Map<Key, Row[]>();
  for (const row of rows) {
    const own = found.get(keyOf(row));
    if (own) own.push(row);
    else found.set(keyOf(row), [row]);
  }
  return keys.map((key) => found.get(key) ?? []);
}
