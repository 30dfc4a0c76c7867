import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isSignedByLine } from '#line/signature.ts';

const secret = '8c570fa6dd201bb328f1c1eac23a96d8';
const body = Buffer.from('{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}');
const signature = 'GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=';

describe('isSignedByLine', () => {
  it("accepts LINE's own example", () => {
    expect(isSignedByLine(body, signature, [secret])).toBe(true);
  });

  it('accepts the secret before the current one', () => {
    expect(isSignedByLine(body, signature, ['0'.repeat(32), secret])).toBe(true);
  });

  it('refuses a body that was changed by one byte', () => {
    expect(isSignedByLine(Buffer.concat([body, Buffer.from(' ')]), signature, [secret])).toBe(false);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a list', [signature]],
    ['spaces around', ` ${signature} `],
    ['base64url', signature.replaceAll('+', '-').replaceAll('/', '_')],
    ['another spelling of the same bytes', signature.replace(/s=$/, 't=')],
    ['junk behind', `${signature}junk`],
    ['hex', createHmac('sha256', secret).update(body).digest('hex')],
  ])('refuses %s', (_what, given) => {
    expect(isSignedByLine(body, given, [secret])).toBe(false);
  });

  it('refuses everything under an empty secret', () => {
    const forged = createHmac('sha256', '').update(body).digest('base64');
    expect(isSignedByLine(body, forged, [''])).toBe(false);
  });
});
