import type { Db } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { type Proof, proveAll, tellFindings } from '#foundation/prove.ts';
import { type AlarmDesk, clearAlarm, raiseAlarm } from './raise-alarm.ts';

const cause = 'audit';

/**
 * Asks all proofs; a discrepancy raises one alarm, which stands until a later look finds none.
 * @returns how many things were looked at, and how many are not as they should be
 */
export async function proveBooks(
  parts: { db: Db; transact: Transact; desk: AlarmDesk; proofs: readonly Proof[] },
  at: { now: Date },
): Promise<{ checked: number; broken: number }> {
  const findings = await proveAll(parts.db, parts.proofs);
  const sum = (of: 'checked' | 'broken') => findings.proved.reduce((total, each) => total + each[of], 0);
  const { first } = findings;
  if (first === null) {
    await clearAlarm(parts.db, cause);
  } else {
    parts.desk.log.error({ proof: first.name }, tellFindings(findings));
    const subject = first.subjects[0];
    const message =
      `The nightly audit found a discrepancy: ${first.name}, ${first.of} ${subject?.id}, ` +
      `expected "${subject?.expected}", found "${subject?.found}". Run npm run audit for all of it.`;
    await parts.transact((tx) => raiseAlarm(tx, parts.desk, { cause, message, now: at.now }));
  }
  return { checked: sum('checked'), broken: sum('broken') };
}
