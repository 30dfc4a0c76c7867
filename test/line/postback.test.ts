import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePostback, parsePostback } from '#line/postback.ts';

describe('postback data', () => {
  it('is short and versioned', () => {
    expect(encodePostback('go:bind')).toBe('v1:go:bind');
    expect(encodePostback('bind:month', { m: '2' })).toBe('v1:bind:month?m=2');
  });

  it('gives back what went in, whatever the values', () => {
    const args = fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,5}$/), fc.string({ maxLength: 5 }), {
      maxKeys: 3,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(
        fc.constantFrom('go:bind', 'claim', 'bind:consent:all', 'why:points'),
        args,
        (name, given) => {
          const parsed = parsePostback(encodePostback(name, given));
          expect({ ...parsed, args: { ...parsed?.args } }).toEqual({ version: 1, name, args: given });
        },
      ),
    );
  });

  it('reads buttons of another version, so that they can be answered', () => {
    expect(parsePostback('v7:go:card')).toMatchObject({ version: 7, name: 'go:card' });
  });

  it.each([
    '',
    'v1',
    'v1:',
    'go:bind',
    'v1:GO:bind',
    'v1:go:bind?m',
    'v1:go:bind?=2',
    'v1:go:bind?m=%E0%A4%A',
    'v1:go:bind?m=1&m=2',
    'v1:go:bind?__proto__=1',
    'v1:__proto__',
    'v1:go:bind\n?m=1',
    `v1:claim?id=${'x'.repeat(300)}`,
    'x'.repeat(10_000),
    null,
    undefined,
    42,
    { version: 1 },
  ])('takes %j for no postback of ours', (data) => {
    expect(parsePostback(data)).toBeNull();
  });

  it('never throws and never finds an argument that was not sent', () => {
    fc.assert(
      fc.property(
        fc.string().map((tail) => `v1:go:bind?${tail}`),
        (data) => {
          expect(parsePostback(data)?.args.constructor).toBeUndefined();
        },
      ),
    );
  });

  it('refuses to write what it could not read', () => {
    expect(() => encodePostback('Go')).toThrow(RangeError);
    expect(() => encodePostback('go', { 'a b': '1' })).toThrow(RangeError);
    expect(() => encodePostback('go', { id: '好'.repeat(40) })).toThrow('longer than 300');
  });
});
