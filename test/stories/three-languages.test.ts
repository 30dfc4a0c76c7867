import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import { openStoryTill } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);
await story.call('POST', '/coupons', {
  key: 'tea',
  title: { 'zh-TW': '秋茶折 NT$50', en: 'NT$50 off tea', ja: '秋茶 NT$50 OFF' },
  reward: { kind: 'amount_off', amountTwd: 50 },
  isClaimable: true,
  validDays: 10,
});
const han = /\p{Script=Han}/u;

describe('a shopper whose phone speaks English', () => {
  const anna = story.shopper('Anna', 'en-GB');
  const phone = '0910000001';

  it('is welcomed and binds in English', async () => {
    const welcome = await anna.follow();
    expect(welcome[0]).toBe(
      "Hi Anna, welcome to 日常選物! 🎁 We've set aside a welcome gift for you: NT$100 off for new members.",
    );
    expect((await anna.taps('Join'))[0]).toMatch(/^Step 1 of 4: type your mobile number/);
    expect((await anna.says('02 2345 6789'))[0]).toContain('landlines');
    expect((await anna.says('+886 910 000 001'))[0]).toContain('to the number ending 001');
    expect(story.lastSms()?.text).toMatch(/^\[日常選物\] Your code is \d{6}/);
    expect((await anna.says(story.lastCode()))[0]).toMatch(/^Step 3 of 4: when is your birthday\?/);
    expect((await anna.taps('Feb'))[0]).toBe('Which day in Feb? Type the number, e.g. 29.');
    expect((await anna.says('29th'))[0]).toMatch(/^Step 4 of 4: confirm/);
    expect((await anna.taps('Agree, with offers'))[0]).toBe(
      "You're in! NT$100 off for new members is in My coupons, good through Wed, Jan 20, 2027. Bought here before and points are missing? Tap Find my points.",
    );
  });

  it('buys, claims, looks and stops in English', async () => {
    expect((await anna.says('coupons'))[0]).toBe('1 coupon is ready to claim.');
    expect((await anna.taps('Claim'))[0]).toBe(
      'Got it! 🎁 NT$50 off tea is in My coupons, good through Tue, Dec 1.',
    );
    await till.buys(1280, { member: { phone } });
    const answers = await anna.says('points');
    expect(answers[0]).toContain('12 points to use, worth NT$12.');
    expect(answers.join()).toContain('NT$1,280');
    expect((await anna.taps('Why this number?'))[0]).toContain('12 points');
    expect((await anna.says('my coupons'))[0]).toContain('Good through Dec 1, 2026');
    expect((await anna.says('card'))[0]).toContain('Basic');
    expect((await anna.says('less'))[0]).toBe('OK, one offer at most every two weeks.');
    expect((await anna.says('STOP.'))[0]).toMatch(/^Stopped, and offers in the queue are cancelled\./);
    expect((await anna.says('resume'))[0]).toBe('Offers are on again: at most 1 a day and 2 in 7 days.');
  });

  it('finds English in every answer to a keyword', async () => {
    for (const text of [
      'help',
      'stores',
      'returns',
      'invite',
      'code',
      'settings',
      'agent',
      'birthday',
      'unbind',
    ]) {
      const answers = (await anna.says(text)).join(' ');
      expect(answers, text).not.toBe('');
      const own = answers.replaceAll(/日常選物|信義店|板橋店|網路商店|台北市信義區松高路 1 號/g, '');
      expect(own, text).not.toMatch(han);
    }
    await anna.taps('Keep');
  });

  it('changes to Japanese and Chinese when asked to', async () => {
    expect(await anna.says('日本語')).toEqual(['今後は日本語でお答えします。']);
    expect((await anna.says('会員証'))[0]).toContain('レギュラー');
    expect(await anna.says('中文')).toEqual(['好的，之後用中文回覆。']);
    expect((await anna.says('card'))[0]).toContain('一般');
    await anna.says('English');
    expect((await anna.says('會員卡'))[0]).toContain('Basic');
  });

  it('gets the birthday in English', async () => {
    await story.switchOn('birthday');
    await story.at('2027-02-27T06:00:00Z');
    anna.look();
    await story.at('2027-02-28T01:00:00Z');
    const [wish] = anna.answers();
    expect(wish).toContain('Anna, there is no Feb 29 this year, so happy birthday today!');
  });
});

describe('a shopper whose phone speaks Japanese', () => {
  const sakura = story.shopper('さくら', 'ja');

  it('is welcomed, binds and claims in Japanese', async () => {
    const welcome = await sakura.follow();
    expect(welcome[0]).toContain('さくらさん、日常選物へようこそ。');
    expect((await sakura.taps('会員連携'))[0]).toMatch(/^手順1（全4手順）：携帯番号を入力してください/);
    expect((await sakura.says('０９１０－０００－００２'))[0]).toContain(
      '末尾002の番号に認証コードを送りました',
    );
    const wrong = story.lastCode() === '000000' ? '111111' : '000000';
    expect((await sakura.says(wrong))[0]).toBe(
      '数字が一致しません。あと4回入力できます。最新のSMSをご確認ください。',
    );
    expect((await sakura.says(story.lastCode()))[0]).toMatch(/^手順3（全4手順）：誕生日は何月何日ですか？/);
    expect((await sakura.says('昭和63年2月29日'))[0]).toContain('2月29日');
    expect((await sakura.taps('はい'))[0]).toMatch(/^手順4（全4手順）：確認/);
    expect((await sakura.taps('同意・お知らせあり'))[0]).toMatch(/^連携できました。/);
    await sakura.says('クーポン');
    expect((await sakura.taps('受け取る'))[0]).toContain('「マイクーポン」で');
    expect((await sakura.says('ポイント'))[0]).toContain('まだポイントはありません。');
    expect((await sakura.says('停止'))[0]).toContain('停止しました。');
    expect((await sakura.says('再開'))[0]).not.toBe('');
  });
});

describe('a shopper whose language we do not speak', () => {
  it('is spoken to in English, and one without a language in Chinese', async () => {
    expect((await story.shopper('Minh', 'vi').follow())[0]).toMatch(/^Hi Minh/);
    expect((await story.shopper('阿明', 'zh-CN').follow())[0]).toContain('您好，歡迎來到');
  });
});
