/**
 * What the ledger should do to one member, written down a second time from the rules alone: arrays of lots, no
 * database, none of the code that it is compared with. Days are whole numbers since 1970.
 */
export type ModelRules = {
  twdPerPoint: number;
  pointValueTwd: number;
  waitDays: { store: number; online: number };
  tiers: readonly { key: string; thresholdTwd: number; earnPercent: number }[];
  /** On these days of a month what counts earns so many percent of the base rate. */
  memberDay: { monthDays: readonly number[]; earnPercent: number };
  adjustAlone: number;
};

type Lot = {
  /** The older one goes first where both end on the same day. */
  age: number;
  amount: number;
  kind: 'active' | 'pending';
  availableOn: number | null;
  endsOn: number;
  receipt: number | null;
};

type Receipt = {
  boughtOn: number;
  totalTwd: number;
  /** Points of NT$1: in hundredths of the base rate, as a fraction because a member day may count a part only. */
  weight: { over: number; under: number };
  returnedTwd: number;
  pointsPaid: number;
  /** What was drawn to pay, in the order in which it was drawn. */
  drawn: Lot[];
  back: number;
  earned: number;
  takenBack: number;
  ended: number;
  isOver: boolean;
};

/** A stretch of time in one tier, the newest last. */
type Stretch = {
  rank: number;
  cause: 'risen' | 'withdrawn' | 'raised' | 'fallen';
  enteredOn: number;
  reachedOn: number;
  reviewOn: number | null;
};

export type ModelState = {
  active: number;
  pending: number;
  debt: number;
  lots: string[];
  tier: string;
  reviewOn: string | null;
};
export type ModelAnswer = Record<string, unknown>;

const dayMs = 86_400_000;
export const toDay = (text: string): number => Date.parse(`${text}T00:00:00Z`) / dayMs;
export const toText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** The same day of the month so many months on, or the month's last. */
function monthsOn(day: number, months: number): number {
  const from = new Date(day * dayMs);
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const length = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0)).getUTCDate();
  return first / dayMs + Math.min(from.getUTCDate(), length) - 1;
}

const endOfNextYear = (day: number): number =>
  Date.UTC(new Date(day * dayMs).getUTCFullYear() + 1, 11, 31) / dayMs;

export function createMemberModel(rules: ModelRules) {
  let lots: Lot[] = [];
  let debt = 0;
  let ages = 0;
  let adjustedAlone = { on: 0, points: 0 };
  const receipts: Receipt[] = [];
  const stretches: Stretch[] = [];

  const total = (some: readonly { amount: number }[]) => some.reduce((sum, { amount }) => sum + amount, 0);
  const inOrder = (some: readonly Lot[]) => some.toSorted((a, b) => a.endsOn - b.endsOn || a.age - b.age);
  const spendable = (day: number) =>
    inOrder(lots).filter((lot) => lot.kind === 'active' && lot.endsOn >= day);

  /** Takes from these lots in this order; what was taken, as lots of their own. */
  function draw(from: readonly Lot[], amount: number): Lot[] {
    const drawn: Lot[] = [];
    for (const lot of from) {
      const part = Math.min(lot.amount, amount);
      amount -= part;
      lot.amount -= part;
      if (part > 0) drawn.push({ ...lot, amount: part });
    }
    lots = lots.filter((lot) => lot.amount > 0);
    return drawn;
  }

  /** A debt is paid first, with what ends first; the rest becomes lots. */
  function credit(given: readonly Omit<Lot, 'age'>[]): void {
    for (const part of given.toSorted((a, b) => a.endsOn - b.endsOn)) {
      const paysDebt = Math.min(debt, part.amount);
      debt -= paysDebt;
      if (part.amount > paysDebt) lots.push({ ...part, amount: part.amount - paysDebt, age: ages++ });
    }
  }

  const spendWithin = (day: number): number =>
    receipts
      .filter(({ boughtOn }) => boughtOn > monthsOn(day, -12) && boughtOn <= day)
      .reduce((sum, { totalTwd, returnedTwd }) => sum + totalTwd - returnedTwd, 0);
  const rankFor = (twd: number) => rules.tiers.findLastIndex(({ thresholdTwd }) => twd >= thresholdTwd);
  const held = (): number => stretches.at(-1)?.rank ?? 0;
  function enter(rank: number, cause: Stretch['cause'], day: number, reviewOn: number | null): void {
    stretches.push({ rank, cause, enteredOn: day, reachedOn: day, reviewOn: rank === 0 ? null : reviewOn });
  }

  /** The tier of that day, with the member day's share of what is bought on it. */
  function weigh(day: number, countedTwd: number, linesTwd: number): Receipt['weight'] {
    const rank = stretches.findLast(({ enteredOn }) => enteredOn <= day)?.rank ?? 0;
    const tierPercent = rules.tiers[rank]?.earnPercent ?? 100;
    const isMemberDay = rules.memberDay.monthDays.includes(new Date(day * dayMs).getUTCDate());
    const extra = isMemberDay && countedTwd > 0 ? rules.memberDay.earnPercent - 100 : 0;
    return { over: tierPercent * linesTwd + extra * countedTwd, under: 100 * linesTwd };
  }
  const pointsFor = (netTwd: number, { over, under }: Receipt['weight']): number =>
    netTwd <= 0 ? 0 : Math.floor((netTwd * over) / (under * rules.twdPerPoint));

  /** Up at once. */
  function rise(day: number): void {
    const rank = rankFor(spendWithin(day));
    if (rank > held()) enter(rank, 'risen', day, monthsOn(day, 12));
  }

  /** Down at once to the best that what has stayed brought on the day it was reached, else brings today. */
  function withdraw(day: number): void {
    const now = stretches.at(-1);
    if (!now || now.cause === 'fallen') return;
    let best: Pick<Stretch, 'rank' | 'reviewOn'> = { rank: 0, reviewOn: null };
    for (const stretch of stretches.toReversed()) {
      const isDue = stretch.reviewOn !== null && stretch.reviewOn <= day;
      const stands =
        stretch.cause === 'fallen' || spendWithin(stretch.reachedOn) >= thresholdOf(stretch.rank);
      if (!isDue && stretch.rank > best.rank && stands)
        best = { rank: stretch.rank, reviewOn: stretch.reviewOn };
      if (stretch.cause === 'fallen') break;
    }
    const reachedNow = rankFor(spendWithin(day));
    if (reachedNow > best.rank) best = { rank: reachedNow, reviewOn: monthsOn(day, 12) };
    if (best.rank < now.rank) enter(best.rank, 'withdrawn', day, best.reviewOn);
  }
  const thresholdOf = (rank: number) => rules.tiers[rank]?.thresholdTwd ?? 0;

  return {
    receipts,

    /** What can pay for a receipt of `boughtOn` that arrives today. */
    spendable: (boughtOn: number, today: number) => total(spendable(Math.min(boughtOn, today))),

    buy(of: {
      boughtOn: number;
      today: number;
      channel: 'store' | 'online';
      totalTwd: number;
      /** How much of it a member day counts. */
      countedTwd: number;
      pointsPaid: number;
    }): ModelAnswer {
      const { boughtOn, today, totalTwd, pointsPaid } = of;
      if (pointsPaid * rules.pointValueTwd > totalTwd) return { status: 422, refused: 'points_above_total' };
      const usable = spendable(Math.min(boughtOn, today));
      if (total(usable) < pointsPaid) return { status: 422, refused: 'too_few_points' };
      const drawn = draw(usable, pointsPaid);
      const weight = weigh(boughtOn, of.countedTwd, totalTwd);
      const earned = pointsFor(totalTwd - pointsPaid * rules.pointValueTwd, weight);
      const availableOn = boughtOn + rules.waitDays[of.channel];
      const nth = receipts.length;
      receipts.push({
        boughtOn,
        totalTwd,
        weight,
        returnedTwd: 0,
        pointsPaid,
        drawn,
        back: 0,
        earned,
        takenBack: 0,
        ended: 0,
        isOver: false,
      });
      const isPending = availableOn > today;
      if (earned > 0) {
        credit([
          {
            amount: earned,
            kind: isPending ? 'pending' : 'active',
            availableOn: isPending ? availableOn : null,
            endsOn: endOfNextYear(boughtOn),
            receipt: nth,
          },
        ]);
      }
      rise(today);
      const balance = total(spendable(today));
      return { status: 201, earned, availableOn: earned > 0 ? toText(availableOn) : null, balance };
    },

    /** @param amountTwd what comes back; null = all that is left */
    giveBack(nth: number, amountTwd: number | null, today: number): ModelAnswer {
      const of = receipts[nth] as Receipt;
      if (of.isOver) return { status: 422, refused: 'all_returned' };
      const amount = amountTwd ?? of.totalTwd - of.returnedTwd;
      of.returnedTwd += amount;
      of.isOver = amountTwd === null || of.returnedTwd === of.totalTwd;
      const backInAll = of.isOver
        ? of.pointsPaid
        : Math.floor((of.pointsPaid * of.returnedTwd) / Math.max(1, of.totalTwd));
      const paidBack = backInAll - of.back;
      of.back = backInAll;
      // The last drawn comes back first.
      credit(draw(of.drawn.toReversed(), paidBack));
      const net = of.totalTwd - of.returnedTwd - (of.pointsPaid - of.back) * rules.pointValueTwd;
      const kept = pointsFor(net, of.weight);
      const takenBack = Math.max(0, of.earned - of.takenBack - of.ended - kept);
      of.takenBack += takenBack;
      const ordered = inOrder(lots);
      const own = ordered.filter((lot) => lot.receipt === nth);
      const others = ordered.filter((lot) => lot.receipt !== nth);
      const [active, pending] = [others.filter(isActive), others.filter((lot) => !isActive(lot))];
      debt += takenBack - total(draw([...own, ...active, ...pending], takenBack));
      withdraw(today);
      return { status: 201, takenBack, paidBack, balance: total(spendable(today)), debt, isFull: of.isOver };
    },

    adjust(points: number, today: number): ModelAnswer {
      const usable = spendable(today);
      const alone = adjustedAlone.on === today ? adjustedAlone.points : 0;
      if (total(usable) + points < 0) return { refused: 'not_enough_points' };
      if (alone + Math.abs(points) > rules.adjustAlone) return { state: 'waiting' };
      adjustedAlone = { on: today, points: alone + Math.abs(points) };
      if (points < 0) draw(usable, -points);
      else
        credit([
          { amount: points, kind: 'active', availableOn: null, endsOn: endOfNextYear(today), receipt: null },
        ]);
      return { state: 'done', balance: total(spendable(today)) };
    },

    /** What waits becomes usable, what has had its last day ends, and a tier whose year is over is looked at. */
    night(today: number): void {
      for (const lot of lots.toSorted((a, b) => a.age - b.age)) {
        if (lot.kind !== 'pending' || (lot.availableOn ?? 0) > today) continue;
        Object.assign(lot, { kind: 'active', availableOn: null, age: ages++ });
      }
      for (const lot of lots.filter((each) => isActive(each) && each.endsOn < today)) {
        const receipt = lot.receipt === null ? undefined : receipts[lot.receipt];
        if (receipt) receipt.ended += lot.amount;
        lot.amount = 0;
      }
      lots = lots.filter((lot) => lot.amount > 0);
      const now = stretches.at(-1);
      if (!now || now.reviewOn === null || now.reviewOn > today) return;
      const rank = rankFor(spendWithin(today));
      if (rank !== now.rank) enter(rank, rank < now.rank ? 'fallen' : 'raised', today, monthsOn(today, 12));
      else Object.assign(now, { reachedOn: today, reviewOn: monthsOn(today, 12) });
    },

    read(): ModelState {
      const byEnd = new Map<string, number>();
      for (const lot of lots) {
        const name = `${lot.kind} ${toText(lot.endsOn)}`;
        byEnd.set(name, (byEnd.get(name) ?? 0) + lot.amount);
      }
      const reviewOn = stretches.at(-1)?.reviewOn ?? null;
      return {
        active: total(lots.filter(isActive)),
        pending: total(lots.filter((lot) => !isActive(lot))),
        debt,
        lots: [...byEnd].map(([name, amount]) => `${name}: ${amount}`).sort(),
        tier: rules.tiers[held()]?.key ?? '',
        reviewOn: reviewOn === null ? null : toText(reviewOn),
      };
    },
  };
}

const isActive = (lot: Lot): boolean => lot.kind === 'active';
