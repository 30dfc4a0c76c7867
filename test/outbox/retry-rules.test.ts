import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineAnswer } from '#line/client.ts';
import { backOff, type Errand, judgeAnswer, judgeReply } from '#outbox/retry-rules.ts';

const push: Errand = {
  ids: [1],
  leaseToken: 'lease',
  channel: 'line_message',
  method: 'push',
  purpose: 'service',
  lineUserId: 'U1',
  retryKey: '80000000-0000-4000-8000-000000000000',
  body: Buffer.from('{}'),
  secret: null,
  hasRiders: false,
  isProbe: false,
  stream: null,
  replyReceivedAt: null,
  attempts: 1,
  doubts: 1,
};
const offer: Errand = { ...push, purpose: 'marketing' };
const multicast: Errand = { ...offer, method: 'multicast', ids: [1, 2, 3] };
const receivedAt = new Date('2026-12-01T04:00:00Z');
const reply: Errand = { ...push, method: 'reply', purpose: 'reply', replyReceivedAt: receivedAt };

const refused = (status: number, message = `status ${status}`): LineAnswer => ({
  outcome: 'refused',
  status,
  message,
  requestId: 'own',
  acceptedRequestId: status === 409 ? 'accepted' : null,
});
const ok: LineAnswer = { outcome: 'ok', status: 200, body: {}, requestId: 'own', acceptedRequestId: null };
const silent: LineAnswer = { outcome: 'unknown', cause: 'no answer in time', reached: true };
const unreached: LineAnswer = { outcome: 'unknown', cause: 'ECONNREFUSED', reached: false };
const monthly = refused(429, 'You have reached your monthly limit.');
const rate = refused(429, 'The API rate limit has been exceeded. Try again later.');

describe('an answer to a push or a multicast', () => {
  it.each<[string, Errand, LineAnswer, object, string?]>([
    ['200', push, ok, { to: 'sent', status: 200, requestId: 'own' }],
    ['409: it was accepted before', push, refused(409), { to: 'sent', status: 409, requestId: 'accepted' }],
    ['500', push, refused(500), { to: 'again', isDefinite: false }],
    ['503', offer, refused(503), { to: 'again', isDefinite: false }],
    ['no whole answer', push, silent, { to: 'again', isDefinite: false }],
    ['nobody there', push, unreached, { to: 'again', isDefinite: true }],
    ['429 for the rate', offer, rate, { to: 'again', isDefinite: true }, 'slow_down'],
    [
      '429 for the month, a service message',
      push,
      monthly,
      { to: 'again', isDefinite: true, wasUntried: true },
      'quota_used_up',
    ],
    ['429 for the month, an offer', offer, monthly, { to: 'skipped', reason: 'quota' }, 'quota_used_up'],
    [
      '429 for the month, an offer that may have arrived',
      { ...offer, doubts: 2 },
      monthly,
      { to: 'again', wasUntried: false },
      'quota_used_up',
    ],
    ['401', push, refused(401), { to: 'again', isDefinite: true, wasUntried: true }, 'token_refused'],
    [
      '401 after a doubtful try',
      { ...push, doubts: 2 },
      refused(401),
      { to: 'again', wasUntried: false },
      'token_refused',
    ],
    ['400', push, refused(400), { to: 'failed', status: 400 }],
    ['403', offer, refused(403), { to: 'failed', status: 403 }],
    [
      '403 after a try that may have arrived',
      { ...offer, doubts: 2 },
      refused(403),
      { to: 'unknown', status: 403 },
    ],
    [
      '400 after a try that may have arrived',
      { ...push, doubts: 2 },
      refused(400),
      { to: 'failed', status: 400 },
    ],
    ['413', push, refused(413), { to: 'failed', status: 413 }],
    [
      '400 to a multicast',
      multicast,
      refused(400, 'The property, to, is invalid'),
      { to: 'apart', status: 400 },
    ],
    ['400 to a multicast without more words', multicast, refused(400), { to: 'apart', status: 400 }],
    ['400 to a multicast of one', { ...multicast, ids: [1] }, refused(400), { to: 'failed' }],
    [
      '400 that blames the messages, not the people',
      multicast,
      refused(400, 'The request body has 1 error(s); messages[0].text: May not be empty'),
      { to: 'failed' },
    ],
    [
      '400 that blames a recipient too',
      multicast,
      refused(400, 'invalid; to[3]: unknown; messages[0].text: odd'),
      { to: 'apart' },
    ],
    ['403 to a multicast', multicast, refused(403), { to: 'failed' }],
    ['500 to a multicast', multicast, refused(500), { to: 'again', isDefinite: false }],
  ])('%s', (_name, errand, answer, verdict, signal) => {
    const judgement = judgeAnswer(errand, answer);
    expect(judgement.verdict).toMatchObject(verdict);
    expect(judgement.signal).toBe(signal);
  });
});

describe('an answer to a reply, which has no key', () => {
  const second = { ...reply, attempts: 2, doubts: 2 };
  it.each<[string, Errand, LineAnswer, object]>([
    ['200', reply, ok, { to: 'sent' }],
    ['500: once more', reply, refused(500), { to: 'again', isDefinite: false }],
    ['no answer: once more', reply, silent, { to: 'again', isDefinite: false }],
    ['no answer twice', second, silent, { to: 'unknown' }],
    ['400 to the second: the first had arrived', second, refused(400), { to: 'sent' }],
    ['400 to the first', reply, refused(400), { to: 'failed' }],
    ['nobody there', reply, unreached, { to: 'again', isDefinite: true, wasUntried: true }],
    ['429', reply, rate, { to: 'again', isDefinite: true }],
    ['401', reply, refused(401), { to: 'again', isDefinite: true }],
  ])('%s', (_name, errand, answer, verdict) => {
    const inTime = new Date(receivedAt.getTime() + 50_000);
    expect(judgeReply(errand, answer, inTime).verdict).toMatchObject(verdict);
  });
});

it('a token that had run out says nothing of the first try', () => {
  const second = { ...reply, attempts: 2, doubts: 2 };
  const late = new Date(receivedAt.getTime() + 61_000);
  expect(judgeReply(second, refused(400), late).verdict).toMatchObject({ to: 'unknown', status: 400 });
});

describe('the pause before the next try', () => {
  it('grows from an eighth of a second to at most a minute, and is spread over half of itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, spread) => {
          const full = Math.min(60_000, 250 * 2 ** (attempts - 1));
          expect(backOff(attempts, spread)).toBeGreaterThanOrEqual(Math.floor(full / 2));
          expect(backOff(attempts, spread)).toBeLessThanOrEqual(full);
        },
      ),
    );
    expect(backOff(1, 0)).toBe(125);
    expect(backOff(20, 1)).toBe(60_000);
  });
});
