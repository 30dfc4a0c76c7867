import type { MemberCodeWords } from './words.zh-TW.ts';

export const en: MemberCodeWords = {
  title: () => 'Member code',
  qr: () => 'QR code of the member code',
  show: () => 'Let the staff scan it, or read out these digits',
  renewed: (seconds) => `New every ${seconds} seconds; screenshots don't work`,
  holder: (lastFour) => `Member number ending in ${lastFour}`,
  onPhone: () => 'Please open this in LINE on your phone',
  offline: () => 'Connection lost. The code renews itself once it is back.',
  needsScript: () => 'This code works for 30 seconds; reload the page for a new one.',
  expired: () => 'This page has expired. Go back to LINE and tap "Show my code" for a new one.',
  back: () => 'Back to LINE',
  keyword: () => 'code',
};
