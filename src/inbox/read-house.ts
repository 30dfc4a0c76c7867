import { sql } from 'kysely';
import { brandPolicy } from '../foundation/brand.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Db } from '../foundation/db.ts';
import { readPolicy } from '../foundation/policy.ts';
import type { Secrets } from '../foundation/secrets.ts';
import { createFlexKit } from '../line/flex.ts';
import { derivePalette } from '../line/palette-rules.ts';
import type { House } from '../line/turn.ts';

/** The account as LINE knows it, kept so that a start without LINE still knows its own name. */
export type BotInfo = { userId: string; basicId: string; displayName: string };

const freshForMs = 2_000;
const unnamed = { basicId: '@shuke', displayName: 'Shuke' };

/**
 * What stays the same from turn to turn, read anew every two seconds, so that a new policy is soon in force; at once
 * when the business clock was moved.
 */
export function createHouseReader(parts: {
  db: Db;
  secrets: Secrets;
  publicUrl: string;
  businessClock: Clock;
  wireClock: Clock;
}): () => Promise<House> {
  let known: { house: House; at: number; businessAt: number } | null = null;
  let reading: Promise<House> | null = null;

  async function read(): Promise<House> {
    const businessNow = parts.businessClock.now();
    const brand = await readPolicy(parts.db, brandPolicy, businessNow);
    const bot = await readBotInfo(parts.db);
    const house: House = {
      brand,
      brandName: brand.name ?? bot?.displayName ?? unnamed.displayName,
      basicId: bot?.basicId ?? unnamed.basicId,
      publicUrl: parts.publicUrl,
      secrets: parts.secrets,
      flex: createFlexKit(derivePalette(brand.colour)),
    };
    known = { house, at: parts.wireClock.now().getTime(), businessAt: businessNow.getTime() };
    return house;
  }

  const isFresh = (clock: Clock, at: number) => Math.abs(clock.now().getTime() - at) < freshForMs;

  return () => {
    if (known && isFresh(parts.wireClock, known.at) && isFresh(parts.businessClock, known.businessAt))
      return Promise.resolve(known.house);
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
}

export async function readBotInfo(db: Db): Promise<BotInfo | null> {
  const found = await sql<{ value: BotInfo }>`
    select value from installation_marks where key = 'bot_info'`.execute(db);
  return found.rows[0]?.value ?? null;
}

export async function writeBotInfo(db: Db, info: BotInfo): Promise<void> {
  await sql`insert into installation_marks (key, value) values ('bot_info', ${JSON.stringify(info)}::jsonb)
            on conflict (key) do update set value = excluded.value, marked_at = now()`.execute(db);
}
