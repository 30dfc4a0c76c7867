import '../tables.ts';
import { readPerson } from '#features/members/person-reads.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { type AlarmDesk, clearAlarm, raiseAlarm } from '#outbox/raise-alarm.ts';
import { lockInviters } from '../lock-referrals.ts';
import { raiseSuspicions } from './raise-suspicions.ts';
import { countSuspected } from './suspicion-reads.ts';

const perRead = 500;
const cause = 'referral_farms';
const by = { actor: { kind: 'job', id: 'referral_watch' }, source: 'job' } as const;

/**
 * Looks again at the friends of every inviter who has several, rewarded ones included, and tells the desk while
 * something waits for a person to decide.
 * @param at.now business time
 * @returns what waits
 */
export async function watchReferrals(
  deps: { db: Db; transact: Transact; desk: AlarmDesk },
  at: { now: Date },
): Promise<{ inviters: number; held: number }> {
  const { now } = at;
  for (let after = 0; ; ) {
    // No sign is about fewer than two friends.
    const several = await sql<{ inviterId: number }>`
      select inviter_id as "inviterId" from referrals
      where state <> 'refused' and inviter_id > ${after}
      group by inviter_id having count(*) > 1
      order by inviter_id limit ${perRead}`.execute(deps.db);
    for (const { inviterId } of several.rows) {
      after = inviterId;
      if ((await readPerson(deps.db, inviterId))?.memberId !== inviterId) continue;
      await deps.transact(async (tx) => {
        await lockInviters(tx, [inviterId]);
        await raiseSuspicions(tx, { inviterId, now, ...by });
      });
    }
    if (several.rows.length < perRead) break;
  }
  const waiting = await countSuspected(deps.db);
  if (waiting.inviters === 0) await clearAlarm(deps.db, cause);
  else {
    const message =
      `Referrals that look like a farm wait for a decision: ${waiting.held} friends of ${waiting.inviters} ` +
      'inviters. Look at them at /api/v1/referrals/suspects.';
    await deps.transact((tx) => raiseAlarm(tx, deps.desk, { cause, message, now }));
  }
  return waiting;
}
