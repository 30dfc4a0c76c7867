import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { readPersonByLine } from '../../members/person-reads.ts';
import { readStoreNames } from '../../stores/store-reads.ts';
import { readRecentSlips } from './recent-slips-reads.ts';
import { tellSlips } from './slips-messages.ts';

/** So many fit on a card that is read at a glance. */
const slipsTold = 5;

/** What a balance and a tier rest on: the last receipts and returns; no message where there are none. */
export async function answerSlips(turn: Turn, tx: Tx): Promise<Answer> {
  const { house, locale, now } = turn;
  const person = await readPersonByLine(tx, turn.lineUserId);
  if (!person?.joinedAt) return { messages: [] };
  const slips = await readRecentSlips(tx, { memberId: person.memberId, limit: slipsTold });
  if (slips.length === 0) return { messages: [] };
  const names = await readStoreNames(tx, [...new Set(slips.map(({ storeId }) => storeId))]);
  const rows = slips.map((slip) => ({ ...slip, storeName: names.get(slip.storeId) ?? '' }));
  return {
    messages: [tellSlips(house.flex, { locale, today: dateInZone(now, house.brand.zone), slips: rows })],
  };
}
