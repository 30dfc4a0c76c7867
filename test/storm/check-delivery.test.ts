import { describe, expect, it } from 'vitest';
import { checkDelivery, type DeliveredRow, type Promised } from './check-delivery.ts';
import { checkRates } from './check-rates.ts';
import type { LineCall } from './delivery-log.ts';

const push = 'POST /v2/bot/message/push';
const multicast = 'POST /v2/bot/message/multicast';
const reply = 'POST /v2/bot/message/reply';

const call = (given: Partial<LineCall>): LineCall => ({
  at: 0,
  endpoint: push,
  retryKey: 'k1',
  bodySha256: 'b1',
  to: ['U1'],
  replyToken: null,
  status: 200,
  isAccepted: true,
  requestId: 'r1',
  fault: null,
  ...given,
});
const row = (given: Partial<DeliveredRow>): DeliveredRow => ({
  id: 1,
  source: 'storm',
  lineUserId: 'U1',
  method: 'push',
  state: 'sent',
  reason: null,
  retryKey: 'k1',
  bodySha256: 'b1',
  requestId: 'r1',
  status: 200,
  replyToken: null,
  ...given,
});

/** A small world in which all is well: a repeated push, a refused one, a multicast after a bisected one, a reply. */
const world = (): { calls: LineCall[]; rows: DeliveredRow[]; promised: Promised[] } => ({
  calls: [
    call({ status: null, fault: 'reset-after-accept' }),
    call({ status: 409, isAccepted: false, requestId: 'r2' }),
    call({ retryKey: 'k2', bodySha256: 'b2', to: ['U2'], status: 400, isAccepted: false, requestId: 'r3' }),
    call({
      ...{ endpoint: multicast, retryKey: 'k3', bodySha256: 'b3', to: ['U3', 'U4', 'U5'] },
      ...{ status: 400, isAccepted: false, requestId: 'r4' },
    }),
    call({ endpoint: multicast, retryKey: 'k4', bodySha256: 'b4', to: ['U3', 'U4'], requestId: 'r5' }),
    call({
      endpoint: reply,
      retryKey: null,
      bodySha256: 'b5',
      to: ['U1'],
      replyToken: 't1',
      requestId: 'r6',
    }),
  ],
  rows: [
    row({ status: 409 }),
    row({
      id: 2,
      lineUserId: 'U2',
      retryKey: 'k2',
      bodySha256: 'b2',
      state: 'failed',
      reason: 'bad',
      status: 400,
    }),
    ...['U3', 'U4'].map((lineUserId, at) =>
      row({ id: 3 + at, lineUserId, method: 'multicast', retryKey: 'k4', bodySha256: 'b4', requestId: 'r5' }),
    ),
    row({ id: 5, lineUserId: 'U5', retryKey: 'k5', state: 'skipped', reason: 'stopped', status: null }),
    row({ id: 6, source: null, method: 'reply', retryKey: 'k6', bodySha256: 'b5', replyToken: 't1' }),
  ],
  promised: [
    {
      source: 'storm',
      lineUserIds: ['U1', 'U2', 'U3', 'U4', 'U5'],
      otherEnds: new Map([
        ['U2', { state: 'failed', reason: 'bad' }],
        ['U5', { state: 'skipped', reason: 'stopped' }],
      ]),
    },
  ],
});

const check = (change: (world_: ReturnType<typeof world>) => void): string[] => {
  const changed = world();
  change(changed);
  return checkDelivery(changed.calls, changed.rows, changed.promised).findings;
};
const at = <Item>(items: Item[], nth: number): Item => items[nth] as Item;

describe('the checker of deliveries', () => {
  it('finds nothing where all is well, and counts it', () => {
    const { calls, rows, promised } = world();
    const { findings, counts } = checkDelivery(calls, rows, promised);
    expect(findings).toEqual([]);
    expect(counts).toMatchObject({ sends: 5, 'sends repeated': 1, 'answered 409': 1, 'people reached': 3 });
    expect(counts).toMatchObject({ 'rows sent': 4, 'rows failed: bad': 1, 'rows skipped: stopped': 1 });
  });

  it('is not content with a reason for everybody while nobody was reached', () => {
    const people = ['U1', 'U2', 'U3', 'U4'];
    const ends: Partial<DeliveredRow>[] = [
      { state: 'unknown', reason: 'tried' },
      { state: 'failed', reason: 'whatever' },
      { state: 'skipped', reason: 'whatever' },
      { state: 'failed', reason: 'not accepted in 23 hours' },
    ];
    const rows = ends.map((end, nth) =>
      row({ id: nth, retryKey: `k${nth}`, lineUserId: people[nth] ?? '', status: null, ...end }),
    );
    const { findings, counts } = checkDelivery([], rows, [{ source: 'storm', lineUserIds: people }]);
    for (const id of people) {
      expect(findings.filter((found) => found.startsWith(`storm ${id} is `))).toHaveLength(1);
      expect(findings).toContain(`${id} was reached 0 times, by the script 1`);
    }
    expect(counts).toMatchObject({ promised: 4, 'people reached': 0 });
  });

  const planted: [string, RegExp, (world_: ReturnType<typeof world>) => void][] = [
    ['a person without a row', /U5 stands in 0 rows/, ({ rows }) => rows.splice(4, 1)],
    [
      'a person with two rows',
      /U2 stands in 2 rows/,
      ({ rows }) =>
        rows.push(row({ id: 9, lineUserId: 'U2', retryKey: 'k9', state: 'skipped', reason: 'x' })),
    ],
    [
      'a person who was not asked for',
      /U9 was never asked for/,
      ({ rows }) =>
        rows.push(row({ id: 9, lineUserId: 'U9', retryKey: 'k9', state: 'skipped', reason: 'x' })),
    ],
    [
      'a row of a source that nobody asked for',
      /1 rows of another/,
      ({ rows }) =>
        rows.push(row({ id: 9, source: 'another', retryKey: 'k9', state: 'skipped', reason: 'x' })),
    ],
    [
      'somebody whom the script reaches and who was skipped with a reason',
      /U1 is skipped: stopped, by the script sent/,
      ({ rows }) => Object.assign(at(rows, 0), { state: 'skipped', reason: 'stopped' }),
    ],
    [
      'somebody whom the script reaches and whose end is unknown',
      /U1 is unknown: tried, by the script sent/,
      ({ rows }) => Object.assign(at(rows, 0), { state: 'unknown', reason: 'tried' }),
    ],
    [
      'somebody whom the script keeps from being reached and who was',
      /U2 is sent, by the script failed: bad/,
      ({ rows }) => Object.assign(at(rows, 1), { state: 'sent', reason: null }),
    ],
    [
      'another reason than that of the script',
      /U5 is skipped: cap, by the script skipped: stopped/,
      ({ rows }) => Object.assign(at(rows, 4), { reason: 'cap' }),
    ],
    [
      "somebody who is missing in LINE's own log",
      /U1 was reached 0 times, by the script 1/,
      ({ calls }) => Object.assign(at(calls, 0), { isAccepted: false }),
    ],
    [
      "somebody who stands in LINE's log and in no promise",
      /U8 was reached 1 times, by the script 0/,
      ({ calls }) => calls.push(call({ retryKey: 'k8', to: ['U8'] })),
    ],
    [
      'a message called sent that never arrived',
      /called sent and never arrived/,
      ({ calls }) => {
        at(calls, 0).isAccepted = false;
      },
    ],
    [
      'a message called failed that arrived',
      /arrived and is called failed/,
      ({ calls }) => {
        at(calls, 2).isAccepted = true;
      },
    ],
    [
      'a message called skipped that arrived',
      /arrived and is called skipped/,
      ({ calls }) => calls.push(call({ retryKey: 'k5', to: ['U5'] })),
    ],
    [
      'an end without a reason',
      /is failed without a reason/,
      ({ rows }) => {
        at(rows, 1).reason = null;
      },
    ],
    [
      'a message that was left over',
      /is still sending/,
      ({ rows }) => {
        at(rows, 1).state = 'sending';
      },
    ],
    [
      'a repeat with another body',
      /k1 carried 2 bodies/,
      ({ calls }) => {
        at(calls, 1).bodySha256 = 'b9';
      },
    ],
    [
      'a repeat by another endpoint',
      /k1 carried 2 bodies/,
      ({ calls }) => {
        at(calls, 1).endpoint = multicast;
      },
    ],
    [
      'a send without a key',
      /without a retry key/,
      ({ calls }) => {
        at(calls, 2).retryKey = null;
      },
    ],
    [
      'a key that took effect twice',
      /k1 was accepted 2 times/,
      ({ calls }) => {
        at(calls, 1).isAccepted = true;
      },
    ],
    [
      'an acceptance without a row',
      /k7 was accepted and stands in no row/,
      ({ calls }) => calls.push(call({ retryKey: 'k7' })),
    ],
    [
      'one person accepted under two keys',
      /U1 was accepted under 2 keys/,
      ({ calls, rows }) => {
        calls.push(call({ retryKey: 'k7' }));
        rows.push(row({ id: 9, retryKey: 'k7' }));
      },
    ],
    [
      'a multicast that reached somebody else',
      /reached 3 people, its rows name 2/,
      ({ calls }) => {
        at(calls, 4).to.push('U5');
      },
    ],
    [
      'a body that is not the frozen one',
      /carried another body than its row/,
      ({ rows }) => {
        at(rows, 0).bodySha256 = 'b9';
      },
    ],
    [
      'another request id than the accepted one',
      /names another request/,
      ({ rows }) => {
        at(rows, 0).requestId = 'r2';
      },
    ],
    [
      'an answer that was never given',
      /was never answered 200/,
      ({ rows }) => {
        at(rows, 0).status = 200;
      },
    ],
    [
      'an end upon a strange answer',
      /called sent upon 500/,
      ({ rows }) => {
        at(rows, 0).status = 500;
      },
    ],
    ['a reply that took effect twice', /was accepted 2 times/, ({ calls }) => calls.push(at(calls, 5))],
    [
      'a reply with two bodies',
      /had two bodies/,
      ({ calls }) => calls.push(call({ ...at(calls, 5), bodySha256: 'b9', isAccepted: false })),
    ],
    [
      'a reply that arrived and is called failed',
      /arrived and is called failed/,
      ({ rows }) => {
        at(rows, 5).state = 'failed';
      },
    ],
    ['a reply that nobody planned', /arrived and is called nothing/, ({ rows }) => rows.splice(5, 1)],
    [
      'a reply called sent that never arrived',
      /reply 6 is called sent and never/,
      ({ calls }) => calls.splice(5, 1),
    ],
  ];
  it.each(planted)('finds %s', (_name, finding, plant) => {
    expect(check(plant).filter((found) => finding.test(found))).not.toEqual([]);
  });
});

describe('the checker of rates', () => {
  const every = (ms: number, count: number, from = 0, endpoint = push) =>
    Array.from({ length: count }, (_, nth) => call({ endpoint, at: from + nth * ms }));

  it('lets 2,000 a second pass, and says how full it was', () => {
    const { findings, peaks } = checkRates(every(0.5, 20_001), { [push]: 2_000 });
    expect(findings).toEqual([]);
    expect(peaks[push]).toMatchObject({ calls: 20_001, second: 2_000, ten: 2_000, mean: 2_000 });
  });

  it('finds the one second that was too full, wherever it lies', () => {
    const calls = [...every(1, 10_000), ...every(0.5, 1_200, 4_600.25)];
    expect(checkRates(calls).findings).toEqual([`${push}: 2200 requests in a second, LINE takes 2000`]);
  });

  it('finds ten seconds above the set rate though no second is too full', () => {
    const calls = every(1_000 / 1_850, 18_500);
    expect(checkRates(calls, { [push]: 1_800 }).findings).toEqual([
      `${push}: 1850 a second over ten seconds, set were 1800`,
    ]);
  });

  it('holds a multicast to a tenth of it, and each endpoint to its own', () => {
    expect(checkRates(every(4, 500, 0, multicast)).findings).toHaveLength(1);
    expect(checkRates([...every(1, 1_500), ...every(1, 1_500, 0, reply)]).findings).toEqual([]);
  });
});
