import { beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import { codeIn } from '../support/story-shopper.ts';
import { openStoryTill } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);

beforeAll(async () => {
  const made = await story.call('POST', '/coupons', {
    key: 'autumn',
    title: { 'zh-TW': '秋茶折 NT$50', en: 'NT$50 off autumn tea', ja: '秋茶 NT$50 OFF' },
    reward: { kind: 'amount_off', amountTwd: 50 },
    isClaimable: true,
    validDays: 10,
  });
  expect(made.status).toBe(201);
});

const done =
  '綁定完成！見面禮新會員折 NT$100 已放進「我的優惠券」，可用到 2027 年 1 月 20 日（三）。以前在門市消費過、點數沒進來，請點「找回點數」。';
const started = '第 1 步，共 4 步：請輸入手機號碼，例如 0912345678。號碼用來寄驗證碼、確認會員身分。';
const birthdayAsked = '第 3 步，共 4 步：生日是幾月幾日？例如 2/29 或 2 月 29 日。生日禮會照這一天送。';

describe('a shopper binds and claims', () => {
  const anna = story.shopper('陳怡君');

  it('is welcomed with the gift named before anything is asked for', async () => {
    const welcome = await anna.follow();
    expect(welcome[0]).toBe('陳怡君，您好，歡迎來到日常選物！🎁 見面禮已經幫您留好：新會員折 NT$100。');
    expect(welcome[1]).toBe('新會員折 NT$100 綁定會員就能領，大約 1 分鐘');
    expect(welcome[2]).toContain('要找真人請輸入「真人」，訊息想少一點請輸入「少一點」。');
    expect(welcome).toHaveLength(3);
    expect(anna.labels()).toEqual(expect.arrayContaining(['綁定會員', '先逛逛優惠券', 'English', '日本語']));
    expect(anna.menu()).toBe('guest');
  });

  it('is asked to bind before anything of a member is shown', async () => {
    for (const asked of ['會員卡', '點數', '我的優惠券', '邀請好友', '會員碼'])
      expect(await anna.says(asked)).toEqual(['先綁定會員就看得到了，大約 1 分鐘。']);
    expect((await anna.says('優惠券'))[1]).toContain('秋茶折 NT$50');
    expect(await anna.taps('領取')).toEqual(['先綁定會員就看得到了，大約 1 分鐘。']);
  });

  it('corrects a phone number that gets no text messages', async () => {
    expect(await anna.taps('綁定會員')).toEqual([started]);
    expect(await anna.says('12345')).toEqual([
      '收到 5 位數字，手機是 09 開頭的 10 位數字，例如 0912345678。',
    ]);
    expect(await anna.says('(02) 2345-6789')).toEqual(['02 開頭是市話，收不到簡訊，請改用手機號碼。']);
    expect(await anna.says('０９１２　３４５　６７８')).toEqual([
      '第 2 步，共 4 步：驗證碼已用簡訊寄往尾碼 678 的手機，請在 5 分鐘內輸入 6 位數字。',
    ]);
    expect(story.lastSms()).toMatchObject({ to: '+886912345678' });
    expect(story.lastSms()?.text).toMatch(
      /^【日常選物】驗證碼 \d{6}，5 分鐘內有效。請勿告訴他人，我們不會來電索取。$/,
    );
  });

  it('may mistype the code, and hears how many tries are left', async () => {
    const wrong = story.lastCode() === '000000' ? '111111' : '000000';
    expect(await anna.says(wrong)).toEqual(['數字對不上，還可以再試 4 次。請看最新的那封簡訊。']);
    expect(await anna.says('沒收到')).toEqual([
      '簡訊有時要等 1 到 2 分鐘，也請看看垃圾簡訊匣。還是沒有，可以重寄一次。',
    ]);
    for (const left of [3, 2, 1]) expect((await anna.says(wrong))[0]).toContain(`還可以再試 ${left} 次`);
    expect(await anna.says(wrong)).toEqual(['試了 5 次都對不上，這組驗證碼先停用。請重寄一組再輸入。']);
    expect(await anna.says(story.lastCode())).toEqual([
      '這組驗證碼已經停用，再輸入也不會通過。請點「重寄驗證碼」換一組。',
    ]);
  });

  it('has another code sent; the earlier one is void, and one above five minutes old is refused', async () => {
    const first = story.lastCode();
    expect((await anna.taps('重寄驗證碼'))[0]).toContain('第 2 步，共 4 步');
    const second = story.lastCode();
    if (first !== second) expect((await anna.says(first))[0]).toContain('數字對不上');
    const late = await story.later(5.1, () => anna.says(second));
    expect(late).toEqual(['這組驗證碼超過 5 分鐘了，再寄一組新的就好。']);
    await anna.says('重寄');
    expect(await story.later(4.5, () => anna.says(story.lastCode()))).toEqual([birthdayAsked]);
  });

  it('answers a keyword in the middle and offers to go on', async () => {
    const answers = await anna.says('門市');
    expect(answers[0]).toBe('3 家門市都在這裡。');
    expect(answers.at(-1)).toBe('剛才綁定做到「輸入生日」，接著做嗎？');
    expect(await anna.taps('接著綁定')).toEqual([birthdayAsked]);
  });

  it('gives the birthday by month and day, by calendar, or with a year of the Republic', async () => {
    expect(await anna.taps('2 月')).toEqual(['2 月幾日？請輸入數字，例如 29。']);
    expect(await anna.says('30')).toEqual(['2 月沒有 30 日，請再輸入一次，例如 2/29。']);
    expect((await anna.says('78/2/29'))[0]).toBe('1989 年（民國 78 年）的 2 月只有 28 天，請再看一次。');
    expect(await anna.says('77/2/29')).toEqual(['生日是 1988 年（民國 77 年）2 月 29 日，對嗎？']);
    expect((await anna.taps('改生日'))[0]).toBe(birthdayAsked);
    expect((await anna.taps('用日曆選', { date: '1988-02-29' }))[0]).toContain(
      '手機尾碼 678，生日 2 月 29 日',
    );
  });

  it('is asked for consent with its purpose, and can still change what was given', async () => {
    expect(anna.answers()).toEqual([
      '第 4 步，共 4 步：確認 手機尾碼 678，生日 2 月 29 日 沒有 29 日的年份，2 月 28 日祝您生日快樂。 會員服務（必要）：記錄消費、點數和優惠券，在這裡回覆查詢。 優惠訊息（可不選）：生日禮、到期提醒、專屬優惠，隨時可輸入「停止」。 未滿 18 歲，請和監護人一起看過再同意。',
    ]);
    expect(anna.labels()).toEqual([
      '同意，也收優惠訊息',
      '同意，不收優惠訊息',
      '改資料',
      '先不綁定',
      '先不綁定',
    ]);
    expect(await anna.taps('改資料')).toEqual(['要改哪一項？']);
    await anna.taps('改生日');
    expect((await anna.says('2月29號'))[0]).toContain('第 4 步，共 4 步');
  });

  it('agrees by typing, gets the gift and the menu of members', async () => {
    expect(await anna.says('同意，也收優惠訊息')).toEqual([done]);
    expect(anna.menu()).toBe('member-card');
    expect((await anna.says('會員卡'))[0]).toContain('一般');
    expect(await anna.says('綁定會員')).toEqual([
      expect.stringMatching(/^已經綁定了，會員編號末四碼 \d{4}。$/),
    ]);
  });

  it('finds an answer behind every area of both pages of the menu', async () => {
    for (const tab of ['shuke-member-card', 'shuke-member-service']) {
      const person = story.platform.people.find(anna.userId);
      if (person) story.platform.richMenus.switchTo(person, tab);
      const areas = anna.menuActions().filter(({ type }) => type === 'postback' || type === 'message');
      expect(areas.length).toBeGreaterThanOrEqual(3);
      for (const area of areas) {
        const [answer] = await anna.repeats(area);
        expect(answer, area.label).toBeTruthy();
        expect(answer, area.label).not.toContain('這是比較早的訊息');
      }
    }
  });

  it('claims with one tap; ten taps on the button claim once', async () => {
    await anna.says('優惠券');
    const answers = await anna.tapsOften('領取', 10);
    expect(answers.filter((each) => each.startsWith('領到了！'))).toEqual([
      '領到了！🎁 秋茶折 NT$50 已放進「我的優惠券」，可用到 12 月 1 日（二）。',
    ]);
    expect(answers.filter((each) => each === '秋茶折 NT$50 之前領過了，每人限領 1 張。')).toHaveLength(9);
    const [mine] = await anna.says('我的優惠券');
    expect(mine).toContain('秋茶折 NT$50');
    expect(mine).toContain('可用到 2026/12/01（含當天）');
    expect(mine).toContain('新會員折 NT$100');
    const { items } = (await story.call('GET', '/coupons')).body;
    expect(items.find((each: { key: string }) => each.key === 'autumn').claimedCount).toBe(1);
  });
});

describe('the member code at the till', () => {
  const anna = story.shopper('林小安');
  let code = '';
  let claimId = '';

  it('stands on a page behind a link that opens once', async () => {
    await anna.binds({ phone: '0922000111', birthday: '3/5' });
    expect(await anna.says('出示會員碼')).toEqual(['會員碼準備好了，請在 5 分鐘內用手機打開，讓店員掃描。']);
    const path = anna.link('打開會員碼').replace('https://shuke.example', '');
    const opened = await story.app.http.inject({ url: path });
    expect(opened.statusCode).toBe(303);
    const [cookie] = opened.cookies;
    const cookies = { [cookie?.name ?? '']: cookie?.value ?? '' };
    const page = await story.app.http.inject({ url: '/m', cookies });
    expect(page.statusCode).toBe(200);
    const current = await story.app.http.inject({ url: '/m/current', cookies });
    code = current.json().code;
    expect(code).toMatch(/^\d{24}$/);
    expect(page.body).not.toContain(path.split('/').at(-1));

    const again = await story.app.http.inject({ url: path });
    expect(again.statusCode).toBe(410);
    expect(again.body).toContain('這一頁過期了，回到 LINE 再點一次「出示會員碼」就有新的。');
    expect((await story.app.http.inject({ url: '/m/current' })).statusCode).toBe(401);
  });

  it('names the member to the till without being spent by looking', async () => {
    const found = await till.looksUp({ memberCode: code });
    expect(found.status).toBe(200);
    expect(found.body).toMatchObject({ isBound: true, spending: 'free', tier: { key: 'general' } });
    claimId = found.body.coupons[0].claimId;
    expect(found.body.coupons).toMatchObject([{ couponKey: 'welcome', endsOn: '2027-01-20' }]);
    expect((await till.looksUp({ memberCode: code })).status).toBe(200);
  });

  it('is spent by the purchase that uses the chosen coupon; the same receipt again is answered the same', async () => {
    const bought = await till.buys(1280, { member: { memberCode: code }, claimIds: [claimId] });
    expect(bought.status).toBe(201);
    expect(bought.body.points).toMatchObject({ earned: 12, balance: 12 });
    const repeated = await story.call('POST', '/purchases', bought.slip);
    expect(repeated).toEqual({ status: 200, body: bought.body });

    const other = await till.buys(500, { member: { memberCode: code } });
    expect(other.status).toBe(422);
    expect(other.body.error.fields).toMatchObject([{ path: 'member.memberCode', code: 'code_used' }]);
  });

  it('leaves the used coupon among hers, and tells of the points with the next answer', async () => {
    const answers = await anna.says('我的優惠券');
    expect(answers[0]).toBe('新會員折 NT$100 已於 11 月 21 日（六）在信義店使用。');
    expect(answers.join()).toContain('11 月 21 日在信義店消費 NT$1,280，累積 12 點。');
  });
});

describe('leaving a binding and coming back', () => {
  it('keeps nothing after 先不綁定', async () => {
    const ben = story.shopper('王大明');
    await ben.follow();
    await ben.taps('綁定會員');
    await ben.says('0933000222');
    expect(await ben.taps('先不綁定')).toEqual([
      '好的，先不綁定，剛才的手機和生日不會存進會員資料。想綁定時再輸入「綁定會員」。',
    ]);
    expect((await till.looksUp({ phone: '0933000222' })).status).toBe(404);
    expect(await ben.taps('綁定會員')).toEqual([started]);
  });

  it('starts anew when the question stood open for more than 30 minutes', async () => {
    const ben = story.shopper('周杰');
    await ben.follow();
    await ben.taps('綁定會員');
    await ben.says('0933000333');
    const code = story.lastCode();
    expect(await story.later(31, () => ben.says(code))).toEqual([
      '綁定停了超過 30 分鐘，為了安全要重新開始，大約 1 分鐘。',
    ]);
    expect(await ben.taps('綁定會員')).toEqual([started]);
  });

  it('sends at most five codes a day to one phone', async () => {
    const ben = story.shopper('高飛');
    await ben.follow();
    await ben.taps('綁定會員');
    await ben.says('0933000444');
    for (let sent = 2; sent <= 5; sent++) expect((await ben.says('重寄'))[0]).toContain('第 2 步');
    const [refused] = await ben.says('重寄');
    expect(refused).toBe('今天的驗證碼寄完了，最後寄到尾碼 444 的那一組還可以用，請輸入那 6 位數字。');
  });

  it('gives the welcome gift once, whoever unbinds, blocks and binds again', async () => {
    const ben = story.shopper('吳美玲');
    expect((await ben.binds({ phone: '0933000555', birthday: '7/7' }))[0]).toContain('見面禮新會員折 NT$100');
    expect(await ben.says('解除綁定')).toEqual([
      '解除後，這個 LINE 看不到會員卡。1 張優惠券會留著、期限不變，用同一支手機和生日重新綁定就看得到。要解除嗎？',
    ]);
    expect(await ben.taps('不解除')).toEqual(['好的，維持綁定。']);
    await ben.says('解除綁定');
    expect(await ben.taps('確定解除')).toEqual(['已經解除綁定。想刪除個人資料，請輸入「真人」。']);
    expect(ben.menu()).toBe('guest');
    expect(await ben.says('我的優惠券')).toEqual(['先綁定會員就看得到了，大約 1 分鐘。']);
    await ben.block();
    expect(await ben.follow()).toEqual(['歡迎回來！綁定會員後，點數和優惠券都看得到。']);
    expect((await ben.binds({ phone: '0933000555', birthday: '7/7' }))[0]).not.toContain('見面禮');
    const found = await till.looksUp({ phone: '0933000555' });
    expect(found.body.coupons).toHaveLength(1);

    await ben.block();
    expect(await ben.follow()).toEqual(['吳美玲，歡迎回來！會員資料都還在，從這裡接著用。']);
    expect(ben.menu()).toBe('member-card');
  });

  it('lets a member change the birthday once', async () => {
    const ben = story.shopper('張三豐');
    await ben.binds({ phone: '0933000666', birthday: '3/4' });
    await ben.says('改生日');
    expect(await ben.says('3/5')).toEqual(['生日只能改一次。要改成 3 月 5 日嗎？']);
    expect(await ben.taps('改成這一天')).toEqual(['改好了，生日是 3 月 5 日。']);
    expect(await ben.says('改生日')).toEqual([
      '生日已經改過一次。需要再改，請帶證件到門市，或輸入「真人」。',
    ]);
  });

  it('asks a guardian when the year says that the person is under 18', async () => {
    const kid = story.shopper('小朋友');
    await kid.follow();
    await kid.says('綁定會員');
    await kid.says('0933000777');
    await kid.says(codeIn(story.lastSms()?.text));
    await kid.says('2012/5/1');
    expect(await kid.taps('同意，不收優惠訊息')).toEqual([
      '未滿 18 歲需要監護人同意。請和監護人一起看過條款，再點「監護人已同意」。',
    ]);
    expect((await kid.taps('監護人已同意'))[0]).toContain('綁定完成！');
  });
});
