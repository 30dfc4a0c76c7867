import type { PointsWords, WhyParts } from './words.zh-TW.ts';

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
  earned: (of) => `${of.day}, ${of.store}: you spent ${of.money} and collected ${of.points}.`,
  earnedPending: (of) =>
    `${of.day}, ${of.store}: you spent ${of.money}; ${of.points} can be used from ${of.from}.`,
  why: (parts) =>
    `Where your ${parts.held} come from: ${story(parts)}${parts.pending ? `; ${parts.pending} of them still pending` : ''}.`,
  whyOwed: (parts) => `${parts.held} still to settle: ${story(parts)}.`,
  bindFirst: () => 'Join first to see this. It takes about a minute.',
  title: () => 'Your points',
  historyTitle: (count) => `Points history: last ${count}`,
  columns: () => ({ active: 'To use', pending: 'Pending', ending: 'Ending' }),
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
  },
  buttons: () => ({
    code: 'Show my code',
    why: 'Why this number?',
    stores: 'Stores',
    points: 'Points',
    bind: 'Join',
  }),
};
