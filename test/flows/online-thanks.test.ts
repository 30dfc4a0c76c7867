import { describe, expect, it } from 'vitest';
import { redeemClaim } from '#features/coupons/redeem-claim.ts';
import { switchFlow } from '#features/flows/switch-flow.ts';
import { thanksProofs } from '#features/flows/thanks/thanks-audit-reads.ts';
import { flowOnlineThanks } from '#features/flows/thanks/thanks-messages.ts';
import { mergePersons } from '#features/members/merge-persons.ts';
import { addMs } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { type Locale, locales } from '#foundation/i18n.ts';
import { proveAll } from '#foundation/prove.ts';
import { proofs } from '../../src/proofs.ts';
import { reactions } from '../../src/reactions.ts';
import { lineUser, makeMember, noon, partsOf, system, today } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { openTill } from '../support/till.ts';
import { makeHouse } from '../support/turn.ts';

const till = await openTill(await openTestDatabase({ max: 16 }), { reactions, now: noon.toISOString() });
const { db, transact } = till;
const house = await makeHouse(db);
let people = 0;

/** A bound member who follows the account and wants marketing. */
async function join(over: { consents?: boolean } = {}) {
  const n = ++people;
  const memberId = await makeMember(db, n);
  await sql`
    insert into line_friends (line_user_id, state, state_event_at)
    values (${lineUser(n)}, 'following', ${noon})`.execute(db);
  if (over.consents !== false)
    await sql`
      insert into member_consents (member_id, purpose, text_version, given_at, source)
      values (${memberId}, 'marketing', 'v1', ${noon}, 'test')`.execute(db);
  return { memberId, lineUserId: lineUser(n), member: { phone: `09${String(n).padStart(8, '0')}` } };
}
type Joined = Awaited<ReturnType<typeof join>>;

const order = ({ member }: Joined, over: object = {}) => till.buy({ member, channel: 'online', ...over });
const thanksOf = async ({ memberId }: Joined) =>
  (
    await sql<{ id: number; key: string; state: string }>`
      select id, coupon_key as key, state from coupons_published_claims
      where member_id = ${memberId} and issue_key like 'thanks:%' order by id`.execute(db)
  ).rows;
const entriesOf = async ({ memberId }: Joined) =>
  (
    await sql<{ state: string; reason: string | null }>`
      select state, reason from flow_entries where flow_key = 'online_thanks' and member_id = ${memberId}`.execute(
      db,
    )
  ).rows;
const pushesTo = async ({ memberId }: Joined) =>
  (
    await sql<{ data: { occasion: string; claimId: number }; expires_at: Date }>`
      select data, expires_at from outbox_messages where member_id = ${memberId} and kind = 'flow_online_thanks'`.execute(
      db,
    )
  ).rows;
const turn = (on: boolean, now: Date) =>
  transact((tx) => switchFlow(tx, { key: 'online_thanks', on, now, actor: system }));
const settle = (settings: object) =>
  sql`update flows set settings = settings || ${JSON.stringify(settings)}::jsonb where key = 'online_thanks'`.execute(
    db,
  );

describe('thanks for an order on the internet', () => {
  it('are off with an installation, and reach back to nothing when they are switched on', async () => {
    const anna = await join();
    expect((await order(anna)).status).toBe(201);
    expect(await thanksOf(anna)).toEqual([]);
    await turn(true, addMs(noon, -3_600_000));
    const ben = await join();
    await order(ben, { purchasedAt: addMs(noon, -2 * 3_600_000).toISOString() });
    expect([await thanksOf(ben), await entriesOf(ben)]).toEqual([[], []]);
  });

  it('are a coupon for the stores and a push within a day, for the first purchase', async () => {
    const cora = await join();
    const bought = await order(cora);
    expect(bought.status).toBe(201);
    const [given] = await thanksOf(cora);
    expect(given).toMatchObject({ key: 'online-thanks', state: 'held' });
    const [push, ...more] = await pushesTo(cora);
    expect(more).toEqual([]);
    expect(push?.expires_at.toISOString()).toBe(addMs(noon, 86_400_000).toISOString());
    expect(await entriesOf(cora)).toEqual([{ state: 'planned', reason: null }]);
    // The till tells the same receipt again, and the member orders once more.
    await till.call('POST', '/purchases', bought.receipt);
    await order(cora);
    expect(await thanksOf(cora)).toHaveLength(1);

    const use = (channel: 'store' | 'online') =>
      transact((tx) =>
        redeemClaim(tx, {
          claimId: given?.id ?? 0,
          memberId: cora.memberId,
          receipt: {
            store: { id: 1, code: 'xinyi' },
            channel,
            receiptNo: `T-${channel}`,
            receiptOn: today,
            at: noon,
            purchaseId: null,
            basket: [{ category: '茶葉', priceTwd: 500 }],
          },
          spending: 'free',
          now: noon,
          actor: system,
          source: 'api',
        }),
      );
    expect(await use('online')).toEqual({ ok: false, reason: 'other_channel' });
    expect(await use('store')).toMatchObject({ ok: true });
  });

  it('are one where one receipt comes many times at once', async () => {
    const dan = await join();
    const receipt = till.receipt({ member: dan.member, channel: 'online' });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => till.call('POST', '/purchases', receipt)),
    );
    expect(answers.every(({ status }) => status < 300)).toBe(true);
    expect(await thanksOf(dan)).toHaveLength(1);
    expect(await pushesTo(dan)).toHaveLength(1);
  });

  it('are for every order where the flow says so, never for a store nor for an order of the day before', async () => {
    await settle({ purchases: 'every' });
    const eve = await join();
    await till.buy({ member: eve.member });
    expect(await thanksOf(eve)).toEqual([]);
    await order(eve);
    expect(await thanksOf(eve)).toHaveLength(1);
    await order(eve, { purchasedAt: addMs(noon, -25 * 3_600_000).toISOString() });
    expect(await thanksOf(eve)).toHaveLength(1);
    await settle({ purchases: 'first' });
  });

  it('leave out, with the reason, whoever cannot be told, and never stop the order', async () => {
    const silent = await join({ consents: false });
    expect((await order(silent)).status).toBe(201);
    expect([await thanksOf(silent), await entriesOf(silent)]).toEqual([
      [],
      [{ state: 'skipped', reason: 'no_consent' }],
    ]);
    const stranger = await order({ memberId: 0, lineUserId: '', member: { phone: '0988000111' } });
    expect(stranger.status).toBe(201);
    await settle({ couponKey: 'not-there' });
    const gil = await join();
    expect((await order(gil)).status).toBe(201);
    expect(await entriesOf(gil)).toEqual([{ state: 'skipped', reason: 'no_offer' }]);
    await settle({ couponKey: 'online-thanks' });
  });

  it('go when the whole order comes back, not with a part, and stay used', async () => {
    const [hal, ivy] = [await join(), await join()];
    const { receipt } = await order(hal);
    await till.giveBack(receipt, { lines: [{ lineNo: 1, quantity: 1, amountTwd: 500 }] });
    expect(await thanksOf(hal)).toMatchObject([{ state: 'held' }]);
    await till.giveBack(receipt);
    expect(await thanksOf(hal)).toMatchObject([{ state: 'void' }]);
    const used = await order(ivy);
    const [given] = await thanksOf(ivy);
    const spent = await till.buy({ member: ivy.member, claimIds: [String(given?.id)] });
    expect(spent.status).toBe(201);
    await till.giveBack(used.receipt);
    expect(await thanksOf(ivy)).toMatchObject([{ state: 'redeemed' }]);
  });

  it('are told in each language, with what is given, where and until when, while they are in the hand', async () => {
    const joy = await join();
    const { receipt } = await order(joy);
    const [push] = await pushesTo(joy);
    const row = (locale: Locale) => ({
      lineUserId: joy.lineUserId,
      memberId: joy.memberId,
      locale,
      displayName: '小美',
      data: push?.data as never,
      now: noon,
      house,
    });
    const tell = (locale: Locale) =>
      transact(async (tx) => {
        const leased = row(locale);
        return {
          due: await flowOnlineThanks.stillDue(tx, leased),
          said: await flowOnlineThanks.render(tx, leased),
        };
      });
    const { due, said } = await tell('zh-TW');
    expect(due).toBeNull();
    expect(said[0]).toMatchObject({ altText: '網購謝禮：門市見面折 NT$80，可用到 12 月 21 日' });
    expect(partsOf(said)).toEqual({
      texts: [
        '謝謝您在網路下單',
        '小美，下次來門市，這張門市見面折 NT$80 留給您，可用到 12 月 21 日（一）。',
        '門市見面折 NT$80',
        '可用到 2026/12/21（含當天）',
        '滿 NT$300，限門市',
        '[看這張優惠]',
        '[門市]',
      ],
      postbacks: ['go:mine', 'go:stores'],
    });
    for (const locale of locales) expect((await tell(locale)).said).toHaveLength(1);
    await till.giveBack(receipt);
    expect((await tell('en')).due).toBe('coupon_gone');
    const kim = await join();
    await order(kim);
    const [other] = await pushesTo(kim);
    await turn(false, noon);
    const off = {
      ...row('ja'),
      memberId: kim.memberId,
      lineUserId: kim.lineUserId,
      data: other?.data as never,
    };
    expect(await transact((tx) => flowOnlineThanks.stillDue(tx, off))).toBe('flow_off');
  });

  it('can be explained, also when two persons became one, and a made-up cause is found', async () => {
    await turn(true, addMs(noon, -3_600_000));
    const [lea, max] = [await join(), await join()];
    await order(lea);
    const { memberId: fromId } = lea;
    await transact((tx) =>
      mergePersons(tx, { fromId, intoId: max.memberId, now: noon, actor: system, source: 'test' }),
    );
    expect((await proveAll(db, proofs)).first).toBeNull();
    const checked = (await proveAll(db, thanksProofs)).proved.map((each) => each.checked > 0);
    expect(checked).toEqual([true, true]);
    await sql`
      update coupon_claims set issue_key = 'thanks:999999'
      where issue_key like 'thanks:%' and member_id = ${max.memberId}`.execute(db);
    await sql`
      update coupon_claims set state = 'held', voided_at = null, void_reason = null
      where issue_key like 'thanks:%' and state = 'void'`.execute(db);
    const { proved } = await proveAll(db, thanksProofs);
    expect(proved.map(({ broken }) => broken > 0)).toEqual([true, true]);
  });
});
