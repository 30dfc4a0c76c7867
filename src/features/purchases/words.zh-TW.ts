/** Numbers are days. */
export const zhTW = {
  returns: (of: { storeDays: number; onlineDays: number }) =>
    `門市購買 ${of.storeDays} 天內、網路購買收到商品隔天起 ${of.onlineDays} 天內可以退換。請帶商品和發票到任一門市；網路訂單請輸入「真人」。退款後，點數和優惠券照比例調整。`,
  stores: () => '門市',
  agent: () => '真人',
};

export type PurchasesWords = typeof zhTW;
