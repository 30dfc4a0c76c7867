/** What the outbox itself says to people. */
export const zhTW = {
  stopHint: () => '不想收優惠訊息請輸入「停止」，想少收請輸入「少一點」。',
  less: () => '少一點',
  stop: () => '停止',
  stopHintAlt: () => '怎麼停止或少收優惠訊息',
};

export type OutboxWords = typeof zhTW;
