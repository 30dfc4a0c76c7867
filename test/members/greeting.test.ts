import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { answerLevel, answerSettings } from '#features/members/greeting/preferences-chat.ts';
import { createWelcomeChat } from '#features/members/greeting/welcome-chat.ts';
import { readPersonByLine } from '#features/members/person-reads.ts';
import { isServed, nextOpening } from '#features/tasks/service-hours-rules.ts';
import { readOpenTasks } from '#features/tasks/task-reads.ts';
import { answerAgent, answerFindPoints } from '#features/tasks/tasks-chat.ts';
import { createTransact } from '#foundation/facts.ts';
import { readFriend } from '#friends/friend-reads.ts';
import { answerFreeText, noteUnfollow } from '#friends/friends-chat.ts';
import { markFriendState } from '#friends/mark-friend-state.ts';
import type { House } from '#line/turn.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { newPhone, openChat } from './chat-driver.ts';

const database = await openTestDatabase();
const { db } = database;
const transact = createTransact(db, []);
const noon = new Date('2026-11-21T04:00:00Z');
let now = noon;
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
});

const chatOf = () => openChat({ db, transact, house, now: () => now });
const title = { 'zh-TW': '新會員折 NT$100', en: 'NT$100 off', ja: 'NT$100 OFF' };
const welcome = createWelcomeChat({ readWelcomeOffer: async () => ({ title }) });
const plainWelcome = createWelcomeChat({ readWelcomeOffer: async () => null });
type Chat = ReturnType<typeof chatOf>;
const follow = (chat: Chat, isUnblocked = false, handler = welcome) =>
  chat.run(handler, { kind: 'follow', isUnblocked });
const linksOf = async (chat: Chat) =>
  (
    await sql<{ data: { menu: string } }>`
      select data from outbox_published_messages where channel = 'rich_menu_link' and line_user_id = ${chat.lineUserId} order by id`.execute(
      db,
    )
  ).rows.map(({ data }) => data.menu);

describe('a follow', () => {
  it('is welcomed in three bubbles that name the gift before they ask for anything', async () => {
    const chat = chatOf();
    expect((await follow(chat)).split('\n')).toEqual([
      '小美，您好，歡迎來到 Shuke！🎁 見面禮已經幫您留好：新會員折 NT$100。',
      '新會員折 NT$100綁定會員就能領，大約 1 分鐘［綁定會員］［先逛逛優惠券］',
      '這裡由小幫手自動回覆，查點數、領優惠券、找門市都可以。要找真人請輸入「真人」，訊息想少一點請輸入「少一點」。',
    ]);
    const replies = chat.answer().messages.at(-1)?.quickReply?.items ?? [];
    expect(replies.map(({ action }) => action && 'label' in action && action.label)).toEqual([
      '綁定會員',
      '優惠券',
      '門市',
      'English',
      '日本語',
    ]);
    expect((await readPersonByLine(db, chat.lineUserId))?.joinedAt).toBeNull();
    expect(await linksOf(chat)).toEqual([]);
  });

  it('is welcomed without a gift where the brand gives none', async () => {
    expect(await follow(chatOf(), false, plainWelcome)).toContain(
      '小美，您好，歡迎來到 Shuke！🎁 綁定會員後，門市和網路的點數會算在一起。［綁定會員］［先逛逛優惠券］',
    );
  });

  it('leaves out a name that is none, whatever it holds', async () => {
    for (const displayName of [null, '', '🎂🎂', 'https://x.tw', '0912345678']) {
      const chat = chatOf();
      const said = await chat.run(welcome, { kind: 'follow', isUnblocked: false }, { displayName });
      expect(said).toMatch(/^您好，歡迎來到/);
    }
  });

  it('of a member who comes back links the menu again, and leaves what was stopped stopped', async () => {
    const chat = chatOf();
    await chat.joinWith(newPhone(), '3/5', 'service');
    await chat.run(noteUnfollow, { kind: 'unfollow' });
    expect(await follow(chat, true)).toBe(
      '小美，歡迎回來！會員資料都還在，從這裡接著用。優惠訊息維持停止，想再收請輸入「恢復」。［會員卡］［我的優惠券］',
    );
    expect(await linksOf(chat)).toEqual(['member', 'member']);
  });

  it('of a guest who comes back still has the gift, unless it was given', async () => {
    expect(await follow(chatOf(), true)).toBe(
      '歡迎回來！見面禮新會員折 NT$100 還留著，綁定會員就能領。［綁定會員］',
    );
    expect(await follow(chatOf(), true, plainWelcome)).toBe(
      '歡迎回來！綁定會員後，點數和優惠券都看得到。［綁定會員］',
    );
  });

  it('that a later block has overtaken is not greeted', async () => {
    const chat = chatOf();
    await transact((tx) =>
      markFriendState(tx, {
        lineUserId: chat.lineUserId,
        eventKey: `${chat.lineUserId}-block`,
        eventAt: new Date(Date.now() + 60_000),
        now,
        change: { to: 'blocked' },
      }),
    );
    expect(await follow(chat)).toBe('');
    expect(await readFriend(db, chat.lineUserId)).toMatchObject({ state: 'blocked' });
  });
});

describe('how much to send', () => {
  it('is less, none, and all again, each said in plain words', async () => {
    const chat = chatOf();
    expect(await chat.say('設定', answerSettings)).toBe(
      '優惠訊息現在是：一天最多一則、7 天最多兩則。想怎麼調整？［少一點］［停止］［恢復］',
    );
    expect(await chat.say('少一點', answerLevel('less'))).toBe(
      '好的，優惠訊息改成兩週最多一則。查點數、優惠券照常。［停止］［恢復］',
    );
    expect(await chat.say('停止', answerLevel('stopped'))).toBe(
      '已經停止，排好的優惠訊息也取消了。您查詢時照常回覆，想再收請輸入「恢復」。［恢復］',
    );
    expect(await chat.say('停止', answerLevel('stopped'))).toBe('目前就是這個設定：停止。［恢復］');
    expect(await chat.say('恢復', answerLevel('all'))).toBe(
      '已經恢復，優惠訊息一天最多一則、7 天最多兩則。［少一點］',
    );
  });

  it('停止 takes back at once what is queued, and leaves service messages', async () => {
    const chat = chatOf();
    await chat.say('設定', answerSettings);
    for (const [key, purpose] of [
      ['a', 'marketing'],
      ['b', 'marketing'],
      ['c', 'service'],
    ] as const) {
      const dedupe = `${chat.lineUserId}-${key}`;
      await sql`insert into outbox_keys values (${dedupe})`.execute(db);
      await sql`insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, due_at)
                values ('line_message', 'push', 'x', ${purpose}, ${chat.lineUserId}, ${dedupe}, ${now})`.execute(
        db,
      );
    }
    await chat.say('停止', answerLevel('stopped'));
    const rows =
      await sql`select purpose, state, reason from outbox_published_messages where line_user_id = ${chat.lineUserId} order by id`.execute(
        db,
      );
    expect(rows.rows).toEqual([
      { purpose: 'marketing', state: 'skipped', reason: 'stopped' },
      { purpose: 'marketing', state: 'skipped', reason: 'stopped' },
      { purpose: 'service', state: 'planned', reason: null },
    ]);
  });

  it('of a member is a withdrawal and a new consent in the log', async () => {
    const chat = chatOf();
    await chat.joinWith(newPhone(), '3/5', 'all');
    await chat.say('停止', answerLevel('stopped'));
    await chat.say('恢復', answerLevel('all'));
    const person = await readPersonByLine(db, chat.lineUserId);
    const log = await sql<{ live: boolean }>`
      select withdrawn_at is null as live from member_consents
      where member_id = ${person?.memberId} and purpose = 'marketing' order by id`.execute(db);
    expect(log.rows.map(({ live }) => live)).toEqual([false, true]);
    expect(await chat.say('設定', answerSettings)).toContain('［改生日］［解除綁定］');
  });
});

describe('how much to send to a member', () => {
  it('is less, and not nothing, when less is asked for after a stop', async () => {
    const chat = chatOf();
    await chat.joinWith(newPhone(), '3/5', 'all');
    const person = await readPersonByLine(db, chat.lineUserId);
    const consents = async () =>
      (
        await sql`select 1 from members_published_consents
                  where member_id = ${person?.memberId} and purpose = 'marketing'`.execute(db)
      ).rows.length;
    await chat.say('少一點', answerLevel('less'));
    expect(await consents()).toBe(1);
    await chat.say('停止', answerLevel('stopped'));
    expect(await consents()).toBe(0);
    await chat.say('少一點', answerLevel('less'));
    expect(await consents()).toBe(1);
  });
});

describe('calling a person', () => {
  it('within the service hours tells when, and keeps the automaton quiet for an hour', async () => {
    now = noon;
    const chat = chatOf();
    expect(await chat.say('真人', answerAgent)).toBe(
      '已經通知客服，30 分鐘內回覆。接下來 60 分鐘小幫手先不插話，選單照常可用。',
    );
    await chat.say('真人', answerAgent);
    const person = await readPersonByLine(db, chat.lineUserId);
    const tasks = (await readOpenTasks(db, 100)).filter(({ memberId }) => memberId === person?.memberId);
    expect(tasks.map(({ kind }) => kind)).toEqual(['agent_wanted']);
    now = new Date(noon.getTime() + 59 * 60_000);
    expect(await chat.say('我的包裹呢', answerFreeText)).toBe('');
    now = new Date(noon.getTime() + 60 * 60_000);
    expect(await chat.say('我的包裹呢', answerFreeText)).toContain('小幫手看不懂這句話');
    now = noon;
  });

  it('outside of them tells when someone comes', async () => {
    now = new Date('2026-11-21T12:00:00Z');
    expect(await chatOf().say('真人', answerAgent)).toBe(
      '客服時間是 10:00–19:00。請先留言，明天 10:00 起依序回覆。',
    );
    now = new Date('2026-11-21T00:00:00Z');
    expect(await chatOf().say('真人', answerAgent)).toBe(
      '客服時間是 10:00–19:00。請先留言，10:00 起依序回覆。',
    );
    now = noon;
  });

  it('for missing points puts it on the list, for members', async () => {
    const chat = chatOf();
    expect(await chat.tap('task:merge', {}, {}, answerFindPoints)).toContain('先綁定會員');
    await chat.joinWith(newPhone(), '3/5');
    expect(await chat.tap('task:merge', {}, {}, answerFindPoints)).toBe(
      '已請店員核對，3 個工作天內在這裡回覆。',
    );
  });

  it.each([
    [{ from: '10:00', until: '19:00' }, '01:59', false],
    [{ from: '10:00', until: '19:00' }, '02:00', true],
    [{ from: '10:00', until: '19:00' }, '11:00', false],
    [{ from: '20:00', until: '04:00' }, '19:00', true],
    [{ from: '20:00', until: '04:00' }, '05:00', false],
    [{ from: '00:00', until: '00:00' }, '05:00', true],
  ])('hours %j at %s UTC: %s', (hours, time, open) => {
    const at = new Date(`2026-11-21T${time}:00Z`);
    expect(isServed(hours, at, 'Asia/Taipei')).toBe(open);
    if (!open) expect(isServed(hours, nextOpening(hours, at, 'Asia/Taipei'), 'Asia/Taipei')).toBe(true);
  });
});
