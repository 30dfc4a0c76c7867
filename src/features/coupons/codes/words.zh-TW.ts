import { han } from '#foundation/han-spacing-rules.ts';

/** `until` is a time of day, `end` a day. */
export const zhTW = {
  show: () => '顯示代碼',
  showOnline: () => '網購代碼',
  memberCode: () => '出示會員碼',
  copy: () => '複製代碼',
  counter: (until: string) => `會員碼掃不到時，讓店員輸入這組代碼。${until} 前有效，只能用一次。`,
  online: (end: string) => `網路結帳時輸入這組代碼，可用到 ${end}。限本人使用。`,
  alt: (title: string) => han`${title} 的代碼`,
};

export type CodeWords = typeof zhTW;
