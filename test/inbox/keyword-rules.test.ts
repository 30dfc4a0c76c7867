import { describe, expect, it } from 'vitest';
import { findKeyword } from '#inbox/keyword-rules.ts';

describe('findKeyword', () => {
  it.each([
    ['綁定會員', 'bind'],
    [' 綁定 會員！', 'bind'],
    ['「點數」', 'points'],
    ['優惠卷', 'coupons'],
    ['我的優惠卷', 'my_coupons'],
    ['ＰＯＩＮＴＳ', 'points'],
    ['My  Coupons', 'my_coupons'],
    ['Stop.', 'stop'],
    ['停止', 'stop'],
    ['クーポン', 'coupons'],
    ['ｸｰﾎﾟﾝ', 'coupons'],
    ['返品', 'returns'],
    ['?', 'help'],
    ['？', 'help'],
    ['真人', 'agent'],
    ['English', 'lang_en'],
    ['日本語', 'lang_ja'],
    ['解除綁定', 'unbind'],
    ['為什麼？', 'why'],
    ['Why?', 'why'],
    ['なぜ？', 'why'],
  ])('reads %j as %s', (text, keyword) => {
    expect(findKeyword(text)).toBe(keyword);
  });

  it.each([
    ['不要停止'],
    ['我想問點數怎麼算'],
    [''],
    ['   '],
    ['點'.repeat(5_000)],
    ['\u0000'],
    ['__proto__'],
    ['constructor'],
  ])('takes %j for ordinary text', (text) => {
    expect(findKeyword(text)).toBeNull();
  });
});
