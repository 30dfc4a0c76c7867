import { z } from 'zod';

/** What gives a farm of accounts away. */
export const farmSigns = ['burst', 'never_again', 'floor_amount', 'same_till'] as const;
export type FarmSign = (typeof farmSigns)[number];

const most = z.int().positive();
/** Percent. */
const share = z.int().min(1).max(100);

/**
 * From where on invitations are held for a person to look at; each sign can be switched off. The defaults let a
 * family of three pass that joins and buys together.
 */
export const farmLimits = z.object({
  /** More codes of one inviter sent, or friends bound, within an hour or a day. */
  burst: z.object({ isOn: z.boolean(), perHour: most, perDay: most }),
  /** So many friends were rewarded, that long ago, and nearly all have bought exactly once. */
  neverAgain: z.object({ isOn: z.boolean(), afterDays: most, minFriends: most, share }),
  /** Nearly all friends' first purchases lie within `bandTwd` above the least that is rewarded. */
  floorAmount: z.object({ isOn: z.boolean(), bandTwd: z.int().nonnegative(), minFriends: most, share }),
  /** More friends' first purchases in one store within a minute, or on one day. */
  sameTill: z.object({ isOn: z.boolean(), perMinute: most, perDay: most }),
});

export type FarmLimits = z.infer<typeof farmLimits>;

export const usualFarmLimits: FarmLimits = {
  burst: { isOn: true, perHour: 6, perDay: 12 },
  neverAgain: { isOn: true, afterDays: 90, minFriends: 10, share: 95 },
  floorAmount: { isOn: true, bandTwd: 30, minFriends: 5, share: 80 },
  sameTill: { isOn: true, perMinute: 3, perDay: 5 },
};

/** A friend of one inviter, as far as signs of a farm look at it. */
export type InvitedFriend = {
  inviteeId: number;
  receivedAt: Date;
  boundAt: Date | null;
  isRewarded: boolean;
  firstPurchase: {
    purchaseId: number;
    storeId: number;
    channel: 'store' | 'online';
    at: Date;
    /** The business day, 'YYYY-MM-DD'. */
    on: string;
    totalTwd: number;
  } | null;
  /** Purchases since binding of which something was kept. */
  purchaseCount: number;
  /** Signs about which a person has decided for this friend: they are not raised again. */
  decided: readonly FarmSign[];
};

/** What was seen: counts, amounts and times beside the limits that were passed; ids of receipts, nobody's name. */
export type SignEvidence = {
  count: number;
  limit: number;
  what: 'received' | 'bound' | 'bought_once' | 'at_the_floor' | 'same_minute' | 'same_day';
  withinMinutes?: number;
  percent?: number;
  from: string;
  until: string;
  storeId?: number;
  floorTwd?: number;
  purchaseIds: number[];
};

export type FoundSign = { sign: FarmSign; inviteeIds: number[]; evidence: SignEvidence };

/**
 * The signs of a farm among the friends of one inviter, at most one of each kind, with every friend it is about.
 * @param of.floorTwd the least that a first purchase must come to
 */
export function findSigns(
  limits: FarmLimits,
  friends: readonly InvitedFriend[],
  of: { floorTwd: number; now: Date },
): FoundSign[] {
  const open = (sign: FarmSign) => friends.filter((friend) => !friend.decided.includes(sign));
  return [
    limits.burst.isOn ? findBurst(limits.burst, open('burst')) : null,
    limits.neverAgain.isOn ? findNeverAgain(limits.neverAgain, open('never_again'), of.now) : null,
    limits.floorAmount.isOn ? findFloor(limits.floorAmount, open('floor_amount'), of.floorTwd) : null,
    limits.sameTill.isOn ? findSameTill(limits.sameTill, open('same_till')) : null,
  ].filter((found) => found !== null);
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

type Timed = { friend: InvitedFriend; at: Date };
type Crowd = { all: Timed[]; densest: Timed[] };

/** Everything in windows of this length (both ends in) that hold more than `limit`; null where none does. */
function findCrowd(items: readonly Timed[], windowMs: number, limit: number): Crowd | null {
  const sorted = items.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  const all = new Set<Timed>();
  let densest: Timed[] = [];
  for (let from = 0, until = 0; until < sorted.length; until++) {
    const end = (sorted[until] as Timed).at.getTime();
    while (end - (sorted[from] as Timed).at.getTime() > windowMs) from += 1;
    const size = until - from + 1;
    if (size <= limit) continue;
    // What is in the window already was in it one step before, but for the first time that it is too full.
    for (let at = size === limit + 1 ? from : until; at <= until; at++) all.add(sorted[at] as Timed);
    if (size > densest.length) densest = sorted.slice(from, until + 1);
  }
  return densest.length === 0 ? null : { all: [...all], densest };
}

function tell(
  sign: FarmSign,
  crowd: Crowd,
  seen: Pick<SignEvidence, 'limit' | 'what'>,
  more = {},
): FoundSign {
  return {
    sign,
    inviteeIds: idsOf(crowd.all.map(({ friend }) => friend)),
    evidence: {
      count: crowd.densest.length,
      ...seen,
      ...more,
      ...spanOf(crowd.densest.map(({ at }) => at)),
      purchaseIds: purchasesOf(crowd.densest.map(({ friend }) => friend)),
    },
  };
}

function findBurst(limits: FarmLimits['burst'], friends: readonly InvitedFriend[]): FoundSign | null {
  const received = friends.map((friend) => ({ friend, at: friend.receivedAt }));
  const bound = friends.flatMap((friend) => (friend.boundAt ? [{ friend, at: friend.boundAt }] : []));
  const found = (['received', 'bound'] as const).flatMap((what) =>
    [
      { withinMinutes: 60, limit: limits.perHour },
      { withinMinutes: 24 * 60, limit: limits.perDay },
    ].flatMap(({ withinMinutes, limit }) => {
      const crowd = findCrowd(what === 'received' ? received : bound, withinMinutes * minuteMs, limit);
      return crowd ? [tell('burst', crowd, { limit, what }, { withinMinutes })] : [];
    }),
  );
  return joinFound(found);
}

function findSameTill(limits: FarmLimits['sameTill'], friends: readonly InvitedFriend[]): FoundSign | null {
  const bought = friends.flatMap((friend) =>
    friend.firstPurchase?.channel === 'store' ? [{ friend, bought: friend.firstPurchase }] : [],
  );
  const groups = (key: (of: (typeof bought)[number]['bought']) => string) =>
    Map.groupBy(bought, (each) => key(each.bought)).values();
  const found: FoundSign[] = [];
  for (const group of groups(({ storeId }) => String(storeId))) {
    const storeId = group[0]?.bought.storeId;
    const timed = group.map(({ friend, bought: { at } }) => ({ friend, at }));
    const crowd = findCrowd(timed, minuteMs, limits.perMinute);
    if (!crowd) continue;
    found.push(tell('same_till', crowd, { limit: limits.perMinute, what: 'same_minute' }, { storeId }));
  }
  for (const group of groups(({ storeId, on }) => `${storeId} ${on}`)) {
    if (group.length <= limits.perDay) continue;
    const timed = group.map(({ friend, bought: { at } }) => ({ friend, at }));
    const storeId = group[0]?.bought.storeId;
    const crowd = { all: timed, densest: timed };
    found.push(tell('same_till', crowd, { limit: limits.perDay, what: 'same_day' }, { storeId }));
  }
  return joinFound(found);
}

function findFloor(
  { bandTwd, minFriends, share: least }: FarmLimits['floorAmount'],
  friends: readonly InvitedFriend[],
  floorTwd: number,
): FoundSign | null {
  const bought = friends.filter((friend) => friend.firstPurchase !== null);
  const low = bought.filter((friend) => (friend.firstPurchase?.totalTwd ?? 0) <= floorTwd + bandTwd);
  const share = percentOf(low, bought);
  if (low.length < minFriends || share < least) return null;
  return {
    sign: 'floor_amount',
    inviteeIds: idsOf(low),
    evidence: {
      count: low.length,
      limit: minFriends,
      what: 'at_the_floor',
      percent: Math.floor(share),
      floorTwd,
      ...spanOf(low.flatMap((friend) => friend.firstPurchase?.at ?? [])),
      purchaseIds: purchasesOf(low),
    },
  };
}

function findNeverAgain(
  { afterDays, minFriends, share: least }: FarmLimits['neverAgain'],
  friends: readonly InvitedFriend[],
  now: Date,
): FoundSign | null {
  const since = now.getTime() - afterDays * dayMs;
  const old = friends.filter(
    (friend) => friend.isRewarded && (friend.firstPurchase?.at.getTime() ?? now.getTime()) < since,
  );
  const once = old.filter((friend) => friend.purchaseCount <= 1);
  const share = percentOf(once, old);
  if (once.length < minFriends || share < least) return null;
  // Who waits for a reward and has come back already is none of them.
  const waiting = friends.filter((friend) => !friend.isRewarded && friend.purchaseCount <= 1);
  return {
    sign: 'never_again',
    inviteeIds: idsOf([...once, ...waiting]),
    evidence: {
      count: once.length,
      limit: minFriends,
      what: 'bought_once',
      percent: Math.floor(share),
      ...spanOf(once.flatMap((friend) => friend.firstPurchase?.at ?? [])),
      purchaseIds: purchasesOf(once),
    },
  };
}

/** One sign of several findings: all their friends, and what was seen of the largest. */
function joinFound(found: readonly FoundSign[]): FoundSign | null {
  const [largest] = found.toSorted((one, other) => other.evidence.count - one.evidence.count);
  if (!largest) return null;
  const inviteeIds = [...new Set(found.flatMap((each) => each.inviteeIds))].toSorted((a, b) => a - b);
  return { ...largest, inviteeIds };
}

const percentOf = (part: readonly unknown[], whole: readonly unknown[]): number =>
  whole.length === 0 ? 0 : (part.length * 100) / whole.length;

const idsOf = (friends: readonly InvitedFriend[]): number[] =>
  friends.map(({ inviteeId }) => inviteeId).toSorted((a, b) => a - b);

const purchasesOf = (friends: readonly InvitedFriend[]): number[] =>
  friends.flatMap(({ firstPurchase }) => firstPurchase?.purchaseId ?? []).slice(0, 100);

function spanOf(times: readonly Date[]): { from: string; until: string } {
  const sorted = times.map((time) => time.toISOString()).toSorted();
  return { from: sorted[0] ?? '', until: sorted.at(-1) ?? '' };
}
