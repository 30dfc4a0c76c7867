export const zhTW = {
  ready: () => '會員碼準備好了，請在 5 分鐘內用手機打開，讓店員掃描。',
  locked: () => '點數和優惠券目前鎖住了，專人確認後就能使用。消費照常累積點數。',
  open: () => '打開會員碼',
};

export type CodeWords = typeof zhTW;
