import { han } from '#foundation/han-spacing-rules.ts';
/** What a member's points are made of; parts that are null stay unsaid. All numbers are ready to show. */
export type WhyParts = {
  held: string;
  gathered: string | null;
  used: string | null;
  takenBack: string | null;
  adjusted: string | null;
  ended: string | null;
  pending: string | null;
};

/** A purchase that earned points; `bonuses` in words, where there were any. */
type Earned = { day: string; store: string; money: string; points: string; bonuses: readonly string[] };

type Done = { day: string; store: string | null; points: string };

const because = (bonuses: readonly string[]): string =>
  bonuses.length === 0 ? '' : `（${bonuses.join('；')}）`;

const story = (parts: WhyParts): string =>
  [
    parts.gathered && `累積 ${parts.gathered}`,
    parts.used && `用掉 ${parts.used}`,
    parts.takenBack && `退貨扣回 ${parts.takenBack}`,
    parts.adjusted && `店家調整 ${parts.adjusted}`,
    parts.ended && `到期 ${parts.ended}`,
  ]
    .filter(Boolean)
    .join('，');

export const zhTW = {
  active: (points: string, money: string) => `可用 ${points}，可折 ${money}。`,
  /** `points` is a bare number here, and `isOne` where it is 1. */
  pending: (points: string, from: string) => `另有 ${points} 點待入帳，退貨期過後，${from}起可用。`,
  ending: (points: string, on: string, _isOne: boolean) => `其中 ${points} 點的期限到 ${on}。`,
  none: (money: string) => `目前還沒有點數。每消費 ${money} 累積 1 點，結帳時出示會員碼或報手機就好。`,
  debt: (points: string) => `先前的退貨要扣回 ${points}，之後累積的點數會先補這一筆。`,
  /** `bonuses` are those of `dayBonus` and `tierBonus`. */
  earned: (of: Earned) =>
    han`${of.day} 在 ${of.store} 消費 ${of.money}，累積 ${of.points}${because(of.bonuses)}。`,
  earnedPending: (of: Earned & { from: string }) =>
    han`${of.day} 在 ${of.store} 消費 ${of.money}，${of.points}${because(of.bonuses)}從 ${of.from}起可用。`,
  /** Points for what was done beside buying; `store` where it is known. */
  activity: {
    survey: (of: Done) => `問卷收到了，累積 ${of.points}。`,
    profile: (of: Done) => `會員資料補齊了，累積 ${of.points}。`,
    review: (of: Done) => `評論收到了，累積 ${of.points}。`,
    visit: (of: Done) =>
      of.store
        ? han`${of.day} 來到 ${of.store}，累積 ${of.points}。`
        : `${of.day}來到店裡，累積 ${of.points}。`,
  },
  /** What of newly earned points went into a debt. */
  settled: (points: string) => `其中 ${points}先補先前退貨要扣回的。`,
  tierBonus: (times: string) => `會員等級 ${times} 倍`,
  dayBonus: (day: string, times: string, isPart: boolean) =>
    han`${day} ${times} 倍${isPart ? '，限部分商品' : ''}`,
  why: (parts: WhyParts) =>
    `${parts.held}是這樣來的：${story(parts)}${parts.pending ? `，其中 ${parts.pending}還在待入帳` : ''}。`,
  whyOwed: (parts: WhyParts) => `還要扣回 ${parts.held}，是這樣來的：${story(parts)}。`,
  /** What of the gathered points came by bonuses, and which they were lately. */
  whyBonus: (points: string, bonuses: readonly string[]) =>
    `累積裡有 ${points}是加成：${bonuses.join('；')}。`,
  bindFirst: () => '先綁定會員就看得到了，大約 1 分鐘。',
  title: () => '點數查詢',
  historyTitle: (count: number) => `點數明細：最近 ${count} 筆`,
  columns: () => ({ active: '可用', pending: '待入帳', ending: '將到期' }),
  /** Instead of the column `ending`, for an end that is far. */
  endingOn: (day: string) => han`${day} 到期`,
  reasons: {
    purchase: (store: string | null) => (store ? `${store}消費` : '消費'),
    returned: (_store: string | null) => '退貨扣回',
    paid: (_store: string | null) => '折抵',
    paid_returned: (_store: string | null) => '折抵退回',
    exchanged: (_store: string | null) => '兌換優惠券',
    exchange_returned: (_store: string | null) => '兌換退回',
    ended: (_store: string | null) => '到期',
    released: (_store: string | null) => '入帳',
    opening: (_store: string | null) => '原有點數',
    merged: (_store: string | null) => '會員資料合併',
    adjusted: (_store: string | null) => '店家調整',
    survey: (_store: string | null) => '填寫問卷',
    profile: (_store: string | null) => '補齊資料',
    review: (_store: string | null) => '商品評論',
    visit: (store: string | null) => (store ? `${store}來店` : '來店'),
  },
  buttons: () => ({
    code: '出示會員碼',
    why: '為什麼是這個數字',
    stores: '門市',
    points: '點數',
    bind: '綁定會員',
  }),
};

export type PointsWords = typeof zhTW;
