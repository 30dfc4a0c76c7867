export const zhTW = {
  give: (memberNo: string, points: string) => `會員 ${memberNo} 加 ${points}`,
  take: (memberNo: string, points: string) => `會員 ${memberNo} 扣 ${points}`,
  gone: () => '這位會員的資料已經刪除，這筆調整沒有對象了。',
  labels: () => ({
    member: '會員編號',
    before: '調整前可用',
    debt: '待扣回',
    change: '調整',
    after: '調整後可用',
  }),
};

export type AdjustmentWords = typeof zhTW;
