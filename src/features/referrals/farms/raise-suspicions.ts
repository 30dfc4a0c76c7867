import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { referralsPolicy } from '../referral-rules.ts';
import { referralSuspected } from '../referrals-facts.ts';
import { type FoundSign, findSigns } from './farm-rules.ts';
import { readInvitedFriends } from './suspicion-reads.ts';

type Input = { inviterId: number; now: Date; actor: Actor; source: string };

/**
 * Looks at all friends of one inviter and writes down what looks like a farm: a new suspicion, or more friends to an
 * open one. The caller holds the inviter's lock.
 * @returns the friends that are now held, whatever became of their ties
 */
export async function raiseSuspicions(tx: Tx, input: Input): Promise<number[]> {
  const { inviterId, now } = input;
  const { farms, minFirstPurchaseTwd: floorTwd } = await readPolicy(tx, referralsPolicy, now);
  const found = findSigns(farms, await readInvitedFriends(tx, inviterId), { floorTwd, now });
  for (const sign of found) await writeDown(tx, input, sign);
  return found.flatMap(({ inviteeIds }) => inviteeIds);
}

async function writeDown(tx: Tx, input: Input, { sign, evidence, inviteeIds }: FoundSign): Promise<void> {
  const { inviterId, now } = input;
  const written = await sql<{ id: number }>`
    insert into referral_suspicions (inviter_id, sign, evidence, found_at)
    values (${inviterId}, ${sign}, ${JSON.stringify(evidence)}::jsonb, ${now})
    on conflict (inviter_id, sign) where state = 'open' do update set evidence = excluded.evidence
    returning id`.execute(tx);
  const suspicionId = written.rows[0]?.id as number;
  await sql`
    insert into referral_suspected_ties (suspicion_id, invitee_id)
    select ${suspicionId}, friend from unnest(${inviteeIds}::bigint[]) friend on conflict do nothing`.execute(
    tx,
  );
  await recordFact(tx, referralSuspected, {
    memberId: inviterId,
    occurredAt: now,
    actor: input.actor,
    source: input.source,
    dedupeKey: String(suspicionId),
    data: { suspicionId, sign },
  });
}
