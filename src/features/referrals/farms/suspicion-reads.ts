import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { countsFrom } from '../referral-reads.ts';
import type { FarmSign, InvitedFriend, SignEvidence } from './farm-rules.ts';

/** Whether a friend is among those of an open suspicion: then a person decides first. */
export async function isHeld(db: Db, inviteeId: number): Promise<boolean> {
  const found = await sql`
    select 1 from referral_suspected_ties t join referral_suspicions s on s.id = t.suspicion_id
    where t.invitee_id = ${inviteeId} and s.state = 'open' limit 1`.execute(db);
  return found.rows.length > 0;
}

/** The friends of an inviter whose ties still count, as the rules look at them. */
export async function readInvitedFriends(db: Db, inviterId: number): Promise<InvitedFriend[]> {
  const rows = await sql<FriendRow>`
    select r.invitee_id as "inviteeId", r.received_at as "receivedAt", r.bound_at as "boundAt",
           r.state = 'rewarded' as "isRewarded", p.id as "purchaseId", p.store_id as "storeId", p.channel,
           p.purchased_at as "at", p.purchased_on as "on", p.total_twd as "totalTwd",
           (select count(*)::integer from purchases_published_purchases q
            where q.member_id = r.invitee_id and q.net_twd > 0 and q.purchased_at >= ${countsFrom}) as "purchaseCount",
           array(select distinct s.sign from referral_suspected_ties t
                 join referral_suspicions s on s.id = t.suspicion_id
                 where t.invitee_id = r.invitee_id and s.state <> 'open') as decided
    from referrals r left join purchases_published_purchases p on p.id = r.first_purchase_id
    where r.inviter_id = ${inviterId} and r.state <> 'refused'
    order by r.invitee_id`.execute(db);
  return rows.rows.map(({ purchaseId, storeId, channel, at, on, totalTwd, ...friend }) => ({
    ...friend,
    firstPurchase: purchaseId === null ? null : { purchaseId, storeId, channel, at, on, totalTwd },
  }));
}

type FriendRow = Omit<InvitedFriend, 'firstPurchase'> & {
  purchaseId: number | null;
  storeId: number;
  channel: 'store' | 'online';
  at: Date;
  on: string;
  totalTwd: number;
};

export type SuspectedFriend = {
  inviteeId: number;
  memberNo: string;
  state: 'received' | 'bound' | 'rewarded' | 'refused';
  receivedAt: string;
  boundAt: string | null;
  rewardedAt: string | null;
  firstPurchase: { receiptNo: string; storeId: number; purchasedAt: string; totalTwd: number } | null;
};

export type Suspicion = {
  suspicionId: number;
  inviterId: number;
  memberNo: string;
  sign: FarmSign;
  evidence: SignEvidence;
  foundAt: Date;
  state: 'open' | 'released' | 'refused';
  decidedAt: Date | null;
  reason: string | null;
  friends: SuspectedFriend[];
};

/** How many friends of one suspicion are listed; `evidence.count` tells of all. */
const friendsShown = 200;

/** Suspicions with the friends they are about, newest first. */
export async function readSuspicions(
  db: Db,
  input: {
    state?: 'open' | 'decided';
    suspicionId?: number;
    before?: number | undefined;
    limit: number;
  },
): Promise<Suspicion[]> {
  const wanted = input.state === undefined ? null : input.state === 'open';
  const found = await sql<Suspicion>`
    select s.id as "suspicionId", s.inviter_id as "inviterId", n.living_no as "memberNo", s.sign, s.evidence,
           s.found_at as "foundAt", s.state, s.decided_at as "decidedAt", s.reason,
           coalesce((
             select jsonb_agg(f.row order by (f.row ->> 'inviteeId')::bigint)
             from (
               select jsonb_build_object(
                        'inviteeId', t.invitee_id, 'memberNo', friend.living_no, 'state', r.state,
                        'receivedAt', r.received_at, 'boundAt', r.bound_at, 'rewardedAt', r.rewarded_at,
                        'firstPurchase', case when p.id is null then null else jsonb_build_object(
                          'receiptNo', slip.receipt_no, 'storeId', p.store_id, 'purchasedAt', p.purchased_at,
                          'totalTwd', p.total_twd) end) as row
               from referral_suspected_ties t
               join members_published_numbers friend on friend.id = t.invitee_id
               join referrals r on r.invitee_id = t.invitee_id
               left join purchases_published_purchases p on p.id = r.first_purchase_id
               left join purchases_published_receipts slip on slip.id = p.id
               where t.suspicion_id = s.id order by t.invitee_id limit ${friendsShown}
             ) f), '[]') as friends
    from referral_suspicions s join members_published_numbers n on n.id = s.inviter_id
    where (${wanted}::boolean is null or (s.state = 'open') = ${wanted}::boolean)
      and (${input.suspicionId ?? null}::bigint is null or s.id = ${input.suspicionId ?? null}::bigint)
      and (${input.before ?? null}::bigint is null or s.id < ${input.before ?? null}::bigint)
    order by s.id desc limit ${input.limit}`.execute(db);
  return found.rows;
}

/** How many inviters are under an open suspicion, and how many friends wait because of it. */
export async function countSuspected(db: Db): Promise<{ inviters: number; held: number }> {
  const counted = await sql<{ inviters: number; held: number }>`
    select count(distinct s.inviter_id)::integer as inviters,
           count(distinct r.invitee_id)::integer as held
    from referral_suspicions s
    left join referral_suspected_ties t on t.suspicion_id = s.id
    left join referrals r on r.invitee_id = t.invitee_id and r.state in ('received', 'bound')
    where s.state = 'open'`.execute(db);
  return counted.rows[0] ?? { inviters: 0, held: 0 };
}
