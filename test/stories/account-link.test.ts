import { describe, expect, it } from 'vitest';
import { readFriend } from '#friends/friend-reads.ts';
import { linkAccount } from '#simulator/shopper-acts.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import { settleBrand } from '../support/story-policy.ts';
import type { StoryShopper } from '../support/story-shopper.ts';
import { openStoryTill } from '../support/story-till.ts';

const database = await openTestDatabase();
await settleBrand(database, { memberSiteUrl: 'https://members.example/line?from=chat' });
const story = await openStory(database);
const till = await openStoryTill(story);

/** What the brand's own site does once its member has signed in: a nonce, then LINE's dialog. */
async function signIn(
  shopper: StoryShopper,
  memberNo: string,
  { nonce, label = '會員登入' }: { nonce?: string; label?: string } = {},
) {
  const link = new URL(shopper.link(label));
  const made = nonce ? null : await story.call('POST', '/account-links', { memberNo });
  const used = nonce ?? made?.body.nonce;
  shopper.look();
  const outcome = await linkAccount(story.stage, {
    linkToken: link.searchParams.get('linkToken') ?? '',
    nonce: used,
  });
  await story.settle();
  return { outcome, nonce: used, answers: shopper.answers() };
}

describe('a brand with a member site of its own', () => {
  it('binds whoever signs in there, and brings the points along', async () => {
    const { body } = await till.buys(1280, { member: { phone: '0977000001' } });
    const shopper = story.shopper('陳怡君');
    await shopper.follow();
    expect(await shopper.taps('綁定會員')).toEqual([
      '在會員網站登入，就能把會員卡綁到這個 LINE，大約 1 分鐘。之後隨時可以輸入「解除綁定」。',
    ]);
    const link = new URL(shopper.link('會員登入'));
    expect(link.origin + link.pathname).toBe('https://members.example/line');
    expect(link.searchParams.get('from')).toBe('chat');
    const { answers, nonce } = await signIn(shopper, body.memberNo);
    expect(answers[0]).toMatch(/^綁定完成！以前的消費紀錄也併進來了，現在有 12 點。見面禮/);
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{10,255}$/);
    expect(answers.slice(1)).toEqual(['優惠訊息目前沒有開啟，想收請輸入「恢復」。']);
    expect(shopper.labels()).toContain('恢復');
    expect(shopper.menu()).toBe('member-card');
    expect((await till.looksUp({ memberNo: body.memberNo })).body.isBound).toBe(true);
    expect((await shopper.says('解除綁定'))[0]).toContain('12 點和 1 張優惠券會留著');
  });

  it('tells in the language of the chat how to get offers, and typing it switches them on', async () => {
    const said = {
      en: 'Offers are off; type "resume" to get them.',
      ja: 'お知らせは停止中です。受け取るには「再開」と入力してください。',
    };
    const words = { en: ['Join', 'Sign in', 'resume'], ja: ['会員連携', 'ログイン', '再開'] };
    for (const [at, language] of (['en', 'ja'] as const).entries()) {
      const { body } = await till.buys(500, { member: { phone: `097700010${at}` } });
      const shopper = story.shopper(`Ann ${at}`, language);
      await shopper.follow();
      const [join = '', site = '', resume = ''] = words[language];
      await shopper.says(join);
      const { answers } = await signIn(shopper, body.memberNo, { label: site });
      expect(answers).toHaveLength(2);
      expect(answers[1]).toBe(said[language]);
      expect((await readFriend(story.app.db, shopper.userId))?.marketing).toBe('stopped');
      await shopper.says(resume);
      expect((await readFriend(story.app.db, shopper.userId))?.marketing).toBe('all');
    }
  });

  it('takes each nonce once, and only for ten minutes', async () => {
    const { body } = await till.buys(500, { member: { phone: '0977000002' } });
    const [first, second] = [story.shopper('林一'), story.shopper('林二')];
    await first.follow();
    await first.says('綁定會員');
    const { nonce } = await signIn(first, body.memberNo);
    await second.follow();
    await second.says('綁定會員');
    expect((await signIn(second, body.memberNo, { nonce })).answers).toEqual([
      '這個連結已經用過或超過 10 分鐘了，再點一次「綁定會員」就有新的。',
    ]);
    const fresh = (await story.call('POST', '/account-links', { memberNo: body.memberNo })).body.nonce;
    await second.says('綁定會員');
    const late = await story.later(10.1, async () => {
      await second.says('綁定會員');
      return signIn(second, body.memberNo, { nonce: fresh });
    });
    expect(late.answers[0]).toContain('這個連結已經用過或超過 10 分鐘了');
    expect((await second.says('會員卡'))[0]).toContain('先綁定會員就看得到了');
  });

  it('moves a card that is with another LINE account under the rules of every move', async () => {
    const { body } = await till.buys(700, { member: { phone: '0977000003' } });
    const [old, fresh] = [story.shopper('舊帳號'), story.shopper('新帳號')];
    for (const shopper of [old, fresh]) {
      await shopper.follow();
      await shopper.says('綁定會員');
    }
    await signIn(old, body.memberNo);
    old.look();
    const { answers } = await signIn(fresh, body.memberNo);
    expect(answers).toEqual([
      '改綁完成。消費照常累積，點數和優惠券從明天 14:00 起可以使用。',
      '優惠訊息目前沒有開啟，想收請輸入「恢復」。',
    ]);
    expect(old.answers()[0]).toContain('您的會員卡剛改綁到另一個 LINE');
    expect((await till.looksUp({ memberNo: body.memberNo })).body.spending).toBe('held');
  });

  it('lets people bind by phone all the same', async () => {
    const shopper = story.shopper('不想登入');
    await shopper.follow();
    await shopper.says('綁定會員');
    expect((await shopper.taps('改用手機綁定'))[0]).toContain('第 1 步，共 4 步');
  });

  it('begins the ordinary conversation when LINE gives no link token within 800 ms', async () => {
    const shopper = story.shopper('等不到的人');
    await shopper.follow();
    story.platform.script([{ match: { path: /\/linkToken$/ }, answer: { do: 'delay', ms: 1_500 } }]);
    expect((await shopper.says('綁定會員'))[0]).toContain('第 1 步，共 4 步');
    story.platform.script([{ match: { path: /\/linkToken$/ }, answer: { do: 'answer', status: 500 } }]);
    await shopper.taps('先不綁定');
    expect((await shopper.says('綁定會員'))[0]).toContain('第 1 步，共 4 步');
  });

  it('names a member number that nobody has', async () => {
    const wrong = await story.call('POST', '/account-links', { memberNo: '12345' });
    expect(wrong.status).toBe(422);
    expect(wrong.body.error.fields).toMatchObject([{ path: 'memberNo' }]);
  });
});
