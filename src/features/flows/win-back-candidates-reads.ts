import { dateInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { readLapses } from '../insights/napl-reads.ts';
import type { Flow } from './flow-reads.ts';
import type { Candidate } from './plan-rules.ts';

/**
 * Who passes from N to L or from A to P today, where that day lies after the day on which the flow was switched on
 * and after the day on which an import brought the person: a load of people who lapsed long ago meets nobody.
 */
export async function readWinBackCandidates(
  db: Db,
  flow: Flow<'win_back'>,
  input: { today: string; zone: string },
): Promise<Candidate[]> {
  const { today, zone } = input;
  if (!flow.switchedOnAt || dateInZone(flow.switchedOnAt, zone) >= today) return [];
  const lapses = await readLapses(db, { day: today, windowDays: flow.settings.windowDays });
  const met = await readMet(
    db,
    lapses.map((lapse) => lapse.memberId),
  );
  return lapses
    .filter((lapse) => !met.has(`${lapse.memberId}:${occasionOf(lapse.lastPurchaseOn)}`))
    .filter((lapse) => lapse.importedAt === null || dateInZone(lapse.importedAt, zone) < today)
    .map((lapse) => {
      const occasion = occasionOf(lapse.lastPurchaseOn);
      const isOneTime = lapse.stage === 'L';
      return {
        flow: 'win_back',
        step: isOneTime ? 'one_time' : 'repeat',
        memberId: lapse.memberId,
        occasion,
        rank: [flow.rank, 1],
        ridesOn: null,
        offer: {
          couponKey: isOneTime ? flow.settings.oneTimeCouponKey : flow.settings.repeatCouponKey,
          issueKey: `flow:win_back:${lapse.memberId}:${occasion}`,
        },
        data: { lastPurchaseOn: lapse.lastPurchaseOn, pointsWithinDays: flow.settings.pointsWithinDays },
      };
    });
}

const occasionOf = (lastPurchaseOn: string) => `lapse:${lastPurchaseOn}`;

async function readMet(db: Db, memberIds: number[]): Promise<Set<string>> {
  if (memberIds.length === 0) return new Set();
  const found = await sql<{ key: string }>`
    select member_id || ':' || occasion as key from flow_entries
    where flow_key = 'win_back' and member_id = any(${memberIds})`.execute(db);
  return new Set(found.rows.map((row) => row.key));
}
