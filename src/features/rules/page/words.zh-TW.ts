import { han } from '#foundation/han-spacing-rules.ts';

/** The rules as shoppers read them. All values are ready to show. */
export const zhTW = {
  title: () => '會員規則',
  lead: (brand: string) => han`${brand} 的會員規則，和系統實際計算的方式同一個來源。`,
  sections: {
    points: '點數',
    tiers: '會員等級',
    referrals: '邀請好友',
    returns: '退換貨',
    reach: '優惠訊息',
  },
  since: (day: string) => `從 ${day}起適用。`,
  changesOn: (day: string) => `${day}起的改變`,
  noLonger: (sentence: string) => `不再適用：${sentence}`,
  /** Points. */
  earn: (money: string) => `每消費 ${money} 累積 1 點，退貨和用點數折抵的金額不算。`,
  worth: (money: string) => `1 點可以折 ${money}。`,
  usableAtOnce: {
    store: '門市消費的點數，當天就可以用。',
    online: '網路消費的點數，當天就可以用。',
  },
  usableAfter: {
    store: (days: string) => `門市消費的點數，從消費日起算 ${days} 天後可以用。`,
    online: (days: string) => `網路消費的點數，從消費日起算 ${days} 天後可以用。`,
  },
  endsNextYear: () => '點數可以用到隔年 12 月 31 日。',
  endsAfterMonths: (months: string) => `點數可以用 ${months} 個月，從消費日起算。`,
  endsNever: () => '點數沒有期限。',
  soonestFirst: () => '快到期的點數先用。',
  memberDay: (day: string, when: string, times: string) => han`${day}：${when}，點數 ${times} 倍。`,
  onlyStores: (day: string, stores: string) => han`${day}只限 ${stores}。`,
  onlyCategories: (day: string, categories: string) => han`${day}只算 ${categories} 的消費。`,
  daysDoNotAdd: () => '同一天有幾個會員日時，取點數最多的一個；等級的倍數另外加上。',
  when: {
    dates: (from: string, to: string) => `${from}到 ${to}`,
    weekdays: (days: string) => `每個${days}`,
    monthDays: (days: string) => `每個月 ${days} 日`,
  },
  activities: { survey: '填寫問卷', profile: '補齊會員資料', review: '寫下評價', visit: '來店' },
  activityEarns: (activity: string, points: string) => `${activity}，每次得 ${points}。`,
  activityPerDay: (activity: string, points: string) => `${activity}，一天最多 ${points}。`,
  activityPerMonth: (activity: string, points: string) => `${activity}，一個月最多 ${points}。`,
  pointsBack: () => '退貨時，點數照退貨金額扣回；用點數折抵的部分，也照比例退還點數。',
  pointsOwed: () => '要扣回的點數如果已經用掉，之後累積的點數會先補這一筆。',
  /** Tiers. */
  looksBack: (months: string) => `看最近 ${months} 個月的消費金額，退貨的不算。`,
  fromStart: () => '綁定會員就有。',
  fromSpend: (money: string) => `消費滿 ${money}。`,
  has: (benefit: string) => `享有：${benefit}。`,
  given: {
    rise: (benefit: string) => `升等時送：${benefit}。`,
    monthly: (benefit: string) => `每個月送：${benefit}。`,
    birthday: (benefit: string) => `生日送：${benefit}。`,
  },
  earnsTimes: (times: string) => `消費累積的點數 ${times} 倍。`,
  keepsBy: (money: string) => `到期時消費滿 ${money} 就續等。`,
  ranksBack: (days: string) => `每個月 1 日，按最近 ${days} 天的消費金額排名，退貨的不算。`,
  fromTop: (percent: string) => `消費金額排在前 ${percent}%。`,
  leastSpend: (money: string) => `消費金額至少 ${money} 才能升等。`,
  scoresBack: (days: string) => `每個月 1 日，按最近 ${days} 天的表現和其他會員比較，算出 0 到 100 分。`,
  weighs: (spend: string, frequency: string, activity: string) =>
    `消費金額占 ${spend}%，消費次數占 ${frequency}%，互動天數占 ${activity}%。`,
  fromScore: (points: string) => `分數滿 ${points} 分。`,
  upMonthly: () => '達到條件的當月 1 日升等，不用申請。',
  protectedFor: (days: string) => `升等後 ${days} 天內不會降等。`,
  graceOf: (days: string) => `之後沒達到條件，還有 ${days} 天的緩衝，期間回到條件就不會降等。`,
  noticed: (days: string) => `到期前 ${days} 天，消費還不夠的會先收到通知。`,
  downByOne: () => '到期時沒達到，等級往下調一級。',
  downBySpend: () => '到期時沒達到，等級調整到消費金額符合的那一級。',
  upAtOnce: () => '消費達到門檻就升等，不用申請。',
  lastsYear: () => '等級從升等那天起用一年，到期再看一次；達到門檻就續一年。',
  returnTakesBack: () => '靠一筆消費升等、後來退貨的，等級會在退貨時調回來。',
  /** By rank a return takes the rise at once; a score is looked at again on the next day of ranking. */
  returnTakesRank: () => '升等後退貨，留下的消費排不進當時的名次，等級會在退貨時調回來。',
  returnEndsProtection: () => '升等後有退貨的，下個月 1 日起照當時的分數重新決定等級。',
  oldRulesKeep: () => '規則改變時，手上的等級用到原本的期限，到期才用新的規則。',
  /** Referrals. */
  friendBinds: (days: string) => `朋友送出邀請碼後，要在 ${days} 天內綁定會員。`,
  friendKeeps: (days: string) => `朋友第一次消費滿 ${days} 天沒有退貨，禮物就會送出。`,
  bothGet: (invitee: string, inviter: string) => han`朋友收到 ${invitee}，邀請人收到 ${inviter}。`,
  friendGets: (invitee: string) => han`朋友收到 ${invitee}。`,
  inviterGets: (inviter: string) => han`邀請人收到 ${inviter}。`,
  needsPurchases: (purchases: string) => `完成 ${purchases}（過了退貨期）就能邀請。`,
  capThirtyDays: (count: string) => `30 天內最多收到 ${count} 次邀請禮，多的會等到可以送的時候再送。`,
  capDay: (count: string) => `一天最多收到 ${count} 次邀請禮，多的會等到可以送的時候再送。`,
  capLife: (count: string) => `邀請禮每人總共最多 ${count} 次；之後朋友照樣收到禮物。`,
  friendSpends: (money: string) => `朋友第一次消費要滿 ${money}。`,
  titleFor: (count: string, title: string) => han`介紹滿 ${count} 位朋友，會員卡上有「${title}」的稱號。`,
  titleWithGift: (count: string, title: string, gift: string) =>
    han`介紹滿 ${count} 位朋友，會員卡上有「${title}」的稱號，另外收到 ${gift}。`,
  oneInviter: () => '每個人只能被邀請一次，不能邀請自己，也不能互相邀請。',
  /** Returns. */
  returnsStore: (days: string) => `門市購買 ${days} 天內可以退換。`,
  returnsOnline: (days: string) => `網路購買，收到商品隔天起 ${days} 天內可以退換。`,
  returnsNoStore: () => '門市購買的商品不接受退換。',
  returnsNoOnline: () => '網路購買的商品不接受退換。',
  /** Messages. */
  reachCaps: (perDay: string, perSevenDays: string) => `一天最多 ${perDay}，7 天最多 ${perSevenDays}。`,
  reachCapOver: (messages: string, days: string) => `${days} 天最多 ${messages}。`,
  reachLess: (days: string) => `輸入「少一點」，改成 ${days} 天最多一則。`,
  reachStop: () => '輸入「停止」就不再收到，想再收請輸入「恢復」。',
  reachQuiet: (from: string, until: string) => `${from} 到 ${until} 不發送。`,
  tierLine: (tier: string, sentence: string) => `${tier}：${sentence}`,
  /** The card in the chat, and the page's own words. */
  /** What is typed in the chat to see them there. */
  keyword: () => '會員規則',
  asOf: (day: string) => han`${day} 的規則`,
  cardAlt: () => '會員規則：點數、等級和邀請好友',
  labels: {
    whole: '看完整規則',
    card: '會員卡',
    language: '語言',
    chat: '回到 LINE',
  },
};

export type RulesPageWords = typeof zhTW;
