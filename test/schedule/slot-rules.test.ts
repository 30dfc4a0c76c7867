import { describe, expect, it } from 'vitest';
import { type CatchUp, chooseSlots, latestSlot, previousSlot } from '#foundation/slot-rules.ts';

const zone = 'Asia/Taipei';
const daily = { daily: '08:50' };
const at = (text: string) => new Date(text);

function chosen(input: {
  catchUp: CatchUp;
  settled: string;
  now: string;
  cadence?: typeof daily | { everyMinutes: number };
}) {
  const { run, writeOff } = chooseSlots(
    { cadence: input.cadence ?? daily, catchUp: input.catchUp, settled: at(input.settled), unsettled: [] },
    at(input.now),
    zone,
  );
  return { run: run.map((slot) => slot.toISOString()), writeOff: writeOff?.toISOString() ?? null };
}

describe('slots', () => {
  it('a daily slot stands at the wall clock of the zone', () => {
    expect(latestSlot(daily, at('2026-11-21T00:49:59Z'), zone)).toEqual(at('2026-11-20T00:50:00Z'));
    expect(latestSlot(daily, at('2026-11-21T00:50:00Z'), zone)).toEqual(at('2026-11-21T00:50:00Z'));
    expect(previousSlot(daily, at('2026-11-21T00:50:00Z'), zone)).toEqual(at('2026-11-20T00:50:00Z'));
  });

  it('a daily slot keeps its wall clock over a change to summer time', () => {
    const newYork = 'America/New_York';
    const after = latestSlot(daily, at('2026-03-08T20:00:00Z'), newYork);
    expect(after).toEqual(at('2026-03-08T12:50:00Z'));
    expect(previousSlot(daily, after, newYork)).toEqual(at('2026-03-07T13:50:00Z'));
  });

  it.each([
    ['latest', 'latest', ['2026-11-21T00:50:00.000Z'], '2026-11-20T00:50:00.000Z'],
    ['none, long past', 'none', [], '2026-11-21T00:50:00.000Z'],
    [
      'three days',
      { days: 3 },
      [
        '2026-11-18T00:50:00.000Z',
        '2026-11-19T00:50:00.000Z',
        '2026-11-20T00:50:00.000Z',
        '2026-11-21T00:50:00.000Z',
      ],
      '2026-11-17T00:50:00.000Z',
    ],
  ] as const)('down for 40 days, policy %s', (_, catchUp, run, writeOff) => {
    expect(chosen({ catchUp, settled: '2026-10-12T00:50:00Z', now: '2026-11-21T05:00:00Z' })).toEqual({
      run,
      writeOff,
    });
  });

  it('runs a slot that was missed from 09:00 to 13:00 once, and skips nothing', () => {
    for (const catchUp of ['latest', { days: 3 }] as const) {
      expect(chosen({ catchUp, settled: '2026-11-20T00:50:00Z', now: '2026-11-21T05:00:00Z' })).toEqual({
        run: ['2026-11-21T00:50:00.000Z'],
        writeOff: null,
      });
    }
  });

  it('brings no hourly slots of a month when the clock jumps by a month', () => {
    const hourly = { everyMinutes: 60 };
    const jump = { settled: '2026-11-21T05:00:00Z', now: '2026-12-21T05:10:00Z', cadence: hourly };
    expect(chosen({ ...jump, catchUp: 'latest' }).run).toEqual(['2026-12-21T05:00:00.000Z']);
    expect(chosen({ ...jump, catchUp: 'none' }).run).toEqual(['2026-12-21T05:00:00.000Z']);
  });

  it('finds nothing new when the clock went back', () => {
    for (const back of ['2026-11-21T00:49:55Z', '2026-11-20T23:50:00Z', '2026-11-20T01:00:00Z']) {
      expect(chosen({ catchUp: { days: 3 }, settled: '2026-11-21T00:50:00Z', now: back })).toEqual({
        run: [],
        writeOff: null,
      });
    }
  });

  it('tries a failed slot again only as far back as the policy reaches', () => {
    const failed = [at('2026-11-18T00:50:00Z'), at('2026-11-20T00:50:00Z')];
    const job = { cadence: daily, settled: at('2026-11-21T00:50:00Z'), unsettled: failed };
    const now = at('2026-11-22T00:00:00Z');
    expect(chooseSlots({ ...job, catchUp: { days: 3 } }, now, zone).run).toEqual([failed[1]]);
    expect(chooseSlots({ ...job, catchUp: 'latest' }, now, zone).run).toEqual([]);
  });
});
