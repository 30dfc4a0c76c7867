import { describe, expect, it } from 'vitest';
import { sql, type Tx } from '#foundation/db.ts';
import { type Findings, proveAll, proveWithin, tellFindings } from '#foundation/prove.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { seedDemoBrand } from '#simulator/seed/seed-demo-brand.ts';
import { proofs } from '../../src/proofs.ts';
import { openTestDatabase } from '../support/database.ts';
import { playLivelyBrand } from './lively-brand.ts';

const database = await openTestDatabase();
const { db } = database;
await playLivelyBrand(database);

const broken = ({ proved }: Findings) => proved.filter((each) => each.broken > 0).map((each) => each.name);

/** What the audit finds after these statements, which no trigger and no key hinders and which never happened. */
async function findAfter(statements: string): Promise<Findings> {
  let findings: Findings | undefined;
  const undo = new Error('undo');
  await db
    .transaction()
    .execute(async (tx: Tx) => {
      for (const statement of ["set local session_replication_role = 'replica'", ...statements.split(';')])
        if (statement.trim()) expect((await sql.raw(statement).execute(tx)).numAffectedRows).not.toBe(0n);
      findings = await proveWithin(tx, proofs);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  if (!findings) throw new Error('nothing was planted');
  return findings;
}

const first = (table: string, where: string) => `(select min(id) from ${table} where ${where})`;
const oneEarned = first('points_transactions', "reason = 'purchase'");
const hals = first('points_accounts', "kind = 'active' and balance > 100");
const used = first('coupon_claims', "state = 'redeemed'");
const risen = first('tier_memberships', "reason = 'risen' and until is null");
const adjustment = first('points_transactions', "reason = 'adjusted'");
/** A purchase whose points nobody has touched since. */
const fresh = `(select max(t.id) from points_transactions t join points_lots l on l.transaction_id = t.id
                where t.reason = 'purchase' and l.remaining = l.earned)`;

/** An earning on a member day. */
const onDay = first(
  'points_transactions',
  "reason = 'purchase' and jsonb_typeof(data -> 'memberDay') = 'object'",
);

/** What goes wrong, how, and the proofs that must name it; the first of them is told in full. */
const corruptions: [what: string, planted: string, found: string[]][] = [
  [
    'an entry that was changed',
    `update points_entries set amount = amount + 7
     where (transaction_id, account_id) = (select transaction_id, account_id from points_entries where amount > 0 limit 1)`,
    ['points.zero_sum', 'points.balance', 'points.lots_move'],
  ],
  [
    'a balance that was changed',
    `update points_accounts set balance = balance + 100 where id = ${hals}`,
    ['points.balance', 'points.lots'],
  ],
  [
    'a lot that was refilled',
    `update points_lots set remaining = earned
     where id = ${first('points_lots', 'remaining = 0')}`,
    ['points.lots', 'points.lot_uses'],
  ],
  [
    'a balance below zero',
    `alter table points_accounts drop constraint points_accounts_balance_check;
     update points_accounts set balance = -5 where id = ${hals}`,
    ['points.balance', 'points.not_negative'],
  ],
  [
    'points moved from one member to another without a merger',
    `update points_transactions set member_id = member_id + 1 where id = ${oneEarned}`,
    ['points.own_accounts', 'purchases.points_cause'],
  ],
  [
    'points that no purchase explains',
    `update points_transactions set source_id = '987654' where id = ${oneEarned}`,
    ['points.purchase', 'purchases.points_cause', 'purchases.points_told'],
  ],
  [
    'an earning that was deleted whole, with its lot and its balance',
    `update points_accounts a set balance = a.balance - e.amount from points_entries e
     where e.account_id = a.id and a.member_id is not null and e.transaction_id = ${fresh};
     delete from points_entries where transaction_id = ${fresh};
     delete from points_transactions t
     where not exists (select 1 from points_entries where transaction_id = t.id);
     delete from points_lots l
     where not exists (select 1 from points_transactions where id = l.transaction_id)`,
    ['purchases.points_told'],
  ],
  [
    'more points than the purchase is worth, everywhere but at the till',
    `update points_accounts a set balance = a.balance + e.amount from points_entries e
     where e.account_id = a.id and a.member_id is not null and e.transaction_id = ${fresh};
     update points_entries set amount = amount * 2 where transaction_id = ${fresh};
     update points_lots set earned = earned * 2, remaining = remaining * 2 where transaction_id = ${fresh}`,
    ['purchases.points_told', 'purchases.points_rule'],
  ],
  [
    'a tier that earned more than it does',
    `update points_transactions set data = data || '{"tierPercent": 300}' where id = ${fresh}`,
    ['purchases.points_rule', 'tiers.earn_percent'],
  ],
  [
    'a member day that never was',
    `update points_transactions set data = jsonb_set(data, '{memberDay,key}', '"doomsday"') where id = ${onDay}`,
    ['purchases.member_day'],
  ],
  [
    'a member day on lines that it is not for',
    `update purchase_lines set category = '茶葉'
     where purchase_id = (select source_id::bigint from points_transactions where id = ${onDay})`,
    ['purchases.member_day'],
  ],
  [
    'points for a review that nobody wrote',
    `update points_activities set transaction_id = null, points = 0, no_points_reason = 'off'
     where id = ${first('points_activities', "kind = 'review'")}`,
    ['points.review'],
  ],
  [
    'an activity that earned more than it says',
    `update points_activities set points = points - 1 where id = ${first('points_activities', "kind = 'visit'")}`,
    ['points.visit', 'activities.paid', 'activities.caps'],
  ],
  [
    'activities beyond what a day may give',
    `update brand_policies set data = jsonb_set(data, '{activities,review,perDay}', '5')
     where section = 'points' and data ? 'activities'`,
    ['activities.caps'],
  ],
  [
    'an adjustment that nobody wrote down',
    `update audit_entries set action = 'points.forgotten' where action = 'points.adjusted'
       and subject_id = ${adjustment}::text`,
    ['points.adjusted'],
  ],
  [
    'points that ended before their day',
    `update points_lots set ends_on = '2099-12-31'
     where id = (select min(u.lot_id) from points_lot_uses u join points_transactions t on t.id = u.transaction_id
                 where t.reason = 'ended')`,
    ['points.ended'],
  ],
  [
    'an opening balance of another size',
    `update points_transactions set request_hash = sha256('{"opening":1}') where reason = 'opening'`,
    ['points.opening'],
  ],
  [
    'a merger of two persons who are still two',
    `update members set merged_into_id = null where merged_into_id is not null`,
    ['points.merged'],
  ],
  [
    'points paid that the receipt does not know',
    `update purchases set points_paid = points_paid - 1
     where id = ${first('purchases', 'points_paid > 0 and returned_twd = 0')}`,
    ['purchases.points_told'],
  ],
  [
    'a return that the purchase forgot',
    `update purchases set returned_twd = returned_twd - 1, fully_returned_at = null
     where id = ${first('purchases', 'fully_returned_at is not null')}`,
    ['purchases.returned'],
  ],
  [
    'a return that took nothing back',
    `update points_transactions set data = data || '{"returnId": 0}', idem_key = 'return:0:taken-back'
     where id = ${first('points_transactions', "reason = 'returned'")}`,
    ['returns.points_told'],
  ],
  [
    'a coupon counter that ran away',
    `update coupons set claimed_count = claimed_count - 1 where key = 'anniversary'`,
    ['coupons.counter'],
  ],
  [
    'more claims than the quota',
    `insert into coupon_claims (coupon_id, member_id, seq, issue_key, claimed_at, ends_on)
     select id, ${first('members', 'merged_into_id is null')}, 9, 'planted', now(), '2099-12-31' from coupons
     where key = 'anniversary'`,
    ['coupons.counter', 'coupons.quota', 'coupons.given'],
  ],
  [
    'a member with more claims than allowed',
    `update coupon_claims set member_id = (select min(member_id) from coupon_claims), seq = id + 1000000
     where coupon_id = (select id from coupons where key = 'anniversary')`,
    ['coupons.per_member'],
  ],
  [
    'an exchange that cost less than its coupon asks',
    `update coupons set points_price = 30 where key = 'cup'`,
    ['coupons.exchanged'],
  ],
  [
    'an exchange whose coupon is gone',
    `delete from coupon_claims where points_paid is not null`,
    ['coupons.counter', 'coupons.exchange_cause'],
  ],
  [
    'a void coupon that kept its price',
    `update coupon_claims set state = 'void', voided_at = now(), void_reason = 'planted'
     where id = ${first('coupon_claims', "state <> 'void' and points_paid is not null")}`,
    ['coupons.exchanged'],
  ],
  [
    'a code that was spent for nothing',
    `delete from coupon_redemptions where claim_id = (select claim_id from coupon_codes where spent_at is not null);
     update coupon_claims set state = 'held', redeemed_at = null, redeem_key = null, redeemed_store_id = null
     where id = (select claim_id from coupon_codes where spent_at is not null)`,
    ['coupons.codes'],
  ],
  [
    'a claim that is used without a redemption',
    `delete from coupon_redemptions where claim_id = ${used}`,
    ['coupons.use'],
  ],
  [
    'a claim in hand whose redemption lives',
    `update coupon_claims set state = 'held', redeemed_at = null, redeem_key = null, redeemed_store_id = null
     where id = ${used}`,
    ['coupons.use'],
  ],
  [
    'a coupon still used in a purchase that came back',
    `update purchases set fully_returned_at = now() where id = (
       select redeemed_purchase_id from coupon_claims where id = ${used})`,
    ['purchases.points_paid_back', 'purchases.coupons_back'],
  ],
  [
    'two tiers at once',
    `drop index tier_memberships_live;
     update tier_memberships set until = null where member_id = (
       select min(member_id) from tier_memberships where until is not null)`,
    ['tiers.one'],
  ],
  [
    'a tier that nothing brought',
    `update tier_memberships set tier_key = 'gold', cause_purchase_id = null
     where id = ${first('tier_memberships', "tier_key = 'silver' and reason = 'risen'")}`,
    ['tiers.told', 'tiers.risen'],
  ],
  [
    'a tier whose purchases went away',
    `update purchases set returned_twd = total_twd
     where member_id = (select member_id from tier_memberships where id = ${risen})`,
    ['purchases.returned', 'tiers.stands'],
  ],
  [
    'a tier that fell before its review',
    `update tier_memberships set review_on = '2099-12-31' where until is not null`,
    ['tiers.fallen'],
  ],
  [
    'a referral reward without a purchase',
    'update referrals set first_purchase_id = null',
    ['referrals.kept'],
  ],
  [
    'a referral reward for a purchase that was not yet kept',
    `update referrals set rewarded_at = bound_at + interval '1 hour'`,
    ['referrals.kept'],
  ],
  [
    'a referral coupon for somebody else',
    `update coupon_claims set member_id = member_id + 1, seq = 99
     where id = ${first('coupon_claims', "issue_key like 'referral:%:inviter'")}`,
    ['referrals.gifts'],
  ],
  ['a referral coupon whose referral is gone', 'delete from referrals', ['referrals.gift_cause']],
  [
    'a title for more friends than there were',
    'update referral_milestones set friends = friends + 4',
    ['referrals.milestones', 'referrals.milestones_given'],
  ],
];

describe('the audit', () => {
  it('finds nothing in a brand that has lived, and has looked at every kind of thing', async () => {
    const findings = await proveAll(db, proofs);
    expect(broken(findings)).toEqual([]);
    expect(findings.first).toBeNull();
    expect(tellFindings(findings)).toContain(`All is well: ${proofs.length} proofs hold.`);
    // Written by an import, or by nobody yet.
    const elsewhere = [
      ...[
        'tiers.joined',
        'tiers.raised',
        'tiers.ranked_up',
        'tiers.ranked_down',
        'tiers.kept',
        'tiers.imported',
        'tiers.gifts',
        'tiers.gift_cause',
      ],
      // A brand with farms and limits that are reached is played beside the referrals' own tests.
      ...['referrals.full', 'referrals.held', 'referrals.farm', 'referrals.decided'],
      // So are thanks for orders beside the flows' own.
      ...['flows.thanks_cause', 'flows.thanks_returned'],
      // And campaigns beside their own.
      ...['campaigns.sum', 'campaigns.once', 'campaigns.known', 'campaigns.over'],
    ];
    const idle = findings.proved.filter((each) => each.checked === 0).map((each) => each.name);
    expect(idle).toEqual(elsewhere);
  });

  it('finds nothing in the demo brand', async () => {
    const demo = await openTestDatabase();
    const seeded = await seedDemoBrand(demo.db, {
      secrets: createSecrets(Buffer.alloc(32, 7)),
      now: new Date('2026-11-21T06:00:00Z'),
    });
    expect(seeded.ok).toBe(true);
    const findings = await proveAll(demo.db, proofs);
    expect([broken(findings), findings.first]).toEqual([[], null]);
    const imported = findings.proved.find((each) => each.name === 'tiers.imported');
    expect(imported?.checked).toBeGreaterThan(10);
  });

  it.each(corruptions)('finds %s', async (_what, planted, found) => {
    const findings = await findAfter(planted);
    expect(broken(findings)).toEqual(expect.arrayContaining(found));
    expect(findings.first?.name).toBe(broken(findings)[0]);
    expect(found).toContain(findings.first?.name);
    const [subject] = findings.first?.subjects ?? [];
    expect(subject?.expected).not.toBe(subject?.found);
    expect(findings.first?.rows.length).toBeGreaterThan(0);
    const told = tellFindings(findings);
    expect(told).toContain(`First discrepancy: ${found[0]}`);
    expect(told).toContain(`${findings.first?.of} ${subject?.id}`);
    expect(told).not.toMatch(/09\d{8}|\+886|hmac|hash/);
  });

  it('changes nothing by looking', async () => {
    expect(broken(await proveAll(db, proofs))).toEqual([]);
  });

  it('gives up on a statement that takes too long', async () => {
    const [slow] = proofs;
    if (!slow) throw new Error('no proofs');
    const stuck = { ...slow, subjects: sql`select 1 as id, pg_sleep(10)::text as expected, '' as found` };
    await expect(proveAll(db, [stuck as typeof slow], { timeoutMs: 50 })).rejects.toThrow(
      /statement timeout/,
    );
  });
});
