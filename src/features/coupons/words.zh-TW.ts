import { han } from '#foundation/han-spacing-rules.ts';
/** Every value is ready to show: amounts, dates, titles. `emoji` is '' or an emoji and a space. */
export const zhTW = {
  claimable: (count: string, _isOne: boolean) => `現在有 ${count} 張可以領。`,
  claimableAlt: (count: string, first: string) => han`可以領的優惠券 ${count} 張：${first} 等`,
  noneClaimable: () => '目前沒有可以領的優惠券。手上的都在「我的優惠券」。',
  claimed: (title: string, end: string, emoji: string) =>
    han`領到了！${emoji}${title} 已放進「我的優惠券」，可用到 ${end}。`,
  exchanged: (title: string, end: string, price: string, emoji: string) =>
    han`換到了！${emoji}用了 ${price}，${title} 已放進「我的優惠券」，可用到 ${end}。`,
  askPrice: (title: string, price: string, left: string) =>
    han`要用 ${price}換 ${title} 嗎？換了以後還有 ${left}。`,
  costs: (title: string, price: string) => han`${title} 要用 ${price}換`,
  tooFewPoints: (title: string, price: string, missing: string) =>
    han`${title} 要用 ${price}換，還差 ${missing}。累積夠了再點一次就好。`,
  otherAudience: (title: string) => han`${title} 是給收到邀請的會員的。其他優惠券還可以看看。`,
  agreePrice: () => '兌換',
  notNow: () => '先不換',
  points: () => '點數',
  exchange: (points: string) => `用 ${points}換`,
  price: (points: string) => `${points}兌換`,
  soldOut: (title: string) => han`${title} 已經領完了。其他優惠券還可以看看。`,
  alreadyClaimed: (title: string, perMember: string) => han`${title} 之前領過了，每人限領 ${perMember} 張。`,
  takenMayMore: (title: string, perMember: string) =>
    han`${title} 這一張之前領過了。還可以再領，每人最多 ${perMember} 張。`,
  exchangedMayMore: (title: string, perMember: string) =>
    han`${title} 這一張之前換過了。還可以再換，每人最多 ${perMember} 張。`,
  takenBefore: (title: string) => han`${title} 這一張之前領過了。其他優惠券還可以看看。`,
  notYet: (title: string, from: string) => han`${title} 從 ${from} 開始領，到時候再點一次就好。`,
  claimEnded: (title: string, day: string) => han`${title} 的領取時間到 ${day} 為止，這次已經結束。`,
  otherTier: (title: string, tier: string, distance: string) =>
    han`${title} 是給${tier}會員的。再消費 ${distance} 升等後就能領。`,
  otherTierOpen: (title: string, tier: string) => han`${title} 是給${tier}會員的，升等方式看這裡。`,
  howToUse: () => '結帳前出示會員碼，告訴店員要用哪一張。限本人使用，截圖不能用。',
  noneHeld: () => '現在手上沒有優惠券，看看有沒有可以領的？',
  used: (title: string, day: string, store: string) => han`${title} 已於 ${day} 在 ${store} 使用。`,
  heldAlt: (count: string, first: string) => han`我的優惠券 ${count} 張：${first} 等`,
  oneAlt: (title: string, end: string) => `優惠券：${title}，可用到 ${end}`,
  oneAltOpen: (title: string) => `優惠券：${title}`,
  claim: () => '領取',
  claimMore: () => '再領一張',
  exchangeMore: () => '再換一張',
  how: () => '怎麼用',
  showCode: () => '出示會員碼',
  coupons: () => '優惠券',
  myCoupons: () => '我的優惠券',
  tierHow: () => '升等方式',
  more: () => '看更多',
  tierOnly: (tiers: readonly string[]) => `${tiers.join('、')}專屬`,
  gift: () => '贈品',
  freeShipping: () => '免運',
  minSpend: (amount: string) => `滿 ${amount}`,
  /** A category or store as the brand wrote it, in whatever language that is. */
  named: (name: string) => name,
  only: (places: readonly string[]) => `限${places.join('、')}`,
  inStores: () => '門市',
  online: () => '網路',
  atMostOff: (amount: string) => `最多折 ${amount}`,
  join: (parts: readonly string[]) => parts.join('，'),
  afterClaim: (days: string) => `領取後 ${days} 天內可用`,
  daysLeft: (days: number) => (days === 0 ? '今天最後一天' : days === 1 ? '明天最後一天' : `還有 ${days} 天`),
  usedMark: () => '已使用',
};

export type CouponWords = typeof zhTW;
