import { describe, expect, it } from 'vitest';
import { watchArrivals } from '#outbox/watch-arrivals.ts';
import { densest } from './count-pace.ts';

const gapMs = 2;
const graceMs = 60;
const answerMs = 50;
const seconds = 12;

/**
 * Twelve seconds of slots, each used in time unless it is lost.
 * @param arrivesAt when a call that left at this moment reaches LINE; it is answered 50 ms later
 * @param readAt when this process reads an answer that came at this moment
 */
function play(
  arrivesAt: (leftAt: number, nth: number) => number,
  readAt: (cameAt: number) => number = (cameAt) => cameAt,
): { arrivals: number[]; lost: number } {
  const watch = watchArrivals(graceMs);
  const arrivals: number[] = [];
  const answers: { slot: number; at: number }[] = [];
  let lost = 0;
  for (let now = 0, nth = 0; now < seconds * 1_000; now += 1) {
    if (readAt(now) === now) {
      watch.noteTurn(now);
      const due = answers.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at || a.slot - b.slot);
      for (const answer of due) {
        watch.note(answer.slot, now);
        answers.splice(answers.indexOf(answer), 1);
      }
    }
    if (now % gapMs !== 0) continue;
    if (now < watch.lostUntil()) {
      lost += 1;
      continue;
    }
    const arrival = arrivesAt(now, nth++);
    arrivals.push(arrival);
    answers.push({ slot: now, at: arrival + answerMs });
  }
  return { arrivals, lost };
}

const within = (at: number, from: number, ms: number) => at >= from && at < from + ms;
const allowed = (spanMs: number) => Math.floor((spanMs + graceMs) / gapMs) + 1;

describe('calls on their way to LINE', () => {
  it.each([150, 400, 1_000])('that are all held up for %i ms are made up for by lost slots', (heldMs) => {
    const from = 3_000;
    const { arrivals, lost } = play((at) => (within(at, from, heldMs) ? from + heldMs : at));
    // What a call is late by while it is found out, and the few answers that it takes.
    const blur = 12;
    expect(densest(arrivals, 1_000)).toBeLessThanOrEqual(allowed(Math.max(1_000, heldMs)) + blur);
    expect(densest(arrivals, 5_000)).toBeLessThanOrEqual(allowed(5_000) + blur);
    expect(lost).toBeGreaterThan((heldMs - graceMs) / gapMs - blur);
    expect(lost).toBeLessThan((heldMs - graceMs) / gapMs + blur);
  });

  it('cost no slot when LINE is slow with single ones', () => {
    expect(play((at, nth) => (nth % 5 === 0 ? at + 500 : at)).lost).toBe(0);
  });

  it('cost no slot while LINE is slower with all of them: they still arrive at the pace', () => {
    expect(play((at) => (at >= 3_000 ? at + 300 : at)).lost).toBe(0);
  });

  it('cost no slot when it was this process that stood still, and read the answers late', () => {
    const readAt = (at: number) => (within(at, 3_000, 400) ? 3_400 : at);
    expect(play((at) => at, readAt).lost).toBe(0);
  });

  it('are not held against a pace that nobody used for a while', () => {
    const watch = watchArrivals(graceMs);
    for (const start of [0, 60_000]) {
      for (let at = start; at < start + 100; at += gapMs) watch.note(at, at + answerMs);
    }
    expect(watch.lostUntil()).toBe(Number.NEGATIVE_INFINITY);
  });
});
