import { describe, expect, it } from 'vitest';
import { addEmoji, fillSentence } from '#features/flows/words-rules.ts';

const zh = { locale: 'zh-TW', lead: '{name}，' } as const;
const en = { locale: 'en', lead: '{name}, ' } as const;
const ja = { locale: 'ja', lead: '{name}さん、' } as const;

describe('sentences of marketers', () => {
  it.each([
    ['{name}，生日快樂！', { name: '小美' }, zh, '小美，生日快樂！'],
    ['{name}，生日快樂！', { name: null }, zh, '生日快樂！'],
    ['{name}, happy birthday!', { name: null }, en, 'Happy birthday!'],
    ['{name}さん、おめでとう', { name: '' }, ja, 'おめでとう'],
    ['先送上 {gift}，可用', { gift: '壽星 85 折' }, zh, '先送上壽星 85 折，可用'],
    ['先送上{gift}，可用', { gift: 'NT$100 折價券' }, zh, '先送上 NT$100 折價券，可用'],
    ['留了 {offer} 給您', { offer: '回購折 NT$100' }, zh, '留了回購折 NT$100 給您'],
    [
      '上次的{category}還滿意嗎？',
      { category: '阿里山高山烏龍茶禮盒' },
      zh,
      '上次的阿里山高山烏龍…還滿意嗎？',
    ],
    ['「{title}」還有 7 天', { title: '9 折' }, zh, '「9 折」還有 7 天'],
  ])('%s', (sentence, values, language, text) => {
    expect(fillSentence(sentence, { name: '小美', ...values }, language)).toEqual({ ok: true, text });
  });

  it.each([
    ['先送上 {gift}', { gift: '' }, 'gift'],
    ['先送上 {gift}', { gift: null }, 'gift'],
    ['先送上 {present}', { gift: '9 折' }, 'present'],
  ])('%s with %o is refused', (sentence, values, variable) => {
    expect(fillSentence(sentence, { name: '小美', ...values }, zh)).toEqual({ ok: false, variable });
  });

  it('an emoji stands after the first sentence, never inside', () => {
    expect(addEmoji('小美，生日快樂！祝您平安。', '🎂')).toBe('小美，生日快樂！🎂 祝您平安。');
    expect(addEmoji('Happy birthday! Enjoy.', '🎂')).toBe('Happy birthday! 🎂 Enjoy.');
    expect(addEmoji('9.5% off', '🎂')).toBe('9.5% off');
  });
});
