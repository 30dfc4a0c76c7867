import type { PointsWords, WhyParts } from './words.zh-TW.ts';

const because = (bonuses: readonly string[]): string =>
  bonuses.length === 0 ? '' : `（${bonuses.join('、')}）`;

const story = (parts: WhyParts): string =>
  [
    parts.gathered && `獲得 ${parts.gathered}`,
    parts.used && `利用 ${parts.used}`,
    parts.takenBack && `返品による取り消し ${parts.takenBack}`,
    parts.adjusted && `店舗での調整 ${parts.adjusted}`,
    parts.ended && `期限切れ ${parts.ended}`,
  ]
    .filter(Boolean)
    .join('、');

export const ja: PointsWords = {
  active: (points, money) => `利用可能 ${points}（${money}分）。`,
  pending: (points, from) => `返品期間後の${from}に${points}ポイント追加。`,
  ending: (points, on) => `うち${points}ポイントは${on}まで。`,
  none: (money) =>
    `まだポイントはありません。${money}ごとに1ポイント。会計時に会員コードか電話番号をお伝えください。`,
  debt: (points) => `以前の返品により${points}の差し引きがあります。次に獲得するポイントから先に充てます。`,
  earned: (of) => `${of.day}、${of.store}で${of.money}のお買い物：${of.points}獲得${because(of.bonuses)}。`,
  earnedPending: (of) =>
    `${of.day}、${of.store}で${of.money}のお買い物：${of.points}${because(of.bonuses)}は${of.from}から使えます。`,
  activity: {
    survey: (of) => `アンケートを受け取りました。${of.points}獲得。`,
    profile: (of) => `会員情報の入力が完了しました。${of.points}獲得。`,
    review: (of) => `レビューを受け取りました。${of.points}獲得。`,
    visit: (of) =>
      of.store
        ? `${of.day}、${of.store}へのご来店：${of.points}獲得。`
        : `${of.day}のご来店：${of.points}獲得。`,
  },
  settled: (points) => `うち${points}は以前の返品による差し引きに充てました。`,
  tierBonus: (times) => `会員ランク${times}倍`,
  dayBonus: (day, times, isPart) => `${day}${times}倍${isPart ? '・一部商品' : ''}`,
  why: (parts) =>
    `${parts.held}の内訳：${story(parts)}${parts.pending ? `（うち${parts.pending}は返品期間後に追加）` : ''}。`,
  whyOwed: (parts) => `差し引き残り${parts.held}の内訳：${story(parts)}。`,
  whyBonus: (points, bonuses) => `獲得のうち${points}は特典です：${bonuses.join('、')}。`,
  bindFirst: () => '会員連携をするとご覧になれます（約1分）。',
  title: () => 'ポイント照会',
  historyTitle: (count) => `ポイント履歴：最新${count}件`,
  columns: () => ({ active: '利用可能', pending: '追加予定', ending: '期限間近' }),
  endingOn: (day) => `${day}まで`,
  reasons: {
    purchase: (store) => (store ? `${store}でのお買い物` : 'お買い物'),
    returned: () => '返品による取り消し',
    paid: () => 'ポイント利用',
    paid_returned: () => 'ポイント返却',
    exchanged: () => 'クーポンと交換',
    exchange_returned: () => '交換分の返却',
    ended: () => '期限切れ',
    released: () => '追加',
    opening: () => '以前の残高',
    merged: () => '会員情報の統合',
    adjusted: () => '店舗での調整',
    survey: () => 'アンケート',
    profile: () => '会員情報の入力',
    review: () => 'レビュー',
    visit: (store) => (store ? `${store}へのご来店` : 'ご来店'),
  },
  buttons: () => ({
    code: '会員コードを表示',
    why: '内訳を見る',
    stores: '店舗',
    points: 'ポイント',
    bind: '会員連携',
  }),
};
