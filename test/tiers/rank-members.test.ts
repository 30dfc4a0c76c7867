import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mergePersons } from '#features/members/merge-persons.ts';
import { raiseTier } from '#features/tiers/raise-tier.ts';
import { rankMembers } from '#features/tiers/ranking/rank-members-job.ts';
import { rankPopulation, scorePopulation } from '#features/tiers/ranking/ranking-rules.ts';
import { readTierStanding } from '#features/tiers/tier-reads.ts';
import { tierProofs } from '#features/tiers/tiers-audit-reads.ts';
import { answerWhyTier } from '#features/tiers/why/why-tier-chat.ts';
import { createTransact, declareFact, recordFact } from '#foundation/facts.ts';
import { proveAll, proveWithin, tellFindings } from '#foundation/prove.ts';
import { reactions } from '../../src/reactions.ts';
import { lineUser, makeMember } from '../coupons/cast.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertPurchaseRow, openStore, tester } from '../support/shop.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';
import { byPercentile, byScore, publishTiers } from './ranked-policies.ts';

const zone = 'Asia/Taipei';
const day = (on: string) => new Date(`${on}T08:00:00+08:00`);
/** As the purchases' room records it, as far as others read it. */
const returned = declareFact('purchase.returned', 1, z.object({ purchaseId: z.int() }));
const tapped = declareFact('coupon.claimed', 1, z.object({}));

async function openClub(database: TestDatabase, policy: ReturnType<typeof byPercentile | typeof byScore>) {
  const { db } = database;
  const transact = createTransact(db, reactions);
  const store = await openStore(db);
  await publishTiers(transact, policy, day('2026-01-01'));
  let people = 0;
  let taps = 0;
  const club = {
    db,
    transact,
    async join() {
      return { memberId: await makeMember(db, ++people), n: people };
    },
    async buy(memberId: number, totalTwd: number, on = '2026-11-20') {
      const of = { storeId: store.storeId, memberId, totalTwd, at: new Date(`${on}T04:00:00Z`) };
      return insertPurchaseRow(db, of);
    },
    async act(memberId: number, on: string) {
      const actor = { kind: 'member', id: String(memberId) } as const;
      await transact((tx) =>
        recordFact(tx, tapped, {
          memberId,
          occurredAt: day(on),
          actor,
          source: 'chat',
          dedupeKey: `tap:${++taps}`,
          data: {},
        }),
      );
    },
    async giveBack(memberId: number, purchaseId: number, on: string) {
      await sql`
        update purchases set returned_twd = total_twd, fully_returned_at = ${day(on)} where id = ${purchaseId}`.execute(
        db,
      );
      await transact((tx) =>
        recordFact(tx, returned, {
          memberId,
          occurredAt: day(on),
          actor: tester,
          source: 'test',
          dedupeKey: String(purchaseId),
          data: { purchaseId },
        }),
      );
    },
    rank: (on: string) => rankMembers({ db, transact }, { now: day(on), zone }),
    async tierOf(memberId: number, on: string) {
      return (await readTierStanding(db, memberId, day(on))).tier.key;
    },
    /** Twenty people; the n-th has spent n × NT$1,000. */
    async crowd() {
      const members: { memberId: number; n: number }[] = [];
      for (let n = 1; n <= 20; n++) {
        const member = await club.join();
        await club.buy(member.memberId, n * 1_000);
        members.push(member);
      }
      return members;
    },
  };
  return club;
}

describe('the ranking of a month by percentile', () => {
  let club: Awaited<ReturnType<typeof openClub>>;
  let crowd: { memberId: number; n: number }[];
  const who = (nth: number) => crowd[nth - 1]?.memberId as number;
  beforeEach(async () => {
    club = await openClub(await openTestDatabase(), byPercentile());
    crowd = await club.crowd();
  });

  it('gives the top 5 % and the next 10 % their tiers, and tells them once', async () => {
    expect(await club.rank('2026-12-01')).toBe(3);
    const tiers = await Promise.all([20, 19, 18, 17].map((nth) => club.tierOf(who(nth), '2026-12-01')));
    expect(tiers).toEqual(['diamond', 'platinum', 'platinum', 'general']);
    expect(await club.rank('2026-12-01')).toBe(0);
    expect(await club.rank('2026-12-20')).toBe(0);
    const told = await sql<{ count: number }>`
      select count(*) as count from outbox_published_messages where kind = 'tier_risen'`.execute(club.db);
    expect(told.rows[0]?.count).toBe(3);
    expect(tellFindings(await proveAll(club.db, tierProofs))).toContain('All is well');
  });

  it('ranks as of the first, also when the day is caught up later, and once in many processes', async () => {
    await club.buy(who(1), 90_000, '2026-12-02');
    await Promise.all(Array.from({ length: 5 }, () => club.rank('2026-12-03')));
    expect(await club.tierOf(who(1), '2026-12-03')).toBe('general');
    const rows = await sql<{ count: number }>`
      select count(*) as count from tier_memberships where reason = 'ranked_up'`.execute(club.db);
    expect(rows.rows[0]?.count).toBe(3);
  });

  it('goes on where a run was cut off', async () => {
    await club.rank('2026-12-01');
    await sql`update tier_rankings set applied_at = null`.execute(club.db);
    await sql`delete from tier_memberships where member_id = ${who(19)}`.execute(club.db);
    expect(await club.rank('2026-12-01')).toBe(1);
    expect(await club.tierOf(who(19), '2026-12-01')).toBe('platinum');
  });

  it('takes a tier only after 365 days and the days of grace, which are announced', async () => {
    await club.rank('2026-12-01');
    for (const nth of [1, 2, 3]) await club.buy(who(nth), 50_000 + nth, '2027-01-10');
    await club.rank('2027-02-01');
    expect(await club.tierOf(who(20), '2027-02-01')).toBe('diamond');
    for (const nth of [1, 2, 3]) await club.buy(who(nth), 50_000 + nth, '2027-11-10');
    await club.rank('2027-12-01');
    expect(await club.tierOf(who(20), '2027-12-01')).toBe('diamond');
    const told = await sql<{ memberId: number }>`
      select member_id as "memberId" from outbox_published_messages where kind = 'tier_below' order by 1`.execute(
      club.db,
    );
    expect(told.rows.map((row) => row.memberId)).toEqual(
      [who(18), who(19), who(20)].toSorted((a, b) => a - b),
    );
    await club.buy(who(19), 40_000, '2027-12-20');
    await club.rank('2028-01-01');
    const after = await Promise.all([20, 19, 3].map((nth) => club.tierOf(who(nth), '2028-01-01')));
    expect(after).toEqual(['general', 'general', 'diamond']);
    expect(tellFindings(await proveAll(club.db, tierProofs))).toContain('All is well');
  });

  it('ends the days of grace for who is back in time', async () => {
    await club.rank('2026-12-01');
    for (const nth of [1, 2, 3]) await club.buy(who(nth), 50_000 + nth, '2027-11-10');
    await club.rank('2027-12-01');
    await club.buy(who(20), 90_000, '2027-12-20');
    await club.rank('2028-01-01');
    expect(await club.tierOf(who(20), '2028-01-01')).toBe('diamond');
    const below = await sql`select 1 from tier_memberships where below_since is not null and until is null
      and member_id = ${who(20)}`.execute(club.db);
    expect(below.rows).toEqual([]);
  });

  it('takes a rank back at the return of what carried it, and keeps one that stands without it', async () => {
    const [extra, small] = [await club.buy(who(1), 30_000), await club.buy(who(20), 500)];
    await club.rank('2026-12-01');
    expect(await club.tierOf(who(1), '2026-12-01')).toBe('diamond');
    expect(await club.tierOf(who(20), '2026-12-01')).toBe('platinum');
    await club.giveBack(who(1), extra, '2026-12-05');
    await club.giveBack(who(20), small, '2026-12-05');
    expect(await club.tierOf(who(1), '2026-12-05')).toBe('general');
    expect(await club.tierOf(who(20), '2026-12-05')).toBe('platinum');
    expect(tellFindings(await proveAll(club.db, tierProofs))).toContain('All is well');
  });

  it('is no business of a purchase: nobody rises between rankings', async () => {
    await club.rank('2026-12-01');
    const purchaseId = await club.buy(who(1), 500_000, '2026-12-05');
    await club.transact((tx) =>
      raiseTier(tx, { memberId: who(1), purchaseId, now: day('2026-12-05'), actor: tester, source: 'test' }),
    );
    expect(await club.tierOf(who(1), '2026-12-05')).toBe('general');
  });

  it('is explained: the place, what it took, and what would change it', async () => {
    await club.rank('2026-12-01');
    const house = await makeHouse(club.db);
    const why = async (nth: number) => {
      const turn = makeTurn(house, { lineUserId: lineUser(crowd[nth - 1]?.n ?? 0), now: day('2026-12-02') });
      return JSON.stringify((await club.transact((tx) => answerWhyTier(turn, tx))).messages);
    };
    expect(await why(19)).toContain('最近 365 天消費 NT$19,000，是第 2 名，在會員的前 15%，所以升為白金。');
    expect(await why(19)).toContain('消費在會員的前 5% 就升為鑽石，上次要滿 NT$20,000。');
    expect(await why(17)).toContain('消費 NT$17,000，在 20 位會員中是第 4 名。');
    expect(await why(20)).toContain('上面沒有更高的等級了。');
  });

  it('counts two persons who became one as one', async () => {
    await club.rank('2026-12-01');
    const persons = { fromId: who(20), intoId: who(1), now: day('2026-12-02'), actor: tester, source: 'api' };
    await club.transact((tx) => mergePersons(tx, persons));
    expect(await club.tierOf(who(1), '2026-12-02')).toBe('diamond');
    await club.rank('2027-01-01');
    expect((await readTierStanding(club.db, who(1), day('2027-01-01'))).place).toMatchObject({
      memberCount: 19,
      netTwd: 21_000,
      place: 1,
    });
  });

  it.each([
    [
      'a rank without a ranking',
      `update tier_memberships set ranking_id = null where reason = 'ranked_up'`,
      'tiers.ranked_up',
    ],
    [
      'a rank that the spending did not reach',
      `update tier_ranking_cuts set cut_twd = 99000 where tier_key = 'diamond'`,
      'tiers.ranked_up',
    ],
    [
      'a rank that was lost while it was protected',
      `update tier_memberships set reason = 'ranked_down', ranking_id = (select min(id) from tier_rankings)
       where id = (select max(id) from tier_memberships where until is null and reason = 'withdrawn')`,
      'tiers.ranked_down',
    ],
  ])('is proved: the audit finds %s', async (_what, planted, name) => {
    const extra = await club.buy(who(1), 30_000);
    await club.rank('2026-12-01');
    await club.giveBack(who(1), extra, '2026-12-05');
    const undo = new Error('undo');
    await club.db
      .transaction()
      .execute(async (tx) => {
        await sql`set local session_replication_role = 'replica'`.execute(tx);
        expect((await sql.raw(planted).execute(tx)).numAffectedRows).not.toBe(0n);
        const { proved } = await proveWithin(tx, tierProofs);
        expect(proved.filter((each) => each.broken > 0).map((each) => each.name)).toContain(name);
        throw undo;
      })
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
  });
});

describe('the ranking of a month by score', () => {
  it('lets an active low spender outrank a higher spender, and is explained', async () => {
    const club = await openClub(await openTestDatabase(), byScore());
    const crowd = await club.crowd();
    const [active, spender] = [crowd[15], crowd[18]];
    if (!active || !spender) throw new Error('nobody');
    for (let nth = 1; nth <= 9; nth++) {
      await club.act(active.memberId, `2026-11-0${nth}`);
      await club.buy(active.memberId, 10, `2026-11-0${nth}`);
    }
    await club.rank('2026-12-01');
    const [a, b] = [active.memberId, spender.memberId];
    const places = await Promise.all([a, b].map((id) => readTierStanding(club.db, id, day('2026-12-01'))));
    expect(places.map((each) => each.place?.netTwd)).toEqual([16_090, 19_000]);
    expect(places.map((each) => each.tier.key)).toEqual(['gold', 'silver']);
    const house = await makeHouse(club.db);
    const turn = makeTurn(house, { lineUserId: lineUser(active.n), now: day('2026-12-02') });
    const said = JSON.stringify((await club.transact((tx) => answerWhyTier(turn, tx))).messages);
    expect(said).toContain('計分是 87 分，滿 80 分，所以升為金卡。');
    expect(said).toContain('購買 10 次、參與 10 天，和其他會員相比是 87 分。');
    expect(tellFindings(await proveAll(club.db, tierProofs))).toContain('All is well');
  });

  it('looks again, without protection, at who brought back what was scored', async () => {
    const club = await openClub(await openTestDatabase(), byScore({ graceDays: 0 }));
    const crowd = await club.crowd();
    const first = crowd[0]?.memberId as number;
    const big = await club.buy(first, 90_000);
    await club.rank('2026-12-01');
    expect(await club.tierOf(first, '2026-12-01')).toBe('gold');
    await club.giveBack(first, big, '2026-12-05');
    expect(await club.tierOf(first, '2026-12-05')).toBe('gold');
    await club.rank('2027-01-01');
    expect(await club.tierOf(first, '2027-01-01')).toBe('general');
    expect(tellFindings(await proveAll(club.db, tierProofs))).toContain('All is well');
  });
});

it('comes to the same in SQL as in the rules, for any population', async () => {
  for (const policy of [byPercentile(), byScore()]) {
    const club = await openClub(await openTestDatabase(), policy);
    const people: { memberId: number; netTwd: number; purchases: number; activeDays: number }[] = [];
    for (let n = 0; n < 60; n++) {
      const { memberId } = await club.join();
      const purchases = (n * 7) % 4;
      const each = ((n * 13) % 10) * 100;
      const activeDays = (n * 5) % 3;
      for (let at = 0; at < purchases; at++) await club.buy(memberId, each, `2026-11-1${at}`);
      for (let at = 0; at < activeDays; at++) await club.act(memberId, `2026-11-1${at}`);
      people.push({ memberId, netTwd: purchases * each, purchases, activeDays });
    }
    await club.rank('2026-12-01');
    const places = await sql<{ memberId: number; score: number; tierKey: string }>`
      select member_id as "memberId", score, tier_key as "tierKey" from tier_places`.execute(club.db);
    const found = new Map(places.rows.map((row) => [row.memberId, row]));
    if (policy.mode === 'percentile') {
      const keys = rankPopulation(policy, people).map((tier) => tier.key);
      expect(people.map((each) => found.get(each.memberId)?.tierKey ?? 'general')).toEqual(keys);
      expect(new Set(keys).size).toBe(3);
    } else {
      expect(people.map((each) => found.get(each.memberId)?.score ?? 0)).toEqual(
        scorePopulation(policy, people),
      );
    }
  }
});
