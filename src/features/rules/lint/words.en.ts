import type { LintWords } from './words.zh-TW.ts';

export const en: LintWords = {
  tooManyConditions: (tier, count, most) =>
    `"${tier}" has ${count} conditions, more than anybody remembers. Keep the ${most} that matter most.`,
  noOwnBenefit: (tier, lower) =>
    `"${tier}" gives nothing that "${lower}" does not, so there is no reason to rise. Add something of its own.`,
  tooManyTiers: (count, most) => `${count} tiers are hard to tell apart. Up to ${most} are easier to follow.`,
  nobodyInShare: (tier, count) => `With ${count} members now, this share lets nobody into "${tier}".`,
  spendOutOfReach: (tier, threshold, most) =>
    `"${tier}" takes ${threshold}, but the member who has spent most so far is at ${most}: nobody reaches it.`,
  earnsLess: (tier, lower) => `"${tier}" earns fewer points than "${lower}": rising would be a loss.`,
  scoreOutOfReach: (tier) => `Only who is first in every measure reaches "${tier}": hardly anybody will.`,
  toldNotGiven: (tier) => `"${tier}" promises more points, but earns the usual number.`,
  sameKey: (key) => `The key "${key}" stands twice, so the later tier is never reached.`,
  sameName: (tier) => `Two tiers are called "${tier}"; nobody can tell them apart.`,
  paysBackAll: (money) => `Spending ${money} gives ${money} or more back: everything is given away.`,
  paysBackMuch: (percent) =>
    `Points give back ${percent}% of what is spent, far more than usual. Please check once more.`,
  endsBeforeUsable: (days) =>
    `Points can be used after ${days} days, when they have ended already. Let them last longer, or wait less.`,
  dayInPast: (day) => `"${day}" is over before the rules begin, so it never happens.`,
  unknownStore: (key) => `There is no store "${key}".`,
  capBelowOne: (small, large) =>
    `The cap of ${small} is below the ${large} of one time: nothing is ever earned.`,
  unknownCoupon: (key) => `There is no coupon "${key}", so this gift cannot be given.`,
  milestoneBeyondCap: (title, count, most) =>
    `"${title}" takes ${count} friends, but there are ${most} gifts at most: beyond them few go on inviting.`,
  capNeverReached: (small, large) =>
    `The cap of ${small} is wider than that of ${large}: it is never reached.`,
};
