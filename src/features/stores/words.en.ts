import type { StoresWords } from './words.zh-TW.ts';

export const en: StoresWords = {
  found: (count) => `Here you are: ${count}.`,
  none: () => 'Our stores are not listed here yet. To ask about them, type "agent".',
  map: () => 'Map',
  call: () => 'Call',
  more: () => 'See more',
  agent: () => 'Agent',
};
