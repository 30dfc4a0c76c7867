import { describe, expect, it } from 'vitest';
import { han } from '#foundation/han-spacing-rules.ts';

const claimed = (title: string, day: string) => han`領到了！${title} 已放進「我的優惠券」，可用到 ${day}。`;
const paid = (day: string, store: string) => han`${day} 在 ${store} 消費`;

describe('the space between Han and others', () => {
  it('goes where Han meets Han at the edge of a word', () => {
    expect(claimed('滿千折百', '12 月 31 日（四）')).toBe(
      '領到了！滿千折百已放進「我的優惠券」，可用到 12 月 31 日（四）。',
    );
    expect(paid('12 月 3 日', '信義店')).toBe('12 月 3 日在信義店消費');
    expect(paid('12 月 3 日（四）', '信義店')).toBe('12 月 3 日（四）在信義店消費');
  });

  it('stays beside Latin letters and figures', () => {
    expect(claimed('新會員折 NT$100', '明天')).toBe(
      '領到了！新會員折 NT$100 已放進「我的優惠券」，可用到明天。',
    );
    expect(paid('12 月 3 日', 'A8 館')).toBe('12 月 3 日在 A8 館消費');
    expect(paid('Dec 3', 'SOGO')).toBe('Dec 3 在 SOGO 消費');
  });

  it('stays inside what a marketer wrote', () => {
    expect(paid('今天', '信義 旗艦店')).toBe('今天在信義 旗艦店消費');
  });

  it('leaves no space before a full stop where a word is empty', () => {
    expect(han`歡迎來到 ${''}！`).toBe('歡迎來到！');
  });
});
