import '../tables.ts';
import type { RawBuilder } from 'kysely';
import { sql } from '#foundation/db.ts';
import type { Proof, Subject } from '#foundation/prove.ts';
import type { ActivityKind } from '../activities/activity-rules.ts';
import { type PointsReason, pointsReasons } from '../points-rules.ts';
import { movementEvidence, movements } from './movement-reads.ts';

type Cause = { holds: string; subjects: RawBuilder<Subject> };

/** Movements whose cause is a receipt are keyed by it; the purchases' own proofs compare the two. */
const keyed = (reason: PointsReason, key: RawBuilder<unknown>) => sql<Subject>`
  select t.id, 'purchase ' || ${key} as expected, t.source_kind || ' ' || t.idem_key as found
  from points_transactions t where t.reason = ${reason}`;

/** An id that is kept as text; null where it is none. */
const numbered = (id: RawBuilder<unknown>) => sql`case when ${id} ~ '^[0-9]{1,18}$' then ${id}::bigint end`;

const today = sql`(t.occurred_at at time zone (
  select data ->> 'zone' from brand_policies where section = 'brand'
  order by effective_from desc, version desc limit 1))::date`;

/** Points for what somebody did beside buying stand behind the activity that was told. */
function told(kind: ActivityKind): Cause {
  return {
    holds: `points for a ${kind} are those of the one that was told, of the same member`,
    subjects: sql<Subject>`
      select m.transaction_id as id, m.moved || ' to member ' || m.member_id as expected,
             coalesce(a.points || ' to member ' || a.member_id, 'no activity') as found
      from (${movements}) m
      left join points_activities a on a.transaction_id = m.transaction_id and a.kind = m.reason
      where m.reason = ${kind}`,
  };
}

/** What explains a movement of each kind: a new reason has to say it here. */
const causes: Record<PointsReason, Cause> = {
  purchase: {
    holds: 'points are earned once for a purchase',
    subjects: keyed('purchase', sql`('purchase:' || t.source_id || ':earned')`),
  },
  paid: {
    holds: 'points pay once for a purchase',
    subjects: keyed('paid', sql`('purchase:' || t.source_id || ':paid')`),
  },
  returned: {
    holds: 'points are taken back once for a return',
    subjects: keyed('returned', sql`('return:' || (t.data ->> 'returnId') || ':taken-back')`),
  },
  paid_returned: {
    holds: 'points paid come back once for a return',
    subjects: keyed('paid_returned', sql`('return:' || (t.data ->> 'returnId') || ':paid')`),
  },
  exchanged: {
    holds: 'points are exchanged once for a coupon',
    subjects: sql<Subject>`
      select t.id, 'claim claim:' || t.source_id || ':exchanged' as expected,
             t.source_kind || ' ' || t.idem_key as found
      from points_transactions t where t.reason = 'exchanged'`,
  },
  exchange_returned: {
    holds: 'points come back once for a coupon that was made void, as many as it had cost',
    subjects: sql<Subject>`
      select m.transaction_id as id,
             'claim claim:' || m.source_id || ':given-back of ' || coalesce(-paid.moved, 0) as expected,
             m.source_kind || ' ' || m.idem_key || ' of ' || m.moved as found
      from (${movements}) m
      left join (${movements}) paid on paid.idem_key = 'claim:' || m.source_id || ':exchanged'
      where m.reason = 'exchange_returned'`,
  },
  ended: {
    holds: 'only points end whose last day has passed, and all that is left of their lots',
    subjects: sql<Subject>`
      select m.transaction_id as id,
             'lots that ended before ' || ${today} || ', ' || -sum(coalesce(u.amount, 0)) as expected,
             case when bool_and(l.ends_on < ${today} and l.remaining = 0) then 'lots that ended before ' || ${today}
                  else 'a lot until ' || coalesce(max(l.ends_on)::text, 'any day') end || ', ' || m.moved as found
      from (${movements}) m join points_transactions t on t.id = m.transaction_id
      left join points_lot_uses u on u.transaction_id = t.id
      left join points_lots l on l.id = u.lot_id
      where t.reason = 'ended' group by m.transaction_id, m.moved, t.id`,
  },
  released: {
    holds:
      'waiting points become usable on their day, with their end and their purchase, and change no total',
    subjects: sql<Subject>`
      select m.transaction_id as id,
             'total 0, lot ' || was.remaining || ' until ' || coalesce(was.ends_on::text, 'ever') || ' of '
               || coalesce(was.purchase_id, 0) || ', due' as expected,
             'total ' || m.moved || ', lot ' || (u.amount - made.earned) || ' until '
               || coalesce(made.ends_on::text, 'ever') || ' of ' || coalesce(made.purchase_id, 0)
               || case when was.available_on <= ${today} then ', due' else ', early' end as found
      from (${movements}) m join points_transactions t on t.id = m.transaction_id
      left join points_lots was on was.id = ${numbered(sql`t.source_id`)}
      left join points_lot_uses u on u.transaction_id = t.id and u.lot_id = was.id
      left join points_lots made on made.transaction_id = t.id
      where t.reason = 'released'`,
  },
  opening: {
    holds: 'an opening balance is what was told when it came, once per member',
    subjects: sql<Subject>`
      select m.transaction_id as id,
             'opening:' || m.source_id || ' told '
               || encode(sha256(convert_to('{"opening":' || m.moved || '}', 'UTF8')), 'hex') as expected,
             m.idem_key || ' told ' || encode(t.request_hash, 'hex') as found
      from (${movements}) m join points_transactions t on t.id = m.transaction_id where m.reason = 'opening'`,
  },
  merged: {
    holds: 'points move between two persons only because they are one, and none are lost',
    subjects: sql<Subject>`
      select m.transaction_id as id, 'total 0, one person' as expected,
             'total ' || m.moved
               || case when giver.living = taker.living then ', one person' else ', two persons' end as found
      from (${movements}) m
      left join lateral (select coalesce(merged_into_id, id) as living from members_published_numbers
                         where id = ${numbered(sql`m.source_id`)}) giver on true
      left join lateral (select coalesce(merged_into_id, id) as living from members_published_numbers
                         where id = m.member_id) taker on true
      where m.reason = 'merged'`,
  },
  adjusted: {
    holds:
      'an adjustment by hand stands in the audit log, with the same number of points and the same person',
    subjects: sql<Subject>`
      select t.id, (-coalesce(hand.amount, 0)) || ' by ' || t.actor_kind || ' ' || t.actor_id as expected,
             coalesce(string_agg((a.after ->> 'points') || ' by ' || a.actor_kind || ' ' || a.actor_id, ' and '),
                      'no audit entry') as found
      from points_transactions t
      left join lateral (select e.amount from points_entries e join points_accounts s on s.id = e.account_id
                         where e.transaction_id = t.id and s.kind = 'adjusted') hand on true
      left join audit_entries a on a.action = 'points.adjusted' and a.subject_kind = 'points_transaction'
        and a.subject_id = t.id::text and a.member_id = t.member_id
      where t.reason = 'adjusted' group by t.id, hand.amount`,
  },
  survey: told('survey'),
  profile: told('profile'),
  review: told('review'),
  visit: told('visit'),
};

const known: readonly string[] = pointsReasons;

/** That every movement of points has a cause that explains it. */
export const pointsCauseProofs: readonly Proof[] = [
  {
    name: 'points.reasons',
    holds: 'a movement has a reason that is known',
    of: 'points transaction',
    evidence: movementEvidence,
    subjects: sql<Subject>`
      select t.id, 'known' as expected,
             case when t.reason = any(${known}::text[]) then 'known' else t.reason end as found
      from points_transactions t`,
  },
  ...pointsReasons.map((reason) => ({
    name: `points.${reason}`,
    holds: causes[reason].holds,
    of: 'points transaction',
    evidence: movementEvidence,
    subjects: causes[reason].subjects,
  })),
];
