import { lastsMonths, reviewOutcome } from '../../tiers/review/review-rules.ts';
import { keepTwdOf, rankOf, type ThresholdPolicy, tierByKey, tierForSpend } from '../../tiers/tier-rules.ts';
import { monthsBefore, netWithin, type Step } from './timeline-rules.ts';

/** From which day on a tier was held; `isRise` where it is higher than the one before. */
export type HeldFrom = { on: string; key: string; isRise: boolean };

/** A tier that was reached, kept or fallen to, as the live rules remember it. */
type Row = { key: string; since: string; reviewOn: string | null; isBought: boolean };

/**
 * Whether somebody holds which tier from which day on, had these rules always been in force: up at once with a
 * purchase, looked at a year after it was reached, down at that day only, and withdrawn with the return of what
 * carried the rise. The decisions themselves are those of the live rules (`tierForSpend`, `reviewOutcome`).
 * @param steps in order
 * @param until the last day to look at
 */
export function replayThreshold(policy: ThresholdPolicy, steps: readonly Step[], until: string): HeldFrom[] {
  const first = policy.tiers[0]?.key ?? '';
  const rows: Row[] = [{ key: first, since: '', reviewOn: null, isBought: false }];
  const held: HeldFrom[] = [{ on: '', key: first, isRise: false }];
  const current = () => rows.at(-1) as Row;
  const rank = (key: string) => rankOf(policy, key);

  function become(row: Row): void {
    const isRise = rank(row.key) > rank(current().key);
    rows.push({ ...row, reviewOn: rank(row.key) === 0 ? null : row.reviewOn });
    held.push({ on: row.since, key: row.key, isRise });
  }
  function reviewUpTo(on: string, known: number): void {
    for (let row = current(); row.reviewOn !== null && row.reviewOn <= on; row = current()) {
      const day = row.reviewOn;
      const { move, tier } = reviewOutcome(
        policy,
        row.key,
        netWithin(steps, known, day, policy.windowMonths),
      );
      const reviewOn = monthsBefore(day, -lastsMonths);
      if (move === 'kept') row.reviewOn = reviewOn;
      else become({ key: tier.key, since: day, reviewOn, isBought: move === 'raised' });
    }
  }
  function withdraw(on: string, known: number, reached: string): void {
    if (!current().isBought) return;
    let best: Pick<Row, 'key' | 'reviewOn'> | null = null;
    for (const row of rows.toReversed()) {
      const isOver = row.reviewOn !== null && row.reviewOn <= on;
      if (!isOver && rank(row.key) > rank(best?.key ?? '') && (!row.isBought || stillReached(row, known)))
        best = row;
      if (!row.isBought) break;
    }
    const standing: Pick<Row, 'key' | 'reviewOn'> =
      best && rank(best.key) >= rank(reached)
        ? best
        : { key: reached, reviewOn: monthsBefore(on, -lastsMonths) };
    if (rank(standing.key) < rank(current().key))
      become({ key: standing.key, reviewOn: standing.reviewOn, since: on, isBought: true });
  }
  function stillReached(row: Row, known: number): boolean {
    const tier = tierByKey(policy, row.key);
    const keptOn = row.reviewOn === null ? row.since : monthsBefore(row.reviewOn, lastsMonths);
    const wasKept = keptOn > row.since;
    const net = netWithin(steps, known, wasKept ? keptOn : row.since, policy.windowMonths);
    return net >= (wasKept ? keepTwdOf(tier) : tier.thresholdTwd);
  }

  steps.forEach(({ on, twd }, at) => {
    if (on > until) return;
    reviewUpTo(on, at);
    const reached = tierForSpend(policy, netWithin(steps, at + 1, on, policy.windowMonths)).key;
    if (twd < 0) withdraw(on, at + 1, reached);
    else if (rank(reached) > rank(current().key))
      become({ key: reached, since: on, reviewOn: monthsBefore(on, -lastsMonths), isBought: true });
  });
  reviewUpTo(until, steps.filter(({ on }) => on <= until).length);
  return held;
}

/** The tier that was held on a day before anything happened on it. */
export function tierBefore(held: readonly HeldFrom[], on: string): string {
  return held.findLast((each) => each.on < on)?.key ?? held[0]?.key ?? '';
}

/** The tier that is held at the end of a day. */
export function tierOn(held: readonly HeldFrom[], on: string): string {
  return held.findLast((each) => each.on <= on)?.key ?? held[0]?.key ?? '';
}
