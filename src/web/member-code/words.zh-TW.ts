export const zhTW = {
  title: () => '會員碼',
  qr: () => '會員碼的 QR Code',
  show: () => '請店員掃描，或報這組數字',
  renewed: (seconds: number) => `每 ${seconds} 秒換新，截圖不能用`,
  holder: (lastFour: string) => `會員編號末四碼 ${lastFour}`,
  onPhone: () => '請用手機上的 LINE 打開',
  offline: () => '連線中斷，恢復後會自動換新。',
  needsScript: () => '這組會員碼 30 秒後失效，重新整理這一頁就有新的。',
  expired: () => '這一頁過期了，回到 LINE 再點一次「出示會員碼」就有新的。',
  back: () => '回到 LINE',
  /** What is typed in the chat to get a fresh code. */
  keyword: () => '會員碼',
};

export type MemberCodeWords = typeof zhTW;
