import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import type { StoryShopper } from '../support/story-shopper.ts';

const story = await openStory(await openTestDatabase());

const chatty = ['你好', '你好啊', '請問有賣茶壺嗎', '？？？', '好'];
let phones = 0;
const nextPhone = () => `0977${String(++phones).padStart(6, '0')}`;

/** The buttons below the chat, of which LINE shows those of the newest message. */
const belowChat = (shopper: StoryShopper) =>
  shopper
    .messages()
    .at(-1)
    ?.message.quickReply?.items?.map(({ action }) => action?.label) ?? [];

/** Says each, and expects one answer to each that differs from the one before. */
async function expectNoEcho(shopper: StoryShopper, before: string, texts: readonly string[]) {
  let last = before;
  const heard: string[] = [];
  for (const text of texts) {
    const answers = await shopper.says(text);
    expect(answers, text).toHaveLength(1);
    expect(answers[0], text).not.toBe(last);
    last = answers[0] ?? '';
    heard.push(last);
  }
  return heard;
}

/** A new shopper at the step behind the code. */
async function atBirthday(name: string) {
  const shopper = story.shopper(name);
  await shopper.follow();
  await shopper.says('綁定會員');
  await shopper.says(nextPhone());
  const [asked = ''] = await shopper.says(story.lastCode());
  return { shopper, asked };
}

describe('what is no answer to the open question', () => {
  it('is refused with a reason, and never twice in the same words', async () => {
    const shopper = story.shopper('聊天的人');
    await shopper.follow();
    const [asked = ''] = await shopper.says('綁定會員');
    const heard = await expectNoEcho(shopper, asked, [
      ...chatty,
      '12345',
      '12345',
      '02-2345-6789',
      '02-2345-6789',
    ]);
    expect(heard.slice(0, 2)).toEqual([
      '這句話裡沒看到手機號碼。請輸入 09 開頭的 10 位數字，例如 0912345678。',
      '這一步在等手機號碼，例如 0912345678。想問別的請輸入「真人」，不想綁定請輸入「先不綁定」。',
    ]);
    expect(heard.slice(5)).toEqual([
      '收到 5 位數字，手機是 09 開頭的 10 位數字，例如 0912345678。',
      '手機號碼要 10 位數字，這次是 5 位。請從 09 開始再輸入一次。',
      '02 開頭是市話，收不到簡訊，請改用手機號碼。',
      '驗證碼用簡訊寄，02 開頭的市話收不到。請輸入 09 開頭的手機號碼。',
    ]);
  });

  it('leaves the last code good when no more can be sent', async () => {
    const shopper = story.shopper('急著重寄的人');
    await shopper.follow();
    await shopper.says('綁定會員');
    await shopper.says(nextPhone());
    for (let nth = 0; nth < 4; nth++) await shopper.says('重寄');
    const [first = ''] = await shopper.says('重寄');
    expect(first).toContain('今天的驗證碼寄完了，最後寄到尾碼');
    expect((await shopper.says('重寄'))[0]).toContain('請看最後一封簡訊');
    expect((await shopper.says(story.lastCode()))[0]).toContain('第 3 步');
  });

  it('is refused so at every step, each with the way out below the chat', async () => {
    const shopper = story.shopper('每一步的人');
    await shopper.follow();
    const phone = nextPhone();
    const steps: [string, () => Promise<string[]>, string[]][] = [
      ['phone', () => shopper.says('綁定會員'), chatty],
      ['code', () => shopper.says(phone), [...chatty, '1234', '1234', '沒收到', '沒收到', phone]],
      [
        'birthday',
        () => shopper.says(story.lastCode()),
        [...chatty, '13/40', '13/40', '明天', '明天', '2/30', '2/30'],
      ],
      ['month', () => shopper.taps('2 月'), ['呵呵', '呵呵', '呵呵', '31', '31']],
      ['echo', () => shopper.says('民國77年2月29日'), ['呵呵', '呵呵', '呵呵']],
      ['consent', () => shopper.says('對'), ['呵呵', '呵呵', '呵呵']],
    ];
    for (const [step, enter, texts] of steps) {
      const [asked = ''] = await enter();
      expect(belowChat(shopper), step).toContain('先不綁定');
      for (const answer of await expectNoEcho(shopper, asked, texts)) expect(answer, step).toBeTruthy();
      expect(belowChat(shopper), step).toContain('先不綁定');
    }
    expect(await shopper.taps('先不綁定')).toEqual([
      '好的，先不綁定，剛才的手機和生日不會存進會員資料。想綁定時再輸入「綁定會員」。',
    ]);
  });

  it('says why there is no code to send again, and that the birthday comes later', async () => {
    const shopper = story.shopper('問太早的人');
    await shopper.follow();
    await shopper.says('綁定會員');
    const resume = '剛才綁定做到「輸入手機號碼」，接著做嗎？';
    expect(await shopper.says('重寄')).toEqual(['還沒有驗證碼可以重寄，要先有手機號碼。', resume]);
    expect(await shopper.says('改生日')).toEqual(['生日在第 3 步才填，先把手機號碼驗證完。', resume]);
    const { shopper: later } = await atBirthday('問太晚的人');
    expect(await later.says('重寄')).toEqual([
      '手機號碼已經驗證過了，不用再寄驗證碼。',
      '剛才綁定做到「輸入生日」，接著做嗎？',
    ]);
    expect(belowChat(later)).toContain('先不綁定');
  });

  it('says of every new code that it is another', async () => {
    const shopper = story.shopper('一直重寄的人');
    await shopper.follow();
    await shopper.says('綁定會員');
    const [first = ''] = await shopper.says(nextPhone());
    const heard = await expectNoEcho(shopper, first, ['重寄', '重寄']);
    expect(heard[0]).toContain('新的一組驗證碼已寄往尾碼');
    expect(heard[1]).toContain('前面的不能用了');
  });

  it('is refused in the question for a new birthday too', async () => {
    const shopper = story.shopper('改生日的人');
    await shopper.binds({ phone: nextPhone(), birthday: '3/5' });
    const [asked = ''] = await shopper.says('更改生日');
    expect(belowChat(shopper)).toContain('不改');
    await expectNoEcho(shopper, asked, ['你好', '你好啊', '13/40', '13/40', '13/40']);
    expect(await shopper.says('二月')).toEqual(['2 月幾日？請輸入數字，例如 29。']);
    await expectNoEcho(shopper, '', ['你好', '你好啊', '你好']);
    const [confirm = ''] = await shopper.says('5');
    expect(confirm).toBe('生日只能改一次。要改成 2 月 5 日嗎？');
    expect(belowChat(shopper)).toContain('不改');
    await expectNoEcho(shopper, confirm, ['你好', '你好啊', '你好']);
    expect(await shopper.says('上一步')).toEqual([asked]);
    expect(await shopper.says('不改')).toEqual(['好的，生日不改。想改時再輸入「改生日」。']);
  });
});

describe('the month', () => {
  it.each(['2月', '二月', 'Feb', '2', '２月', 'February'])(
    'is taken when %s is typed, as from its button',
    async (typed) => {
      const { shopper } = await atBirthday(`打 ${typed} 的人`);
      expect(await shopper.says(typed)).toEqual(['2 月幾日？請輸入數字，例如 29。']);
      expect((await shopper.says('29'))[0]).toContain('生日 2 月 29 日');
    },
  );

  it('can be typed anew before its day is given', async () => {
    const { shopper } = await atBirthday('換月份的人');
    await shopper.says('5月');
    expect(await shopper.says('6月')).toEqual(['6 月幾日？請輸入數字，例如 30。']);
  });
});

describe('上一步', () => {
  it('goes one step back each time, up to the first', async () => {
    const { shopper, asked } = await atBirthday('往回走的人');
    await shopper.says('2月');
    expect(await shopper.says('上一步')).toEqual([asked]);
    expect((await shopper.says('2/29'))[0]).toContain('第 4 步');
    expect(await shopper.says('Back')).toEqual([asked]);
    expect((await shopper.says('戻る'))[0]).toContain('第 1 步');
    expect(await shopper.says('上一步')).toEqual([
      '這裡就是第 1 步，前面沒有了。請輸入手機號碼，例如 0912345678。',
    ]);
    await shopper.says(nextPhone());
    expect((await shopper.says('上一步'))[0]).toContain('第 1 步');
  });

  it('is free text where no question stands open', async () => {
    const shopper = story.shopper('沒有上一步的人');
    await shopper.follow();
    expect((await shopper.says('上一步'))[0]).toContain('小幫手看不懂這句話');
  });
});

describe('真人 in the middle of the binding', () => {
  it('keeps quiet for 60 minutes but for keywords and right answers', async () => {
    const shopper = story.shopper('找真人的人');
    await shopper.follow();
    await shopper.says('綁定會員');
    expect((await shopper.says('真人'))[0]).toContain('小幫手先不插話');
    const wrong = ['我的手機換了怎麼辦', '02-2345-6789', '12345', '好', '是', '上一步', '沒收到'];
    for (const text of wrong) expect(await shopper.says(text), text).toEqual([]);
    expect((await shopper.says('說明'))[0]).toContain('點選單');
    expect((await shopper.says(nextPhone()))[0]).toContain('第 2 步');
    for (const text of ['等一下', '1234', '沒收到']) expect(await shopper.says(text), text).toEqual([]);
    expect((await shopper.says(story.lastCode()))[0]).toContain('第 3 步');
    for (const text of ['明天', '13/40', '你好']) expect(await shopper.says(text), text).toEqual([]);
    expect((await shopper.says('2月'))[0]).toContain('2 月幾日');
    expect((await shopper.says('29'))[0]).toContain('第 4 步');
    expect(await shopper.says('謝謝您')).toEqual([]);
    await story.at('2026-11-21T07:30:00Z');
    expect((await shopper.says('還在嗎'))[0]).toContain('看不出是不是同意');
    expect((await shopper.taps('同意，不收優惠訊息'))[0]).toContain('綁定完成');
  });

  it('keeps quiet where the question has run out meanwhile', async () => {
    const shopper = story.shopper('等很久的人');
    await shopper.follow();
    await shopper.says('綁定會員');
    await shopper.says('真人');
    await story.later(40, async () => expect(await shopper.says('還在等')).toEqual([]));
  });
});

describe('another language in the middle of the binding', () => {
  it('is spoken from the next bubble on, the open step included', async () => {
    const shopper = story.shopper('換語言的人');
    await shopper.follow();
    await shopper.says('綁定會員');
    expect(await shopper.says('English')).toEqual([
      'OK, we will answer in English from now on.',
      'You got as far as "mobile number". Go on?',
    ]);
    expect(shopper.labels()).toEqual(expect.arrayContaining(['Go on', 'Not now']));
    expect((await shopper.says('hello'))[0]).toContain('There is no mobile number in that.');
    expect((await shopper.says('日本語'))[1]).toBe('先ほどは「携帯番号の入力」まで進みました。続けますか？');
    expect((await shopper.says('中文'))[1]).toBe('剛才綁定做到「輸入手機號碼」，接著做嗎？');
  });
});
