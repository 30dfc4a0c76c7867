import type { RawBuilder } from 'kysely';
import { type Db, sql, type Tx } from './db.ts';

/** One thing that is looked at: it is right where both texts are the same. */
export type Subject = { id: number; expected: string; found: string };

/** A row that belongs to a discrepancy, and the table that it stands in. */
export type Evidence = { source: string; row: object };

/** Something that must hold of everything that is stored: a description and SQL, no code. */
export type Proof = {
  /** Room and word, such as `points.zero_sum`. */
  name: string;
  /** What holds, as a sentence for people. */
  holds: string;
  /** What `id` is the id of, such as `points transaction`. */
  of: string;
  /** Every subject with what it should be and what it is. */
  subjects: RawBuilder<Subject>;
  /** The rows behind one subject: ids, amounts and days, never personal data. */
  evidence(id: number): RawBuilder<Evidence>;
};

/** How many subjects were looked at, and of how many it does not hold. */
export type Proved = { name: string; holds: string; checked: number; broken: number };

export type Discrepancy = {
  name: string;
  holds: string;
  of: string;
  subjects: Subject[];
  rows: Evidence[];
};

export type Findings = { proved: Proved[]; first: Discrepancy | null };

/** Far above what a check of a million members takes: a hung one must not hold its snapshot for ever. */
const defaultTimeoutMs = 600_000;

/**
 * Looks at everything at one moment, so that what is written meanwhile is in all checks or in none. Writes nothing.
 * @throws when a statement takes longer than `timeoutMs`
 */
export function proveAll(
  db: Db,
  proofs: readonly Proof[],
  options: { timeoutMs?: number } = {},
): Promise<Findings> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`.execute(tx);
      return proveWithin(tx, proofs);
    });
}

/** All proofs in the order given; of the first that does not hold, the discrepancy with the lowest id in full. */
export async function proveWithin(tx: Tx, proofs: readonly Proof[]): Promise<Findings> {
  const proved: Proved[] = [];
  let first: Discrepancy | null = null;
  for (const proof of proofs) {
    const { name, holds } = proof;
    const counted = await sql<{ checked: number; broken: number; lowest: number | null }>`
      select count(*) as checked, count(*) filter (where expected is distinct from found) as broken,
             min(id) filter (where expected is distinct from found) as lowest
      from (${proof.subjects}) subject`.execute(tx);
    const { checked = 0, broken = 0, lowest = null } = counted.rows[0] ?? {};
    proved.push({ name, holds, checked, broken });
    if (lowest !== null) first ??= await describe(tx, proof, lowest);
  }
  return { proved, first };
}

async function describe(tx: Tx, proof: Proof, id: number): Promise<Discrepancy> {
  const subjects = await sql<Subject>`
    select id, expected, found from (${proof.subjects}) subject
    where id = ${id} and expected is distinct from found`.execute(tx);
  const rows = await proof.evidence(id).execute(tx);
  return { name: proof.name, holds: proof.holds, of: proof.of, subjects: subjects.rows, rows: rows.rows };
}

/** The findings as lines to read: one for each proof, then the first discrepancy whole. */
export function tellFindings({ proved, first }: Findings): string {
  const widest = Math.max(0, ...proved.map(({ name }) => name.length));
  const lines = proved.map(({ name, holds, checked, broken }) => {
    const verdict = broken === 0 ? 'ok    ' : 'BROKEN';
    const count = broken === 0 ? `${checked} checked` : `${broken} of ${checked} do not`;
    return `${verdict} ${name.padEnd(widest)}  ${holds} (${count})`;
  });
  if (first === null) return `${lines.join('\n')}\n\nAll is well: ${proved.length} proofs hold.\n`;
  return [
    ...lines,
    '',
    `First discrepancy: ${first.name}`,
    `  must hold: ${first.holds}`,
    ...first.subjects.flatMap((subject) => [
      `  ${first.of} ${subject.id}`,
      `    expected: ${subject.expected}`,
      `    found:    ${subject.found}`,
    ]),
    `  rows concerned: ${first.rows.length}`,
    ...first.rows.map(({ source, row }) => `    ${source} ${JSON.stringify(row)}`),
    '',
  ].join('\n');
}
