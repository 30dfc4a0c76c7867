import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { addMs } from '#foundation/clock.ts';
import { createTransact } from '#foundation/facts.ts';
import { randomDigits } from '#foundation/ids.ts';
import { changeMarketingLevel } from '#friends/change-marketing-level.ts';
import { readFriend } from '#friends/friend-reads.ts';
import {
  answerFreeText,
  answerHelp,
  answerInLanguage,
  answerOldButton,
  noteUnfollow,
} from '#friends/friends-chat.ts';
import { markFriendState } from '#friends/mark-friend-state.ts';
import { silenceFreeText } from '#friends/silence-free-text.ts';
import { touchFriend } from '#friends/touch-friend.ts';
import type { House } from '#line/turn.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const database = await openTestDatabase();
const { db } = database;
const transact = createTransact(db, []);
const start = new Date('2026-11-21T04:00:00Z');
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
});

const newUser = () => `U${randomDigits(32)}`;
const mark = (lineUserId: string, seconds: number, to: 'following' | 'blocked') =>
  transact((tx) =>
    markFriendState(tx, {
      lineUserId,
      eventKey: `${lineUserId}:${seconds}:${to}`,
      eventAt: addMs(start, seconds * 1000),
      now: start,
      change: to === 'following' ? { to, isUnblocked: false } : { to },
    }),
  );
const stateOf = async (lineUserId: string) => (await readFriend(db, lineUserId))?.state;

describe('follow and unfollow', () => {
  it('the later timestamp wins in every order of arrival', async () => {
    const events = [
      [1, 'following'],
      [2, 'blocked'],
      [3, 'following'],
      [4, 'blocked'],
    ] as const;
    for (const order of permutations(events)) {
      const user = newUser();
      for (const [seconds, to] of order) await mark(user, seconds, to);
      expect(await stateOf(user)).toBe('blocked');
    }
  });

  it('holds when the deliveries come at the same time over several connections', async () => {
    for (let round = 0; round < 25; round++) {
      const user = newUser();
      await Promise.all(
        [5, 2, 4, 1, 3].map((seconds) => mark(user, seconds, seconds % 2 === 1 ? 'following' : 'blocked')),
      );
      expect(await stateOf(user)).toBe('following');
    }
  });

  it('says whether an event decides the state, so that a stale follow is not welcomed', async () => {
    const user = newUser();
    expect(await mark(user, 5, 'blocked')).toEqual({ isCurrent: true });
    expect(await mark(user, 3, 'following')).toEqual({ isCurrent: false });
    expect(await mark(user, 9, 'following')).toEqual({ isCurrent: true });
  });

  it('takes a block over a follow of the same instant', async () => {
    const user = newUser();
    await mark(user, 1, 'blocked');
    await mark(user, 1, 'following');
    expect(await stateOf(user)).toBe('blocked');
  });

  it('records each event once as a fact', async () => {
    const user = newUser();
    await mark(user, 1, 'following');
    await mark(user, 1, 'following');
    const facts = await sql<{ kind: string }>`select kind from facts where line_user_id = ${user}`.execute(
      db,
    );
    expect(facts.rows).toEqual([{ kind: 'friend.followed' }]);
  });

  it('knows nothing of the state of someone who only wrote, until a follow tells', async () => {
    const user = newUser();
    await transact((tx) => touchFriend(tx, { lineUserId: user, profile: null }));
    expect(await stateOf(user)).toBe('unknown');
    await mark(user, 1, 'following');
    expect(await stateOf(user)).toBe('following');
  });

  it('counts a friend from before our time as following when LINE gives the profile, until a block tells', async () => {
    const user = newUser();
    const profile = { displayName: 'Aki', language: null };
    await transact((tx) => touchFriend(tx, { lineUserId: user, profile: null }));
    expect(await stateOf(user)).toBe('unknown');
    await transact((tx) => touchFriend(tx, { lineUserId: user, profile }));
    expect(await stateOf(user)).toBe('following');
    await mark(user, 1, 'blocked');
    await transact((tx) => touchFriend(tx, { lineUserId: user, profile }));
    expect(await stateOf(user)).toBe('blocked');
  });

  it('stays silent at a block', async () => {
    const user = newUser();
    const turn = makeTurn(house, { lineUserId: user, eventKey: user, input: { kind: 'unfollow' } });
    expect(await transact((tx) => noteUnfollow(turn, tx))).toEqual({ messages: [] });
    expect(await stateOf(user)).toBe('blocked');
  });
});

describe('language', () => {
  it('follows the profile until the person chooses one', async () => {
    const user = newUser();
    const seen = (language: 'zh-TW' | 'ja') =>
      transact((tx) => touchFriend(tx, { lineUserId: user, profile: { displayName: 'Aki', language } }));
    expect(await seen('ja')).toMatchObject({ language: 'ja', displayName: 'Aki', isLanguageChosen: false });
    const answer = await transact((tx) => answerInLanguage('en')(makeTurn(house, { lineUserId: user }), tx));
    expect(answer.messages).toEqual([{ type: 'text', text: 'OK, we will answer in English from now on.' }]);
    expect(await seen('zh-TW')).toMatchObject({ language: 'en', isLanguageChosen: true });
  });
});

describe('a text that nobody understands', () => {
  const ask = (lineUserId: string, minutes: number, setting: House['brand']['freeText']) => {
    const turn = makeTurn(
      { ...house, brand: { ...house.brand, freeText: setting } },
      { lineUserId, now: addMs(start, minutes * 60_000), input: { kind: 'text', text: '??', keyword: null } },
    );
    return transact(async (tx) => {
      const { messages } = await answerFreeText(turn, tx);
      return messages.map((message) => (message.type === 'text' ? message.text : message.type));
    });
  };
  const someone = async () => {
    const user = newUser();
    await transact((tx) => touchFriend(tx, { lineUserId: user, profile: null }));
    return user;
  };

  it('gets three sentences in turn, never the same one twice in a row', async () => {
    const user = await someone();
    const said: string[] = [];
    for (let minute = 0; minute < 7; minute++) said.push(...(await ask(user, minute, 'always')));
    expect(said[0]).toBe('小幫手看不懂這句話。想查點數、優惠券或門市，點下面的按鈕，或直接輸入這幾個字。');
    expect(said).toHaveLength(7);
    for (let at = 1; at < said.length; at++) expect(said[at]).not.toBe(said[at - 1]);
    expect(new Set(said).size).toBe(3);
  });

  it('gives two texts at once two different sentences', async () => {
    const user = await someone();
    const said = (
      await Promise.all([ask(user, 0, 'always'), ask(user, 0, 'always'), ask(user, 0, 'always')])
    ).flat();
    expect(new Set(said).size).toBe(3);
  });

  it('is answered once in 12 hours by default', async () => {
    const user = await someone();
    expect(await ask(user, 0, 'every_12_hours')).toHaveLength(1);
    expect(await ask(user, 60, 'every_12_hours')).toHaveLength(0);
    expect(await ask(user, 12 * 60, 'every_12_hours')).toHaveLength(1);
  });

  it('is answered once when several come at once', async () => {
    const user = await someone();
    const said = await Promise.all(Array.from({ length: 8 }, () => ask(user, 0, 'every_12_hours')));
    expect(said.flat()).toHaveLength(1);
  });

  it('is never answered where the brand answers by hand, nor while a person has taken over', async () => {
    const user = await someone();
    expect(await ask(user, 0, 'never')).toEqual([]);
    await transact((tx) => silenceFreeText(tx, { lineUserId: user, until: addMs(start, 60 * 60_000) }));
    expect(await ask(user, 59, 'always')).toEqual([]);
    expect(await ask(user, 60, 'always')).toHaveLength(1);
  });
});

describe('help and old buttons', () => {
  it('lists every word that can be typed, for those without buttons', async () => {
    const { messages } = await answerHelp(makeTurn(house));
    const text = messages[0]?.type === 'text' ? messages[0].text : '';
    for (const word of [
      '綁定會員',
      '會員卡',
      '點數',
      '優惠券',
      '我的優惠券',
      '邀請好友',
      '門市',
      '退換貨',
      '真人',
      '少一點',
      '停止',
    ])
      expect(text).toContain(word);
  });

  it('leads on from a button that is no longer known', async () => {
    const { messages } = await answerOldButton(makeTurn(house, { locale: 'en' }));
    expect(messages[0]?.quickReply?.items?.length).toBe(3);
  });
});

describe('how much someone wants to hear', () => {
  it('changes once and tells whether it changed', async () => {
    const user = newUser();
    await transact((tx) => touchFriend(tx, { lineUserId: user, profile: null }));
    const stop = (eventKey: string) =>
      transact((tx) =>
        changeMarketingLevel(tx, {
          lineUserId: user,
          memberId: null,
          level: 'stopped',
          eventKey,
          now: start,
        }),
      );
    expect(await stop(`${user}-1`)).toEqual({ changed: true });
    expect(await stop(`${user}-2`)).toEqual({ changed: false });
    expect(await readFriend(db, user)).toMatchObject({ marketing: 'stopped' });
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}
