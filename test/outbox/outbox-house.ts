import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { brandPolicy } from '#foundation/brand.ts';
import { createFixedClock, wireClock } from '#foundation/clock.ts';
import type { Db, Tx } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { readPolicy } from '#foundation/policy.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { createLineClient } from '#line/client.ts';
import { fixedToken } from '#line/client-tokens.ts';
import { createFlexKit } from '#line/flex.ts';
import { derivePalette } from '#line/palette-rules.ts';
import type { House } from '#line/turn.ts';
import { type CourierParts, createCourier } from '#outbox/courier.ts';
import { collectMessageKinds } from '#outbox/kinds.ts';
import { openTestDatabase } from '../support/database.ts';
import { startLineStandIn } from './line-stand-in.ts';
import { news, offer, tip } from './message-kinds.ts';

export const userId = (n: number): string => `U${n.toString(16).padStart(32, '0')}`;

/** A database, a LINE stand-in, a clock at a Tuesday noon in Taipei, and couriers as many as wanted. */
export async function openOutboxHouse(options: { max?: number } = {}) {
  const database = await openTestDatabase({ max: options.max ?? 12 });
  const { db } = database;
  const line = await startLineStandIn();
  const clock = createFixedClock('2026-12-01T04:00:00Z');
  const transact = createTransact(db, []);
  const secrets = createSecrets(randomBytes(32));
  const brand = await readPolicy(db, brandPolicy, clock.now());
  const house: House = {
    brand,
    brandName: 'Demo',
    basicId: '@demo',
    publicUrl: 'https://shuke.example',
    secrets,
    flex: createFlexKit(derivePalette(brand.colour)),
  };
  const clientOf = (timeoutMs: number) =>
    createLineClient({
      apiBaseUrl: line.url,
      dataApiBaseUrl: line.url,
      token: fixedToken('fixed'),
      loopbackOnly: true,
      timeoutMs,
    });
  const client = clientOf(20_000);
  const courier = (overrides: Partial<CourierParts> = {}) =>
    createCourier({
      db,
      transact,
      client,
      kinds: collectMessageKinds([offer, tip, news]),
      house: async () => house,
      clock,
      wire: wireClock,
      log: createLogger('silent'),
      secrets,
      sms: null,
      alertWebhookUrl: null,
      ...overrides,
      options: { paces: { push: 100_000, multicast: 100_000 }, pollMs: 10, ...overrides.options },
    });
  return {
    ...database,
    line,
    clock,
    transact,
    secrets,
    house,
    client,
    /** Gives up early on the first call alone, which is never answered: for any other a busy machine may be late. */
    hastyOnce: () => {
      const turns = [clientOf(700)];
      const next = () => turns.pop() ?? client;
      return {
        ...client,
        push: (...call: Parameters<typeof client.push>) => next().push(...call),
        reply: (...call: Parameters<typeof client.reply>) => next().reply(...call),
      };
    },
    courier,
    inTx: <T>(work: (tx: Tx) => Promise<T>) => transact(work),
    befriend: (from: number, to = from, state = 'following', name: string | null = null) =>
      befriend(db, from, to, state, name),
    rows: () => readRows(db),
  };
}

async function befriend(db: Db, from: number, to: number, state: string, name: string | null): Promise<void> {
  const ids = Array.from({ length: to - from + 1 }, (_, i) => userId(from + i));
  await sql`
    insert into line_friends (line_user_id, display_name, state, state_event_at)
    select id, ${name}, ${state}, now() from unnest(${ids}::text[]) as u(id)`.execute(db);
}

export type SeenRow = {
  id: number;
  person: string | null;
  method: string;
  kind: string;
  state: string;
  reason: string | null;
  attempts: number;
  doubts: number;
  status: number | null;
  requestId: string | null;
  retryKey: string;
  batchId: string | null;
  dueAt: Date;
};

async function readRows(db: Db): Promise<SeenRow[]> {
  const found = await sql<SeenRow>`
    select id, line_user_id as person, method, kind, state, reason, attempts, doubt_count as doubts,
           answer_status as status, line_request_id as "requestId", retry_key as "retryKey", batch_id as "batchId",
           due_at as "dueAt"
    from outbox_published_messages order by id`.execute(db);
  return found.rows;
}
