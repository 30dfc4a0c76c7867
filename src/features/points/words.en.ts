import type { PointsWords, WhyParts } from './words.zh-TW.ts';

const because = (bonuses: readonly string[]): string =>
  bonuses.length === 0 ? '' : ` (${bonuses.join('; ')})`;

const story = (parts: WhyParts): string =>
  [
    parts.gathered && `collected ${parts.gathered}`,
    parts.used && `used ${parts.used}`,
    parts.takenBack && `taken back after returns ${parts.takenBack}`,
    parts.adjusted && `set right by us ${parts.adjusted}`,
    parts.ended && `ended ${parts.ended}`,
  ]
    .filter(Boolean)
    .join(', ');

export const en: PointsWords = {
  active: (points, money) => `${points} to use, worth ${money}.`,
  pending: (points, from) => `${points} more from ${from}, once the return period is over.`,
  ending: (points, on, isOne) => `${points} of them ${isOne ? 'ends' : 'end'} on ${on}.`,
  none: (money) =>
    `No points yet. You get 1 point for every ${money}: show your code or give your number at the till.`,
  debt: (points) => `An earlier return takes back ${points}; the points you collect next settle it first.`,
  earned: (of) =>
    `${of.day}, ${of.store}: you spent ${of.money} and collected ${of.points}${because(of.bonuses)}.`,
  earnedPending: (of) =>
    `${of.day}, ${of.store}: you spent ${of.money}; ${of.points}${because(of.bonuses)} can be used from ${of.from}.`,
  activity: {
    survey: (of) => `We have your survey answers: you collected ${of.points}.`,
    profile: (of) => `Your details are complete: you collected ${of.points}.`,
    review: (of) => `We have your review: you collected ${of.points}.`,
    visit: (of) =>
      of.store
        ? `${of.day}, ${of.store}: you came by and collected ${of.points}.`
        : `${of.day}: you came by and collected ${of.points}.`,
  },
  settled: (points) => `Of these, ${points} went to settle an earlier return.`,
  tierBonus: (times) => `member tier ${times}×`,
  dayBonus: (day, times, isPart) => `${day} ${times}×${isPart ? ' on some items' : ''}`,
  why: (parts) =>
    `Where your ${parts.held} come from: ${story(parts)}${parts.pending ? `; ${parts.pending} of them still pending` : ''}.`,
  whyOwed: (parts) => `${parts.held} still to settle: ${story(parts)}.`,
  whyBonus: (points, bonuses) => `Of what you collected, ${points} came as a bonus: ${bonuses.join('; ')}.`,
  bindFirst: () => 'Join first to see this. It takes about a minute.',
  title: () => 'Your points',
  historyTitle: (count) => `Points history: last ${count}`,
  columns: () => ({ active: 'To use', pending: 'Pending', ending: 'Ending' }),
  endingOn: (day) => `To ${day}`,
  reasons: {
    purchase: (store) => (store ? `Purchase, ${store}` : 'Purchase'),
    returned: () => 'Return',
    paid: () => 'Paid with points',
    paid_returned: () => 'Points given back',
    exchanged: () => 'Exchanged for a coupon',
    exchange_returned: () => 'Exchange given back',
    ended: () => 'Ended',
    released: () => 'Available',
    opening: () => 'Earlier balance',
    merged: () => 'Merged membership',
    adjusted: () => 'Set right by us',
    survey: () => 'Survey',
    profile: () => 'Details completed',
    review: () => 'Review',
    visit: (store) => (store ? `Visit, ${store}` : 'Visit'),
  },
  buttons: () => ({
    code: 'Show my code',
    why: 'Why this number?',
    stores: 'Stores',
    points: 'Points',
    bind: 'Join',
  }),
};
