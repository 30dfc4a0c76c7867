import { describe, expect, it } from 'vitest';
import { explainPhone } from '#features/members/binding/refusals/phone-refusal-rules.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { locales } from '#foundation/i18n.ts';
import { readPolicy } from '#foundation/policy.ts';
import { openTestDatabase } from '../support/database.ts';
import { renderSamples } from '../support/sample-messages.ts';
import { makeHouse } from '../support/turn.ts';

const { db } = await openTestDatabase();

describe('what is said in turn', () => {
  it.each(locales)('differs in %s in what is remembered of it', async (locale) => {
    const house = await makeHouse(db);
    const tiers = await readPolicy(db, tiersPolicy, new Date('2026-11-21T04:00:00Z'));
    const short = await renderSamples({ house, tiers, locale, isLong: false });
    const long = await renderSamples({ house, tiers, locale, isLong: true });
    const inTurn = [...Object.entries(short), ...Object.entries(long)].filter(([name]) =>
      /Refusals$|^(sends|code)\w+Messages$/.test(name),
    );
    expect(inTurn).toHaveLength(22);
    for (const [name, messages] of inTurn) {
      const said = messages.map(([message]) => (message?.type === 'flex' ? message.altText : null));
      for (let at = 0; at < said.length; at += 2) expect(said[at], name).not.toBe(said[at + 1]);
    }
  });
});

describe('a text that is no mobile number', () => {
  it.each([
    ['你好', { reason: 'no_number' }],
    ['', { reason: 'no_number' }],
    ['我要買 3 個', { reason: 'no_number' }],
    ['請打 0912345678', { reason: 'more_than_number' }],
    ['0912-345-67', { reason: 'wrong_length', digits: 9 }],
    ['０９１２３', { reason: 'wrong_length', digits: 5 }],
    ['1912345678', { reason: 'not_mobile' }],
  ])('%j is explained', (text, why) => {
    expect(explainPhone(text, { ok: false, reason: 'not_a_phone' })).toEqual(why);
  });

  it('keeps the reason that the number itself has', () => {
    expect(explainPhone('02-2345-6789', { ok: false, reason: 'landline', prefix: '02' })).toMatchObject({
      reason: 'landline',
      prefix: '02',
    });
  });
});
