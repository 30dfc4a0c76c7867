import { readPersonByLine } from '#features/members/person-reads.ts';
import { readStoreNames } from '#features/stores/store-reads.ts';
import { dateInZone } from '#foundation/clock.ts';
import { type Tx, together } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { listBonuses } from './earning/earning-rules.ts';
import { type PointsView, tellBindFirst, tellPoints, tellWhyPoints } from './points-messages.ts';
import { readPoints, readPointsByReason, readPointsHistory } from './points-reads.ts';
import { pointsPolicy } from './points-rules.ts';
import { readBonusPoints } from './purchase-points-reads.ts';

/** Keyword `points`, postback `go:points`. */
export async function answerPoints(turn: Turn, tx: Tx): Promise<Answer> {
  const person = await readPersonByLine(tx, turn.lineUserId);
  const { flex } = turn.house;
  if (!person?.joinedAt) return { messages: tellBindFirst(flex, turn.locale) };
  return { messages: tellPoints(flex, turn.locale, await viewPoints(turn, tx, person.memberId)) };
}

/** Postback `why:points`. */
export async function answerWhyPoints(turn: Turn, tx: Tx): Promise<Answer> {
  const person = await readPersonByLine(tx, turn.lineUserId);
  const { flex } = turn.house;
  if (!person?.joinedAt) return { messages: tellBindFirst(flex, turn.locale) };
  const [view, sums, { points, recent }] = await together(
    viewPoints(turn, tx, person.memberId),
    readPointsByReason(tx, person.memberId),
    readBonusPoints(tx, person.memberId),
  );
  const bonuses = recent.flatMap(listBonuses);
  return { messages: tellWhyPoints(flex, turn.locale, view, sums, { points, bonuses }) };
}

async function viewPoints(turn: Turn, tx: Tx, memberId: number): Promise<PointsView> {
  const { zone } = turn.house.brand;
  const today = dateInZone(turn.now, zone);
  const [changes, summary, policy] = await together(
    readPointsHistory(tx, memberId),
    readPoints(tx, memberId, today),
    readPolicy(tx, pointsPolicy, turn.now),
  );
  const storeIds = changes.map((change) => change.storeId).filter((id) => id !== null);
  const stores = await readStoreNames(tx, [...new Set(storeIds)]);
  return {
    summary,
    policy,
    history: changes.map((change) => ({
      on: dateInZone(change.occurredAt, zone),
      reason: change.reason,
      storeName: change.storeId === null ? null : (stores.get(change.storeId) ?? null),
      amount: change.amount,
    })),
    today,
  };
}
