import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import type { ScriptedAnswer } from '#simulator/fault-plan.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import { openStoryTill } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);
const { platform } = story;
const anna = story.shopper('陳怡君');
const member = { phone: '0912000001' };

/** Points are told by push here, so that a purchase is a push. */
beforeAll(async () => {
  await story.app.transact(async (tx) => {
    const { version: _, ...reach } = await readPolicy(tx, reachPolicy, story.clock.now());
    const notices = { ...reach.notices, points_earned: 'push' as const };
    const actor = { kind: 'system', id: 'test' } as const;
    await publishPolicy(tx, reachPolicy, {
      data: { ...reach, notices },
      effectiveFrom: story.clock.now(),
      now: story.clock.now(),
      actor,
    });
  });
  await anna.binds({ phone: member.phone, birthday: '3/5' });
});

type Row = { id: number; method: string; state: string; reason: string | null; attempts: number };
let lastId = 0;
let acceptedBefore = 0;

/** What was planned since the test began. */
async function rows(): Promise<Row[]> {
  const found = await sql<Row>`
    select id, method, state, reason, attempts from outbox_published_messages where id > ${lastId} order by id`.execute(
    story.app.db,
  );
  return found.rows;
}

const ends = async () => (await rows()).map(({ method, state }) => `${method} ${state}`);

function breakNext(path: string, answer: ScriptedAnswer, times = 1): void {
  platform.script([{ match: { path: `/v2/bot/message/${path}` }, answer, times }]);
}

async function readLastId(): Promise<number> {
  const found = await sql<{
    id: number;
  }>`select coalesce(max(id), 0) as id from outbox_published_messages`.execute(story.app.db);
  return found.rows[0]?.id ?? 0;
}

beforeEach(async () => {
  lastId = await readLastId();
  acceptedBefore = platform.accepted.length;
  platform.plan.clear();
});

/** What LINE let through since the test began, and to whom. */
const accepted = () => platform.accepted.slice(acceptedBefore).map(({ via }) => via);

/** Every retry so far carried the key and the bytes of its first try, and nobody got anything twice. */
function expectNothingDoubled(): void {
  expect(platform.misuses).toEqual([]);
  const keys = platform.deliveries.flatMap(({ retryKey }) => retryKey ?? []);
  expect(new Set(keys).size).toBe(keys.length);
}

describe.each<[string, ScriptedAnswer]>([
  ['answers 429', { do: 'answer', status: 429, body: { message: 'The API rate limit has been exceeded.' } }],
  ['answers 500 and did nothing', { do: 'answer', status: 500 }],
  ['answers 500 and did it all the same', { do: 'answer', status: 500, accept: true }],
  ['breaks the connection before it did anything', { do: 'reset', accept: false }],
  ['breaks the connection after it did it', { do: 'reset', accept: true }],
  ['breaks off in the middle of its answer', { do: 'half-body' }],
])('while LINE %s', (_what, answer) => {
  it('a reply arrives once, by its own token, and is not pushed', async () => {
    breakNext('reply', answer);
    await anna.says('點數');
    expect(accepted()).toEqual(['reply']);
    expect(await ends()).toEqual(['reply sent']);
    expect(platform.plan.left()).toBe(0);
    expectNothingDoubled();
  });

  it('a push arrives once', async () => {
    breakNext('push', answer);
    const bought = await till.buys(1000, { member });
    expect(bought.status).toBe(201);
    expect(accepted()).toEqual(['push']);
    expect(await ends()).toEqual(['push sent']);
    expect(platform.plan.left()).toBe(0);
    expectNothingDoubled();
  });
});

describe('while LINE takes what we send and never answers', () => {
  it('replies and pushes arrive once', { timeout: 120_000 }, async () => {
    const bo = story.shopper('林小安');
    await bo.binds({ phone: '0912000002', birthday: '4/1' });
    acceptedBefore = platform.accepted.length;
    lastId = await readLastId();
    breakNext('reply', { do: 'hang', accept: true });
    breakNext('push', { do: 'hang', accept: true });
    await Promise.all([bo.says('點數'), till.buys(1000, { member })]);
    expect(accepted().sort()).toEqual(['push', 'reply']);
    expect((await ends()).sort()).toEqual(['push sent', 'reply sent']);
    expectNothingDoubled();
  });
});

describe('while LINE is down for as long as a reply may be tried', () => {
  it('the answer is left for a person to look at, and never pushed', async () => {
    breakNext('reply', { do: 'answer', status: 500 }, 2);
    await anna.says('點數');
    expect(accepted()).toEqual([]);
    expect(await ends()).toEqual(['reply unknown']);
    breakNext('reply', { do: 'reset', accept: false }, 2);
    await anna.says('點數');
    expect(await ends()).toEqual(['reply unknown', 'reply unknown']);
    expect(platform.plan.left()).toBe(0);
    await anna.says('點數');
    expect(accepted()).toEqual(['reply']);
  });

  it('what the person did is done all the same, once', async () => {
    breakNext('reply', { do: 'answer', status: 500 }, 2);
    await anna.says('少一點');
    const found = await sql<{ marketing: string }>`
      select marketing from line_friends where line_user_id = ${anna.userId}`.execute(story.app.db);
    expect(found.rows).toEqual([{ marketing: 'less' }]);
  });
});

describe('when the month of pushes is used up', () => {
  it('replies go on, and the next one carries the service push that was missed', async () => {
    platform.setFaults({ ...platform.faults(), outOfQuota: true });
    await till.buys(1000, { member });
    expect(await ends()).toEqual(['push held']);
    expect((await anna.says('點數')).join()).toContain('10 點');
    expect(accepted()).toEqual(['reply']);
    expect(await ends()).toEqual(['push sent', 'reply sent']);
    platform.setFaults({ ...platform.faults(), outOfQuota: false });
    await story.settle();
    expect(accepted()).toEqual(['reply']);
    expectNothingDoubled();
  });
});
