import type { CodeWords } from './words.zh-TW.ts';

export const en: CodeWords = {
  show: () => 'Show a code',
  showOnline: () => 'Code for online',
  memberCode: () => 'Show my code',
  copy: () => 'Copy code',
  counter: (until) =>
    `If your member code won't scan, let the staff type this. Good until ${until}, once only.`,
  online: (end) => `Type this when you check out online, through ${end}. It's for you only.`,
  alt: (title) => `The code of ${title}`,
};
