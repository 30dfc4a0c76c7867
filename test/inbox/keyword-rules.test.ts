import { describe, expect, it } from 'vitest';
import { findKeyword, type Keyword, normaliseKeyword } from '#inbox/keyword-rules.ts';
import { keywordsEn } from '#inbox/words.en.ts';
import { keywordsJa } from '#inbox/words.ja.ts';
import { keywordsZhTW } from '#inbox/words.zh-TW.ts';

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
    ['招待', 'invite'],
    ['友だちを招待', 'invite'],
    ['绑定会员', 'bind'],
    ['会员卡', 'card'],
    ['点数', 'points'],
    ['优惠券', 'coupons'],
    ['我的优惠券', 'my_coupons'],
    ['邀请好友', 'invite'],
    ['门市', 'stores'],
    ['退换货', 'returns'],
    ['说明', 'help'],
    ['少一点', 'less'],
    ['停止', 'stop'],
    ['恢复', 'resume'],
    ['真人', 'agent'],
    ['解除绑定', 'unbind'],
    ['更改生日', 'change_birthday'],
    ['修改生日', 'change_birthday'],
    ['改生日', 'change_birthday'],
    ['上一步', 'back'],
    ['Back', 'back'],
    ['戻る', 'back'],
  ])('reads %j as %s', (text, keyword) => {
    expect(findKeyword(text)).toBe(keyword);
  });

  it.each<[Keyword, string, string, string]>([
    ['points', '點數', 'Points', 'ポイント'],
    ['coupons', '優惠券', 'Coupons', 'クーポン'],
    ['my_coupons', '我的優惠券', 'My coupons', 'マイクーポン'],
    ['card', '會員卡', 'Member card', '会員証'],
    ['code', '會員碼', 'Member code', '会員コード'],
    ['invite', '邀請', 'Invite', '招待'],
    ['stores', '門市', 'Stores', '店舗'],
    ['rules', '會員規則', 'Rules', '会員規約'],
    ['why', '為什麼', 'Why', 'なぜ'],
  ])('understands %s in each language', (keyword, ...texts) => {
    expect(texts.map(findKeyword)).toEqual([keyword, keyword, keyword]);
  });

  it('knows no word that could mean two things', () => {
    const lists = [keywordsZhTW, keywordsEn, keywordsJa].flatMap((list) => Object.entries(list));
    const meant = new Map<string, Set<string>>();
    for (const [keyword, texts] of lists)
      for (const text of texts) {
        const form = normaliseKeyword(text);
        meant.set(form, (meant.get(form) ?? new Set()).add(keyword));
      }
    expect([...meant].filter(([, keywords]) => keywords.size > 1)).toEqual([]);
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
