import { describe, expect, it } from 'vitest';
import { findTarget } from '#simulator/clock-rules.ts';

const zone = 'Asia/Taipei';
const at = (iso: string) => new Date(iso);
const to = (iso: string) => ({ ok: true, at: at(iso) });

describe('a move of the demo’s clock', () => {
  it('goes to the 09:00 that lies ahead', () => {
    const morning = { move: 'next-morning' } as const;
    expect(findTarget(morning, at('2026-11-22T08:30:00+08:00'), zone)).toEqual(
      to('2026-11-22T09:00:00+08:00'),
    );
    expect(findTarget(morning, at('2026-11-22T09:00:00+08:00'), zone)).toEqual(
      to('2026-11-23T09:00:00+08:00'),
    );
  });

  it('goes a whole week on, so that what takes seven days is over', () => {
    const now = at('2026-11-22T10:05:37.250+08:00');
    expect(findTarget({ move: 'days', days: 7 }, now, zone)).toEqual(to('2026-11-29T10:05:37.250+08:00'));
  });

  it('never goes back', () => {
    const now = at('2026-11-22T10:05:00+08:00');
    const back = { ok: false, reason: 'backwards' };
    expect(findTarget({ move: 'date', date: '2026-11-22' }, now, zone)).toEqual(back);
    expect(findTarget({ move: 'date', date: '2026-11-23' }, now, zone)).toEqual(
      to('2026-11-23T09:00:00+08:00'),
    );
  });

  it('goes two years ahead at once and no further', () => {
    const now = at('2026-11-22T10:05:00+08:00');
    expect(findTarget({ move: 'date', date: '2028-11-22' }, now, zone)).toEqual(
      to('2028-11-22T09:00:00+08:00'),
    );
    for (const move of [
      { move: 'date', date: '9999-12-31' },
      { move: 'days', days: 3_650 },
    ] as const)
      expect(findTarget(move, now, zone)).toEqual({ ok: false, reason: 'too_far' });
  });
});
