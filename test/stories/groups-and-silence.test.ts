import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { cardMovedKind } from '#features/members/binding/card-moved-messages.ts';
import { readFriend } from '#friends/friend-reads.ts';
import { enqueuePush } from '#outbox/enqueue.ts';
import { writeInGroup } from '#simulator/shopper-acts.ts';
import { buildEvent, buildMessageEvent } from '#simulator/webhook-events.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory, type Story } from '../support/story.ts';
import { settleBrand } from '../support/story-policy.ts';
import { wordsOf } from '../support/story-shopper.ts';
import { sign } from '../support/webhook.ts';

const database = await openTestDatabase();
const story = await openStory(database);
const { platform, sender } = story;

const groupId = `C${'a'.repeat(32)}`;
const heardIn = (id: string) =>
  platform.deliveries.filter(({ userId }) => userId === id).flatMap(({ messages }) => messages.map(wordsOf));

/** Whether anything is kept of what this person wrote. */
async function keepsText(text: string): Promise<boolean> {
  const found = await sql`
    select 1 from inbox_events where position(convert_to(${text}, 'UTF8') in body) > 0`.execute(story.app.db);
  return found.rows.length > 0;
}

describe('a group chat', () => {
  const shopper = story.shopper('陳怡君');
  const write = async (text: string, mentionsAccount: boolean) => {
    await writeInGroup(story.stage, { groupId, userId: shopper.userId, text, mentionsAccount });
    await story.settle();
  };

  it('is pointed to the one-to-one chat once a day, and only when it mentions the account', async () => {
    await shopper.binds({ phone: '0999000001', birthday: '3/5' });
    await write('點數', false);
    expect(heardIn(groupId)).toEqual([]);
    await write('點數', true);
    await write('會員卡', true);
    expect(heardIn(groupId)).toEqual(['會員資料請到和日常選物的一對一聊天查詢，這裡不顯示個人資料。']);
    await story.at('2026-11-22T06:00:00Z');
    await write('點數', true);
    expect(heardIn(groupId)).toHaveLength(2);
    expect(heardIn(groupId).join()).not.toContain('陳怡君');
  });

  it('hears nothing when the account joins, leaves, or people come and go', async () => {
    const source = { type: 'group', groupId: `C${'b'.repeat(32)}` } as const;
    for (const type of ['join', 'leave', 'memberJoined', 'memberLeft'] as const)
      await sender.post([
        buildEvent(platform, source, { type, joined: { members: [] }, left: { members: [] } }),
      ]);
    await story.settle();
    expect(heardIn(source.groupId)).toEqual([]);
  });
});

describe('what is not ours to answer', () => {
  it('stays unanswered while another module holds the chat', async () => {
    const shopper = story.shopper('待命的人');
    await shopper.follow();
    const source = { type: 'user', userId: shopper.userId } as const;
    const event = buildMessageEvent(platform, source, platform.ids.number(), { type: 'text', text: '說明' });
    shopper.look();
    await sender.post([{ ...event, mode: 'standby' } as unknown as typeof event]);
    await story.settle();
    expect(shopper.answers()).toEqual([]);
    expect(await shopper.says('說明')).toHaveLength(1);
  });

  it('learns who follows while another module holds the chat, and says nothing', async () => {
    const shopper = story.shopper('待命時封鎖的人');
    await shopper.binds({ phone: '0999000002', birthday: '3/5' });
    const source = { type: 'user', userId: shopper.userId } as const;
    const post = async (type: 'follow' | 'unfollow') => {
      const event = buildEvent(platform, source, { type, follow: { isUnblocked: true } });
      shopper.look();
      await sender.post([{ ...event, mode: 'standby' } as unknown as typeof event]);
      await story.settle();
      expect(shopper.answers()).toEqual([]);
    };
    const stateOf = async () => (await readFriend(story.app.db, shopper.userId))?.state;
    const push = (dedupeKey: string) =>
      story.app.transact((tx) =>
        enqueuePush(tx, cardMovedKind, {
          lineUserId: shopper.userId,
          memberId: null,
          data: { heldUntil: '2027-01-01T00:00:00.000Z' },
          dedupeKey,
          dueAt: story.clock.now(),
        }),
      );
    await post('unfollow');
    expect(await stateOf()).toBe('blocked');
    await push('while-blocked');
    await story.settle();
    expect(shopper.answers()).toEqual([]);
    const left =
      await sql`select state, reason from outbox_published_messages where dedupe_key = 'while-blocked'`.execute(
        story.app.db,
      );
    expect(left.rows).toEqual([{ state: 'skipped', reason: 'not_a_friend' }]);
    await post('follow');
    expect(await stateOf()).toBe('following');
    await push('while-following');
    await story.settle();
    expect(shopper.answers()).toHaveLength(1);
  });

  it('leaves stickers and pictures alone', async () => {
    const shopper = story.shopper('貼圖的人');
    await shopper.follow();
    expect(await shopper.sticker()).toEqual([]);
    expect(await shopper.picture()).toEqual([]);
  });

  it('blanks what is taken back after it was answered', async () => {
    const shopper = story.shopper('收回的人');
    await shopper.follow();
    await shopper.says('我的祕密一');
    expect(await keepsText('我的祕密一')).toBe(true);
    expect(await shopper.unsends('我的祕密一')).toEqual([]);
    expect(await keepsText('我的祕密一')).toBe(false);
  });

  it('never answers what was taken back before it came to it', async () => {
    const shopper = story.shopper('很快收回的人');
    await shopper.follow();
    const source = { type: 'user', userId: shopper.userId } as const;
    const id = platform.ids.number();
    const said = buildMessageEvent(platform, source, id, { type: 'text', text: '我的祕密二' });
    const unsend = buildEvent(platform, source, { type: 'unsend', unsend: { messageId: id } });
    shopper.look();
    await sender.post([said, unsend]);
    await story.settle();
    expect(shopper.answers()).toEqual([]);
    expect(await keepsText('我的祕密二')).toBe(false);
  });

  it('answers and blanks a message that nests 200,000 levels deep like any other', async () => {
    const shopper = story.shopper('很深的人');
    await shopper.follow();
    const source = { type: 'user', userId: shopper.userId } as const;
    const id = platform.ids.number();
    const said = buildMessageEvent(platform, source, id, { type: 'text', text: '說明', more: '我的祕密三' });
    const nested = `${'[{"a":'.repeat(100_000)}"我的祕密三"${'}]'.repeat(100_000)}`;
    const body = JSON.stringify({ destination: platform.account.botUserId, events: [said] });
    const payload = body.replace('"我的祕密三"', nested);
    shopper.look();
    const { statusCode } = await story.app.http.inject({
      method: 'POST',
      url: '/line/webhook',
      payload,
      headers: { 'x-line-signature': sign(payload, platform.account.channelSecret) },
    });
    expect(statusCode).toBe(200);
    await story.settle();
    expect(shopper.answers()).toHaveLength(1);
    expect(await keepsText('我的祕密三')).toBe(true);
    await sender.post([buildEvent(platform, source, { type: 'unsend', unsend: { messageId: id } })]);
    await story.settle();
    expect(await keepsText('我的祕密三')).toBe(false);
    expect(await shopper.says('說明')).toHaveLength(1);
  });

  it('is silent to free text again within twelve hours, for people answer by hand too', async () => {
    const shopper = story.shopper('聊天的人');
    await shopper.follow();
    const [first] = await shopper.says('請問有賣雨傘嗎');
    expect(first).toBe('小幫手看不懂這句話。想查點數、優惠券或門市，點下面的按鈕，或直接輸入這幾個字。');
    expect(shopper.labels()).toEqual(['點數', '優惠券', '門市', '真人', '說明']);
    expect(await shopper.says('哈囉')).toEqual([]);
    expect(await shopper.says('門市')).toHaveLength(1);
    await story.at('2026-11-22T18:30:00Z');
    expect(await shopper.says('有人嗎')).toEqual(['換個說法試試看，例如「點數」「優惠券」「退換貨」。']);
  });

  it('takes keywords in any width and with stray spaces, but never a part of a sentence', async () => {
    const shopper = story.shopper('打字的人');
    await shopper.follow();
    for (const text of ['點 數', '「點數」', '積分', 'Ｐｏｉｎｔｓ', 'POINTS!', 'ポイント', 'ﾎﾟｲﾝﾄ'])
      expect(await shopper.says(text), text).toEqual(['先綁定會員就看得到了，大約 1 分鐘。']);
    expect((await shopper.says('我想問點數怎麼用'))[0]).toContain('小幫手看不懂這句話');
  });

  it('points an old button to where things are now', async () => {
    const shopper = story.shopper('舊按鈕');
    await shopper.follow();
    for (const data of ['v0:go:card', 'action=buy&id=1', 'v1:gone', 'v1:constructor', '\u{1F389}'])
      expect(await shopper.postback(data)).toEqual(['這是比較早的訊息，內容可能變了，請從這裡重新開始。']);
  });
});

describe('people who answer by hand', async () => {
  const openWith = async (freeText: 'always' | 'never'): Promise<Story> => {
    const own = await openTestDatabase();
    await settleBrand(own, { freeText });
    return openStory(own);
  };
  const [always, never] = [await openWith('always'), await openWith('never')];

  it('hear no automaton for 60 minutes after 真人, while keywords and menu work', async () => {
    const shopper = always.shopper('找真人');
    await shopper.follow();
    expect(await shopper.says('真人')).toEqual([
      '已經通知客服，30 分鐘內回覆。接下來 60 分鐘小幫手先不插話，選單照常可用。',
    ]);
    expect(await shopper.says('我的包裹還沒到')).toEqual([]);
    expect(await shopper.says('說明')).toHaveLength(1);
    await always.at('2026-11-21T06:59:00Z');
    expect(await shopper.says('還在嗎')).toEqual([]);
    await always.at('2026-11-21T07:01:00Z');
    expect(await shopper.says('還在嗎')).toHaveLength(1);
  });

  it('never read the same sentence twice in a row', async () => {
    const shopper = always.shopper('亂打的人');
    await shopper.follow();
    const said: string[] = [];
    for (const text of ['啊', '喔', '嗯', '欸']) said.push(...(await shopper.says(text)));
    expect(said).toHaveLength(4);
    for (const [at, sentence] of said.slice(1).entries()) expect(sentence).not.toBe(said[at]);
    expect(said[2]).toBe('這題可能要請真人來答。輸入「真人」，客服會在服務時間內回覆。');
  });

  it('are told when the service opens again', async () => {
    const shopper = always.shopper('夜貓子');
    await shopper.follow();
    await always.at('2026-11-21T13:00:00Z');
    expect(await shopper.says('客服')).toEqual(['客服時間是 10:00–19:00。請先留言，明天 10:00 起依序回覆。']);
  });

  it('can switch the automaton off for free text', async () => {
    const shopper = never.shopper('安靜');
    await shopper.follow();
    expect(await shopper.says('請問有賣雨傘嗎')).toEqual([]);
    expect(await shopper.says('說明')).toHaveLength(1);
  });
});
