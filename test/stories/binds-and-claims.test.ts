import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';

const story = await openStory(await openTestDatabase());

describe('a shopper binds and claims', () => {
  it('is welcomed with the gift named first, and binds in four steps', async () => {
    const anna = story.shopper('陳怡君');
    const welcome = await anna.follow();
    expect(welcome.length).toBeLessThanOrEqual(3);
    expect(welcome[0]).toContain('見面禮');
    expect(anna.menu()).toBe('guest');

    await anna.taps('綁定會員');
    await anna.says('0912345678');
    const code = story.lastCode();
    expect(code).toMatch(/^\d{6}$/);
    await anna.says(code);
    await anna.says('2/29');
    const consent = anna.answers().join();
    expect(consent).toContain('第 4 步，共 4 步');
    await anna.taps('同意，也收優惠訊息');
    expect(anna.answers().join()).toContain('綁定完成');
    expect(anna.menu()).toBe('member-card');
    expect((await anna.says('會員卡')).join()).toContain('一般');
  });
});
