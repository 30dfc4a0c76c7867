import { z } from 'zod';
import { createPerson } from '#features/members/create-person.ts';
import { holdLine } from '#features/members/hold-identity.ts';
import { memberBound, membersMerged } from '#features/members/members-facts.ts';
import { giveCode } from '#features/referrals/give-code.ts';
import { onMemberBound } from '#features/referrals/on-member-bound.ts';
import { onMembersMerged } from '#features/referrals/on-members-merged.ts';
import { onPurchaseRecorded } from '#features/referrals/on-purchase-recorded.ts';
import { onPurchaseReturned } from '#features/referrals/on-purchase-returned.ts';
import { receiveCode } from '#features/referrals/receive-code.ts';
import { type ReferralsPolicy, referralsPolicy } from '#features/referrals/referral-rules.ts';
import { rewardKeptReferrals } from '#features/referrals/reward-kept-referrals-job.ts';
import { addMs } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { createTransact, declareFact, reactTo, recordFact } from '#foundation/facts.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { lineUser, makeStore, noon, system } from '../coupons/cast.ts';

export const day = (n: number): Date => addMs(noon, n * 86_400_000);

const recorded = declareFact('purchase.recorded', 1, z.object({ purchaseId: z.int() }));
const returned = declareFact('purchase.returned', 1, z.object({ purchaseId: z.int() }));

/** What the referral tests do, over a database: people, codes, purchases and the job. */
export async function openReferrals(db: Db) {
  const transact = createTransact(db, [
    reactTo(memberBound, 'referral bound', onMemberBound),
    reactTo(membersMerged, 'move referrals', onMembersMerged),
    reactTo(recorded, 'first purchase', onPurchaseRecorded),
    reactTo(returned, 'first purchase returned', onPurchaseReturned),
  ]);
  const store = await makeStore(db, 'xinyi', '信義店');
  let count = 0;
  const next = () => ++count;
  const tell = (at: Date, memberId: number) => ({
    memberId,
    occurredAt: at,
    actor: system,
    source: 'test',
    dedupeKey: String(next()),
  });

  /** Other rules from `from` on; by default from before everything. */
  async function settle(changes: Partial<ReferralsPolicy>, from = day(-300)): Promise<void> {
    const policy = await readPolicy(db, referralsPolicy, from);
    await transact((tx) =>
      publishPolicy(tx, referralsPolicy, {
        data: { ...policy, ...changes },
        effectiveFrom: from,
        now: from,
        actor: system,
      }),
    );
  }

  async function meet(): Promise<number> {
    const n = next();
    return transact(async (tx) => {
      const memberId = await createPerson(tx, { lineUserId: null, now: noon, actor: null, source: 'test' });
      await holdLine(tx, { memberId, lineUserId: lineUser(n), now: noon });
      return memberId;
    });
  }

  async function bind(memberId: number, at: Date, isNew = true): Promise<void> {
    await transact(async (tx) => {
      await tx
        .updateTable('members')
        .set({ joined_at: at })
        .where('id', '=', memberId)
        .where('joined_at', 'is', null)
        .execute();
      await recordFact(tx, memberBound, { ...tell(at, memberId), data: { isNew } });
    });
  }

  async function join(): Promise<number> {
    const memberId = await meet();
    await bind(memberId, noon);
    return memberId;
  }

  const codeOf = (memberId: number) => transact((tx) => giveCode(tx, { memberId, now: noon }));

  async function send(memberId: number, code: string, at: Date = noon) {
    const { joined_at: joinedAt } = await db
      .selectFrom('members')
      .select('joined_at')
      .where('id', '=', memberId)
      .executeTakeFirstOrThrow();
    return transact((tx) =>
      receiveCode(tx, { code, memberId, joinedAt, now: at, actor: system, source: 'chat' }),
    );
  }

  /** A friend of `inviterId` who has sent the code and bound at noon. */
  async function invite(inviterId: number, at: Date = noon): Promise<number> {
    const friend = await meet();
    await send(friend, await codeOf(inviterId), at);
    await bind(friend, at);
    return friend;
  }

  async function buy(memberId: number, at: Date, totalTwd = 1_000, storeId = store.id): Promise<number> {
    return transact(async (tx) => {
      const made = await sql<{ id: number }>`
        insert into purchases (store_id, receipt_no, purchased_on, purchased_at, channel, member_id, total_twd, request_hash)
        values (${storeId}, ${`R${next()}`}, ${at.toISOString().slice(0, 10)}, ${at}, 'store', ${memberId}, ${totalTwd},
                ${Buffer.alloc(32)})
        returning id`.execute(tx);
      const purchaseId = made.rows[0]?.id ?? 0;
      await recordFact(tx, recorded, { ...tell(at, memberId), data: { purchaseId } });
      return purchaseId;
    });
  }

  async function giveBack(memberId: number, purchaseId: number, at: Date, twd: number): Promise<void> {
    await transact(async (tx) => {
      await sql`update purchases set returned_twd = returned_twd + ${twd} where id = ${purchaseId}`.execute(
        tx,
      );
      await recordFact(tx, returned, { ...tell(at, memberId), data: { purchaseId } });
    });
  }

  async function merge(fromId: number, intoId: number): Promise<void> {
    await transact(async (tx) => {
      await tx.updateTable('members').set({ merged_into_id: intoId }).where('id', '=', fromId).execute();
      await recordFact(tx, membersMerged, { ...tell(noon, intoId), data: { fromId, intoId } });
    });
  }

  const run = (now: Date) => rewardKeptReferrals({ db, transact }, { now, zone: 'Asia/Taipei' });

  const tieOf = (inviteeId: number) =>
    db.selectFrom('referrals').selectAll().where('invitee_id', '=', inviteeId).executeTakeFirst();

  async function giftsOf(memberId: number): Promise<number> {
    const claims = await sql`
      select 1 from coupons_published_claims where member_id = ${memberId} and coupon_key = 'referral'`.execute(
      db,
    );
    return claims.rows.length;
  }

  async function noticesTo(memberId: number): Promise<string[]> {
    const rows = await sql<{ kind: string; state: string }>`
      select kind, state from outbox_published_messages where member_id = ${memberId} order by id`.execute(
      db,
    );
    return rows.rows.map((row) => `${row.kind} ${row.state}`);
  }

  return {
    store,
    settle,
    transact,
    meet,
    bind,
    join,
    codeOf,
    send,
    invite,
    buy,
    giveBack,
    merge,
    run,
    tieOf,
    giftsOf,
    noticesTo,
  };
}
