/** What a member's numbers rest on: the last slips. Money and days are ready to show. */
export const zhTW = {
  title: () => '最近的發票和退貨',
  alt: (count: number) => `最近的發票和退貨：${count} 筆`,
  bought: (store: string) => `${store}消費`,
  returned: (store: string) => `${store}退貨`,
  no: (slipNo: string) => `單號 ${slipNo}`,
  /** Money that went back. */
  back: (money: string) => `退 ${money}`,
};

export type SlipsWords = typeof zhTW;
