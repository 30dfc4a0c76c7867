import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  formatClock,
  formatCount,
  formatDateInSentence,
  formatDateShort,
  formatMoney,
  formatNumber,
  formatPoints,
  type Locale,
  locales,
} from '#foundation/i18n.ts';

/** One sentence or label of a room, as the product would say it. */
export type Spoken = {
  /** "features/points:debt" */
  id: string;
  locale: Locale;
  fill: Fill;
  text: string;
};

/** `usual` is what shops write, `extreme` the longest that is let through, `bare` without what may be missing. */
export type Fill = 'usual' | 'extreme' | 'bare';

const src = join(import.meta.dirname, '../../src');
/** What is read, not said; parts of numbers and dates are tested with what they format. */
const unspoken = new Set([
  'inbox:keywords',
  'features/members/binding:dateWords',
  'features/members/binding:notReceived',
  'features/members/binding:typedConsent',
  'features/members/greeting:languageWords',
  'features/flows:nameLead',
]);

const today = '2026-11-21';
const zone = 'Asia/Taipei';

const long = {
  'zh-TW': {
    name: '歐陽'.repeat(5),
    brand: '日常選物生活旗艦門市',
    store: '台北信義松高旗艦門市',
  },
  en: { name: 'Alexandria', brand: 'Everyday G', store: 'Xinyi Flag' },
  ja: { name: 'さくら'.repeat(3).concat('こ'), brand: 'まいにちのくらしの店', store: 'しんぎ本店のとなりだ' },
};
const usual = {
  'zh-TW': { name: '陳怡君', brand: '日常選物', store: '信義店', title: '新會員折 NT$100', tier: '金卡' },
  en: { name: 'Anna', brand: 'Shuke', store: 'Xinyi', title: 'NT$100 off', tier: 'Gold' },
  ja: {
    name: 'さくら',
    brand: 'まいにち',
    store: 'しんぎ店',
    title: '新規会員 NT$100 OFF',
    tier: 'ゴールド',
  },
};
const benefits = {
  'zh-TW': '生日禮、金卡優惠券和專人服務',
  en: 'a birthday gift, Gold coupons and personal service',
  ja: '誕生日特典、ゴールドクーポン、専任サービス',
};

/** Parameters that may be null. */
const nullable = new Set([
  'features/members/greeting:welcome.name',
  'features/members/greeting:welcome.gift',
  'features/members/greeting:welcomeBack.name',
  'features/members/binding:joined.gift',
  'features/members/binding:found.gift',
  'features/members/binding:found.points',
  'features/members/binding:askUnbind.kept',
  'features/members/binding:kept.coupons',
  'features/members/binding:yearWithRoc.roc',
  'features/points:reasons.purchase.store',
  'features/tiers/why:nextRank.cut',
  'features/points:reasons.visit.store',
]);

/** What stands in a parameter of this name. @throws when a parameter is new: say here what it can be */
function sampleOf(room: string, word: string, name: string, locale: Locale, fill: Fill): unknown {
  const isLong = fill === 'extreme';
  const address = fill === 'bare' ? 'familiar' : 'formal';
  const amount = isLong ? 1_234_567 : 1_280;
  const on = isLong ? '2027-12-31' : '2026-12-31';
  const names = isLong
    ? { ...long[locale], title: 'NT$'.padEnd(20, '9'), tier: usual[locale].tier }
    : usual[locale];
  const title = names.title;
  const day = formatDateInSentence(locale, on, today);
  const clock = formatClock(
    locale,
    new Date(isLong ? '2026-12-30T14:50:00Z' : '2026-11-22T07:20:00Z'),
    new Date('2026-11-21T07:20:00Z'),
    zone,
  );
  const few = isLong ? 365 : 7;
  const points = formatPoints(locale, amount);
  const money = formatMoney(locale, amount);
  const bonuses = {
    'zh-TW': ['會員日 2 倍', '會員等級 1.5 倍'],
    en: ['Member day 2×', 'member tier 1.5×'],
    ja: ['会員デー2倍', '会員ランク1.5倍'],
  }[locale].slice(0, isLong ? 2 : 1);
  const own: Record<string, unknown> = {
    'features/flows:alsoEnding.count': few,
    'features/rules/page:reachCapOver.messages': formatCount(locale, 4, 'message'),
    'features/campaigns:ask.people': formatNumber(isLong ? 1_234_567 : 12_800),
    'features/rules/page:memberDay.day': { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' }[locale],
    'features/rules/page:onlyStores.day': { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' }[locale],
    'features/rules/page:onlyCategories.day': { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' }[locale],
    'features/rules/page:onlyCategories.categories': { 'zh-TW': '茶葉', en: 'tea', ja: 'お茶' }[locale],
    'features/rules/page:onlyStores.stores': names.store,
    'features/rules/page:memberDay.when': { 'zh-TW': '每個星期三', en: 'every Wednesday', ja: '毎週水曜日' }[
      locale
    ],
    'features/rules/page:when.weekdays.days': { 'zh-TW': '星期三', en: 'Wednesday', ja: '水曜日' }[locale],
    'features/rules/page:when.monthDays.days': '8',
    'features/rules/page:when.dates.to': {
      'zh-TW': '12 月 3 日（四）',
      en: 'Thu, Dec 3',
      ja: '12月3日（木）',
    }[locale],
    'features/rules/page:activityEarns.activity': { 'zh-TW': '來店', en: 'A visit', ja: 'ご来店' }[locale],
    'features/rules/page:activityPerDay.activity': { 'zh-TW': '來店', en: 'A visit', ja: 'ご来店' }[locale],
    'features/rules/page:activityPerMonth.activity': { 'zh-TW': '來店', en: 'A visit', ja: 'ご来店' }[locale],
    'features/rules/page:needsPurchases.purchases': formatCount(locale, few, 'purchase'),
    'features/tiers:risen.of': {
      name: fill === 'bare' ? null : names.name,
      tier: usual[locale].tier,
      until: day,
      benefit: benefits[locale],
      emoji: fill === 'bare' ? '' : '🎉 ',
      address,
    },
    'features/tiers:pending.points': formatNumber(amount),
    'features/tiers:ending.points': formatNumber(amount),
    'features/tiers/review:review.of': {
      on: day,
      months: 12,
      spent: money,
      missing: money,
      tier: usual[locale].tier,
    },
    'features/tiers:toScore.score': isLong ? 100 : 7,
    'features/tiers:benefits.names': isLong
      ? Array.from({ length: 5 }, () => usual[locale].tier)
      : [usual[locale].tier],
    'features/tiers/ranking:belowRank.percent': isLong ? '0.125' : '5',
    'features/tiers:toRank.percent': isLong ? '0.125' : '5',
    'features/tiers:tierTop.percent': isLong ? '0.125' : '5',
    'features/tiers/why:rankedUp.percent': isLong ? '0.125' : '5',
    'features/tiers/why:nextRank.percent': isLong ? '0.125' : '5',
    'features/tiers/why:nowScore.purchases': isLong ? 240 : 1,
    'features/tiers:bullet.name': usual[locale].title,
    'features/tiers/why:rankedUp.place': formatNumber(amount),
    'features/tiers/why:rankedDown.place': formatNumber(amount),
    'features/tiers/why:nowRank.place': formatNumber(amount),
    'features/tiers/why:nextRank.cut': money,
    'features/stores:found.count': formatCount(locale, few, 'store'),
    'features/points:historyTitle.count': 10,
    'features/purchases/slips:alt.count': 5,
    'features/points:pending.points': formatNumber(amount),
    'features/points:ending.points': formatNumber(amount),
    'features/members/binding:joined.gift': { title, end: day },
    'features/members/binding:found.gift': { title, end: day },
    'features/members/binding:askUnbind.kept': {
      'zh-TW': `${points}和 3 張優惠券`,
      en: `${points} and 3 coupons`,
      ja: `${points}とクーポン3枚`,
    }[locale],
    'features/members/binding/refusals:birthday.noSuchDay.day': 30,
    'features/members/binding/refusals:birthday.noSuchMonth.month': 13,
    'features/members/binding/refusals:birthday.oddYear.year': 1899,
    'features/members/binding/refusals:phone.wrongLength.digits': isLong ? 18 : 1,
    'features/members/binding/refusals:code.wrongLength.digits': isLong ? 18 : 1,
    'features/members/binding:yearWithRoc.year': 1988,
    'features/members/binding:birthdayWithYear.year': {
      'zh-TW': '1988 年（民國 77 年）',
      en: '1988 (ROC 77)',
      ja: '1988年（民国77年）',
    }[locale],
    'features/members/binding/refusals:birthday.noSuchDayInYear.year': {
      'zh-TW': '1989 年（民國 78 年）',
      en: '1989 (ROC 78)',
      ja: '1989年（民国78年）',
    }[locale],
    'features/members/binding:coupons.count': '3',
    'features/members/binding:confirmBirthday.day': formatDateShort(locale, '2026-02-28', today),
    'features/tasks:pointsSought.days': 3,
    'features/tasks:agentLater.until': '19:00',
    'features/tasks:agentLater.from': '10:00',
    'features/coupons:daysLeft.days': isLong ? 7 : 1,
    'features/members/greeting:levels.less.days': isLong ? 30 : 14,
    'features/members/greeting:less.days': isLong ? 30 : 14,
    'features/coupons:join.parts': [title, money],
    'features/coupons:askPrice.left': points,
    'features/coupons:tooFewPoints.missing': points,
    'features/purchases:returns.of': { storeDays: few, onlineDays: few },
    'features/points:earned.of': { day, store: names.store, money, points, bonuses },
    'features/points:earnedPending.of': { day, store: names.store, money, points, bonuses, from: day },
    'features/points:whyBonus.bonuses': isLong ? [...bonuses, ...bonuses.slice(0, 1)] : bonuses,
    'features/points:tierBonus.times': '1.5',
    'features/points:dayBonus.day': { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' }[locale],
    'features/points:dayBonus.times': isLong ? '1.25' : '2',
    'features/points:dayBonus.isPart': isLong,
    'features/points:activity.survey.of': { day, store: null, points },
    'features/points:activity.profile.of': { day, store: null, points },
    'features/points:activity.review.of': { day, store: null, points },
    'features/points:activity.visit.of': { day, store: fill === 'bare' ? null : names.store, points },
    'features/points:why.parts': {
      held: points,
      gathered: '1,500',
      used: '200',
      takenBack: '20',
      adjusted: isLong ? '−50' : '+100',
      ended: isLong ? '100' : null,
      pending: isLong ? points : null,
    },
    'features/points:whyOwed.parts': {
      held: points,
      gathered: '1,500',
      used: '1,600',
      takenBack: '20',
      adjusted: null,
      ended: null,
      pending: null,
    },
    'features/flows:address.text': usual[locale].title,
    'features/members/binding:moved.from': clock,
    'features/members/binding:held.from': clock,
    'features/members/binding:cardMoved.until': clock,
    'features/coupons:notYet.from': clock,
    'features/coupons/codes:counter.until': clock,
    'features/tasks:agentLater.opening': clock,
  };
  const shared: Record<string, unknown> = {
    ...names,
    gift: title,
    reward: isLong ? `${title}／${title}` : title,
    invitee: title,
    inviter: title,
    offer: title,
    first: title,
    benefit: benefits[locale],
    assistant: '小幫手',
    address,
    to: address,
    emoji: '🎁 ',
    points,
    price: points,
    money,
    amount: money,
    distance: money,
    spent: money,
    missing: money,
    threshold: money,
    back: names.tier,
    tiers: isLong ? [usual[locale].tier, usual[locale].tier] : [usual[locale].tier],
    lower: names.tier,
    key: 'summer-gift',
    small: formatNumber(few),
    large: formatNumber(few),
    sentence: '1,280',
    percent: '20',
    times: '1.2',
    spend: '60',
    frequency: '20',
    activity: '20',
    most: '3',
    places: isLong ? [names.store, names.store, names.store] : [names.store],
    end: day,
    day,
    on: day,
    until: day,
    from: day,
    days: formatNumber(few),
    bindDays: '30',
    keptDays: '7',
    needed: formatNumber(isLong ? 12 : 2),
    done: '1',
    friends: formatNumber(isLong ? 10_000 : 5),
    bound: formatNumber(few),
    waiting: formatNumber(few),
    count: formatNumber(few),
    slipNo: isLong ? 'AB-9008A723' : 'R00012',
    isOne: false,
    perMember: '1',
    daysLeft: isLong ? 7 : 1,
    code: '482913',
    link: 'https://line.me/R/oaMessage/%40shuke/?ABCD2345',
    tail: '678',
    memberNo: '7000000003',
    prefix: '02',
    left: formatCount(locale, 2, 'try'),
    month: 12,
    monthName: { 'zh-TW': '12 月', en: 'Dec', ja: '12月' }[locale],
    lastDay: 31,
    roc: 77,
    birthday: formatDateShort(locale, '2026-02-28', today),
    step: { 'zh-TW': '輸入驗證碼', en: 'code', ja: '認証コードの入力' }[locale],
    lastFour: '1234',
    digits: '1234',
    coupons: formatCount(locale, 3, 'coupon'),
    level: {
      'zh-TW': '一天最多一則、7 天最多兩則',
      en: 'at most 1 a day and 2 in 7 days',
      ja: '1日1通まで、7日で2通まで',
    }[locale],
    perDay: isLong ? 12 : 1,
    perSevenDays: isLong ? 12 : 2,
    months: 12,
    score: isLong ? 100 : 72,
    min: isLong ? 100 : 60,
    floor: money,
    kept: 365,
    weights: { spend: 60, frequency: 20, activity: 20 },
    members: formatNumber(amount),
    withinMinutes: 30,
    silentMinutes: 60,
    seconds: 30,
    label: { 'zh-TW': '每人張數', en: 'Per person', ja: '1人あたり' }[locale],
    value: 3,
    role: { 'zh-TW': '店長', en: 'Manager', ja: '店長' }[locale],
    what: { 'zh-TW': '停用帳號', en: 'disabled account', ja: 'アカウントを停止' }[locale],
  };
  const key = `${room}:${word}.${name}`;
  if (fill === 'bare' && nullable.has(key)) return null;
  if (key in own) return own[key];
  if (name in shared) return shared[name];
  throw new Error(`Say in this file what "${name}" of ${room}:${word} can be`);
}

const parametersOf = (word: (...args: never[]) => unknown): string[] =>
  (/^\(([^)]*)\)/.exec(word.toString())?.[1] ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^_/, ''))
    .filter(Boolean);

type Words = { [name: string]: unknown };

/** All that rooms say, in three languages, with usual and with extreme values. */
export async function readSpokenWords() {
  const spoken: Spoken[] = [];
  const missing: string[] = [];
  for (const file of globSync('**/words.zh-TW.ts', { cwd: src }).sort()) {
    if (file.startsWith('simulator/') || file.startsWith('foundation/')) continue;
    const room = dirname(file);
    const books = await Promise.all(
      locales.map(async (locale) => [locale, await import(join(src, room, `words.${locale}.ts`))] as const),
    );
    const [zh] = books;
    for (const name of Object.keys(zh?.[1] ?? {})) {
      if (name === 'zhTW' || [...unspoken].some((each) => `${room}:${name}`.startsWith(each))) continue;
      missing.push(`${room}:${name} is neither said nor known as read`);
    }
    const twins = books.map(([locale, book]) => ({
      locale,
      words: book[locale === 'zh-TW' ? 'zhTW' : locale] as Words,
    }));
    walk(room, '', zh?.[1].zhTW, twins);
  }
  return { spoken, missing };

  function walk(
    room: string,
    path: string,
    word: unknown,
    twins: { locale: Locale; words: unknown }[],
  ): void {
    if (unspoken.has(`${room}:${path}`)) return;
    if (typeof word === 'string' || typeof word === 'function') {
      const names = typeof word === 'function' ? parametersOf(word as () => unknown) : [];
      for (const { locale, words } of twins) {
        if (typeof words !== typeof word) {
          missing.push(`${room}:${path} in ${locale}`);
          continue;
        }
        for (const fill of ['usual', 'extreme', 'bare'] as const) {
          const args = names.map((name) => sampleOf(room, path, name, locale, fill));
          collect(typeof words === 'function' ? words(...args) : words, {
            id: `${room}:${path}`,
            locale,
            fill,
          });
        }
      }
      return;
    }
    for (const [name, inner] of Object.entries(word as Words)) {
      const next = twins.map(({ locale, words }) => ({
        locale,
        words: (words as Words | undefined)?.[name],
      }));
      walk(room, path === '' ? name : `${path}.${name}`, inner, next);
    }
  }

  function collect(said: unknown, of: Omit<Spoken, 'text'>): void {
    if (typeof said === 'string') spoken.push({ ...of, text: said });
    else
      for (const [name, inner] of Object.entries(said as Words))
        collect(inner, { ...of, id: `${of.id}.${name}` });
  }
}
