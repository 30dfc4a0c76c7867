import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePhone } from '#features/members/phone-rules.ts';

const parse = (text: string, acceptsForeign = false) => parsePhone(text, { acceptsForeign });

describe('a phone', () => {
  it.each([
    '0912345678',
    '0912-345-678',
    '0912 345 678',
    '+886912345678',
    '+886 912-345-678',
    '886912345678',
    '886 912-345-678',
    '+8860912345678',
    '8860912345678',
    '00886912345678',
    '０９１２３４５６７８',
    '＋８８６９１２３４５６７８',
    '(0912)345678',
    ' 0912.345.678 ',
    '0912‐345‐678',
  ])('%s is a mobile number of Taiwan', (text) => {
    expect(parse(text)).toEqual({ ok: true, e164: '+886912345678', isForeign: false });
  });

  it.each([
    '',
    '912345678',
    '09123456789',
    '091234567',
    'abc',
    '0912345abc',
    '0912345678 ext 5',
    '0912\u0000345678',
    '0'.repeat(40),
    '++886912345678',
    '1e10',
    '=cmd',
    '我的是0912345678',
    '１２３',
  ])('%j is none', (text) => {
    expect(parse(text)).toEqual({ ok: false, reason: 'not_a_phone' });
  });

  it.each([
    ['0223456789', '02'],
    ['02-2345-6789', '02'],
    ['037123456', '03'],
    ['+886223456789', '02'],
    ['0800123456', '08'],
  ])('%s gets no text messages', (text, prefix) => {
    expect(parse(text)).toEqual({ ok: false, reason: 'landline', prefix });
  });

  it('of another country is taken only where the brand does', () => {
    expect(parse('+81 90 1234 5678')).toEqual({ ok: false, reason: 'foreign' });
    expect(parse('+81 90 1234 5678', true)).toEqual({ ok: true, e164: '+819012345678', isForeign: true });
    expect(parse('+81 1', true)).toEqual({ ok: false, reason: 'not_a_phone' });
  });

  it('means the same however it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (rest) => {
        const national = `09${String(rest).padStart(8, '0')}`;
        const wide = [...national].map((d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)).join('');
        const forms = [
          national,
          wide,
          `+886${national.slice(1)}`,
          `886${national.slice(1)}`,
          national.replace(/(.{4})(.{3})/, '$1-$2-'),
        ];
        for (const form of forms)
          expect(parse(form)).toMatchObject({ ok: true, e164: `+886${national.slice(1)}` });
      }),
    );
  });

  it('any text gets an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const parsed = parse(text, true);
        if (parsed.ok) expect(parsed.e164).toMatch(/^\+[1-9][0-9]{6,14}$/);
      }),
    );
  });
});
