import { describe, expect, it } from 'vitest';
import { readSaidCode } from '#features/referrals/invite-code-rules.ts';
import { inviteMarkers, referralWords } from '#features/referrals/referrals-messages.ts';
import { locales } from '#foundation/i18n.ts';

const read = (text: string) => readSaidCode(text, inviteMarkers);

describe('an invitation code in a message', () => {
  it.each(['ABCD2345', 'abcd2345', 'ＡＢＣＤ２３４５', '  ABCD2345。', '「ABCD2345」', 'ABCD2345!'])(
    'is read from %j',
    (text) => {
      expect(read(text)).toEqual({ code: 'ABCD2345', isSure: true });
    },
  );

  it.each([
    'ABCD234',
    'ABCD23456',
    'ABCD2340',
    'ABCD 2345',
    'my code is ABCD2345',
    '不要 ABCD2345',
    '會員卡',
    '',
    'https://line.me/R/oaMessage/%40shuke/?hello',
  ])('is not seen in %j', (text) => {
    expect(read(text)).toBeNull();
  });

  it.each(['WHATEVER', 'thankyss', '23456789'])('is only perhaps one in %j', (text) => {
    expect(read(text)).toMatchObject({ isSure: false });
  });

  it.each(locales)('is found in a forwarded invitation in %s, with and without its link', (locale) => {
    const words = referralWords[locale];
    const link = 'https://line.me/R/oaMessage/%40abc2345x/?ABCD2345';
    const whole = words.invitation('PREMIER9 店', 'ABCD2345', 'NT$100 OFF', link);
    expect(read(whole)).toEqual({ code: 'ABCD2345', isSure: true });
    expect(read(words.shortInvitation('ABCD2345', ''))).toEqual({ code: 'ABCD2345', isSure: true });
    expect(read(link)).toEqual({ code: 'ABCD2345', isSure: true });
  });
});
