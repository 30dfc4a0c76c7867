import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csrfTokenOf, cutAddress, isCsrfToken, safeReturn } from '#features/staff/door/caller-rules.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { testSecrets } from '../support/shop.ts';

describe('a network address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['2001:db8:1::', '2001:db8:1::/48'],
    ['::1', '0:0:0::/48'],
    ['', null],
    ['unknown', null],
    ['203.0.113', null],
  ])('%j is kept as %j', (address, kept) => {
    expect(cutAddress(address)).toBe(kept);
  });
});

describe('a path to come back to', () => {
  it('is always one of our own console, whatever it was made of', () => {
    const pieces = fc.constantFrom(
      '/console',
      '/',
      '//',
      '\\',
      '..',
      '.',
      '@',
      ':',
      '#',
      '?',
      '%2f',
      '%5c',
      'evil.example',
      'https:',
      '\t',
      '\n',
      ' ',
      'people',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const found = new URL(safeReturn(parts.join('')), 'https://shuke.example');
        expect(found.origin).toBe('https://shuke.example');
        expect(found.pathname).toMatch(/^\/console(\/[A-Za-z0-9_-]+)*$/);
      }),
      { numRuns: 2_000 },
    );
    for (const other of [undefined, null, 7, ['/console/people'], {}])
      expect(safeReturn(other)).toBe('/console');
  });
});

describe('the token of a page', () => {
  it('belongs to one session and one house', () => {
    const token = csrfTokenOf(testSecrets, 'session-a');
    expect(isCsrfToken(testSecrets, 'session-a', token)).toBe(true);
    expect(isCsrfToken(testSecrets, 'session-b', token)).toBe(false);
    expect(isCsrfToken(createSecrets(Buffer.alloc(32, 8)), 'session-a', token)).toBe(false);
    for (const other of ['', token.slice(1), `${token}=`, [token], undefined])
      expect(isCsrfToken(testSecrets, 'session-a', other)).toBe(false);
  });
});
