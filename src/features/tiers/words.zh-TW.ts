import type { BrandPolicy } from '#foundation/brand.ts';
import { han } from '#foundation/han-spacing-rules.ts';

type Address = BrandPolicy['address'];

const you = (address: Address): string => (address === 'formal' ? '您' : '你');

/** All ready to show; `name` null = nobody's name is known, `emoji` is '' or an emoji and a space. */
type Rise = {
  name: string | null;
  tier: string;
  until: string;
  benefit: string;
  emoji: string;
  address: Address;
};

/** How many of 100 points each measure can bring. */
type Weights = { spend: number; frequency: number; activity: number };

export const zhTW = {
  cardTitle: () => '會員卡：等級、點數和優惠券',
  lastFour: (digits: string) => `末四碼 ${digits}`,
  activePoints: () => '可用點數',
  pointsUnit: () => '點',
  /** `points` is a bare number here, and `isOne` where it is 1. */
  pending: (points: string, day: string) => `另有 ${points} 點待入帳，${day}起可用`,
  ending: (points: string, day: string, _isOne: boolean) => `其中 ${points} 點的期限到 ${day}`,
  debt: (points: string) => `先前的退貨要扣回 ${points}，之後累積的會先補這一筆`,
  toNext: (money: string, tier: string, months: number) =>
    `再消費 ${money} 就升為${tier}（看最近 ${months} 個月）`,
  toRank: (percent: string, tier: string, day: string) =>
    han`消費在會員中的前 ${percent}% 就升為${tier}，下次排名是 ${day}`,
  lastCut: (money: string, tier: string) => `上次排名滿 ${money} 就是${tier}`,
  toScore: (score: number, min: number, tier: string, day: string) =>
    han`目前 ${String(score)} 分，滿 ${String(min)} 分就升為${tier}，下次計分是 ${day}`,
  benefits: (names: readonly string[]) => han`等級禮遇：${names.join('、')}`,
  top: (address: Address) => `已經是最高等級，謝謝${you(address)}常來`,
  showCode: () => '出示會員碼',
  myCoupons: () => '我的優惠券',
  pointsHistory: () => '點數明細',
  seeCard: () => '看會員卡',
  seeTiers: () => '等級禮遇',
  whyTier: () => '為什麼是這個等級',
  risen: (of: Rise) =>
    han`${of.name ? `${of.name}，` : ''}${you(of.address)}升為${of.tier}會員了！${of.emoji}到 ${of.until} 為止享有：${of.benefit}。`,
  withdrawn: (months: number, spent: string, tier: string, missing: string, back: string) =>
    `退貨後，最近 ${months} 個月消費是 ${spent}，等級調整為${tier}。再消費 ${missing} 就回到${back}。`,
  withdrawnRank: (days: number, spent: string, tier: string, day: string) =>
    han`退貨後，最近 ${String(days)} 天消費是 ${spent}，等級調整為${tier}。下次排名是 ${day}。`,
  noticeTitle: () => '會員等級通知',
  tiersTitle: () => '會員等級怎麼算',
  tiersHow: (months: number) =>
    `看最近 ${months} 個月的消費（扣掉退貨），達到就升等，等級從升等那天起用一年。`,
  tiersByRank: (days: number, floor: string) =>
    `每月 1 日依最近 ${days} 天的消費（扣掉退貨）排名，消費滿 ${floor} 才列入。`,
  tiersByScore: (days: number, weights: Weights) =>
    `每月 1 日依最近 ${days} 天計分，和其他會員相比：消費金額 ${weights.spend} 分、購買次數 ${weights.frequency} 分、參與 ${weights.activity} 分。`,
  tierProtected: (kept: number) => `升等後 ${kept} 天內不會調降。`,
  tierTop: (percent: string) => `前 ${percent}%`,
  tierFromScore: (score: number) => `滿 ${score} 分`,
  tierKeptFrom: (money: string) => `滿 ${money} 就續留`,
  bullet: (name: string) => `・${name}`,
  tierFrom: (money: string) => `滿 ${money}`,
  tierStart: () => '綁定會員就有',
  yourTier: () => '目前等級',
};

export type TiersWords = typeof zhTW;
