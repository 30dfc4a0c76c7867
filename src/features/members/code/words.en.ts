import type { CodeWords } from './words.zh-TW.ts';

export const en: CodeWords = {
  ready: () => 'Your member code is ready. Open it on your phone within 5 minutes and let the staff scan it.',
  locked: () =>
    'Your points and coupons are locked until our staff has checked with you. You collect points as always.',
  open: () => 'Open my code',
};
