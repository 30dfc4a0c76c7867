import type { OutboxWords } from './words.zh-TW.ts';

export const en: OutboxWords = {
  stopHint: () => 'No offers: type "stop". Fewer: type "less".',
  less: () => 'Less',
  stop: () => 'Stop',
  stopHintAlt: () => 'How to stop offers, or get fewer',
};
