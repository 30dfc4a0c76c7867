import type { messagingApi } from '@line/bot-sdk';
import {
  cleanDisplayName,
  formatDateInSentence,
  formatMoney,
  formatNumber,
  formatPoints,
  type Locale,
} from '#foundation/i18n.ts';
import { type FlexKit, flexMessage } from '#line/flex.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import { isEndingSoon } from '../points/points-rules.ts';
import { describeHow, describeWay, formatPercent } from './describe-ways-rules.ts';
import { nextRankingDay } from './ranking/ranking-rules.ts';
import type { TierStanding } from './tier-reads.ts';
import { keepTwdOf, nextTier, type Tier, type TiersPolicy, topPercentOf } from './tier-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type TiersWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, TiersWords> = { 'zh-TW': zhTW, en, ja };

/** What the card shows of a member's points; days as 'YYYY-MM-DD'. */
export type CardPoints = {
  active: number;
  pending: { amount: number; on: string } | null;
  ending: { amount: number; on: string } | null;
  /** What later earnings settle first. */
  debt: number;
};

type CardInput = {
  locale: Locale;
  today: string;
  displayName: string | null;
  memberNo: string;
  standing: TierStanding;
  points: CardPoints;
  /** What the member is thanked for under the name; null = nothing. */
  honour: string | null;
};

/** The member card: tier in the header, points large, the way to the next tier, then what to do. */
export function drawMemberCard(house: House, input: CardInput): Message {
  const { flex: kit } = house;
  const words = wordsOf[input.locale];
  const card = kit.bubble('mega', {
    header: drawHeader(house, words, input),
    body: kit.body([
      ...drawPoints(kit, words, input),
      kit.separator(),
      ...drawDistance(house, words, input),
      ...drawBenefits(kit, words, input),
    ]),
    footer: kit.footer(
      kit.buttons([
        postbackAction(words.showCode(), encodePostback('code')),
        postbackAction(words.myCoupons(), encodePostback('go:mine')),
        postbackAction(words.pointsHistory(), encodePostback('go:points')),
      ]),
    ),
  });
  return flexMessage(words.cardTitle(), card, [postbackAction(words.whyTier(), encodePostback('why:tier'))]);
}

function drawHeader(house: House, words: TiersWords, input: CardInput): messagingApi.FlexBox {
  const { flex: kit } = house;
  const { tier } = input.standing;
  const name = cleanDisplayName(input.displayName);
  return kit.header(
    [
      kit.baseline([
        kit.text(house.brandName, { size: 'sm', tone: 'white', maxLines: 1, flex: 1 }),
        kit.text(tier.name[input.locale], { size: 'sm', bold: true, tone: 'white', flex: 0, align: 'end' }),
      ]),
      ...(name ? [kit.text(name, { size: 'lg', bold: true, tone: 'white', maxLines: 1 })] : []),
      kit.text(words.lastFour(input.memberNo.slice(-4)), { size: 'xs', tone: 'white' }),
      ...(input.honour ? [kit.text(input.honour, { size: 'xs', bold: true, tone: 'white' })] : []),
    ],
    kit.palette.tiers[tier.look],
  );
}

function drawPoints(kit: FlexKit, words: TiersWords, { locale, today, points }: CardInput) {
  const { pending, ending, debt } = points;
  const day = (on: string) => formatDateInSentence(locale, on, today);
  return [
    kit.text(words.activePoints(), { size: 'sm', tone: 'muted' }),
    kit.baseline([
      kit.text(formatNumber(points.active), {
        size: '3xl',
        bold: true,
        tone: 'brandInk',
        wrap: false,
        flex: 0,
      }),
      kit.text(words.pointsUnit(), { flex: 0 }),
    ]),
    ...(pending
      ? [kit.text(words.pending(formatNumber(pending.amount), day(pending.on)), { size: 'sm' })]
      : []),
    ...(ending
      ? [
          kit.text(words.ending(formatNumber(ending.amount), day(ending.on), ending.amount === 1), {
            size: 'sm',
            tone: isEndingSoon(ending.on, today) ? 'alert' : 'muted',
          }),
        ]
      : []),
    ...(debt > 0 ? [kit.text(words.debt(formatPoints(locale, debt)), { size: 'sm', tone: 'alert' })] : []),
  ];
}

function drawDistance(
  { flex: kit, brand }: House,
  words: TiersWords,
  { locale, today, standing }: CardInput,
) {
  const { next, netTwd, policy, place } = standing;
  const line = (text: string, size: 'sm' | 'xs' = 'sm') => kit.text(text, { size, margin: 16 });
  if (!next) return [line(words.top(brand.address))];
  const name = next.tier.name[locale];
  if (next.missingTwd !== null && next.reachTwd !== null && next.months !== null) {
    const missing = formatMoney(locale, next.missingTwd);
    return [
      line(words.toNext(missing, name, next.months)),
      kit.progressBar(1 - next.missingTwd / next.reachTwd),
    ];
  }
  const day = formatDateInSentence(locale, nextRankingDay(today), today);
  if (policy.mode === 'score' && 'minScore' in next.tier) {
    const score = place?.score ?? 0;
    return [
      line(words.toScore(score, next.tier.minScore, name, day)),
      kit.progressBar(score / next.tier.minScore),
    ];
  }
  if (policy.mode !== 'percentile') return [];
  const cut = place?.nextCutTwd ?? null;
  return [
    line(words.toRank(formatPercent(topPercentOf(policy, next.tier.key)), name, day)),
    ...(cut === null
      ? []
      : [
          kit.text(words.lastCut(formatMoney(locale, cut), name), { size: 'sm', tone: 'muted' }),
          kit.progressBar(Math.min(1, netTwd / cut)),
        ]),
  ];
}

function drawBenefits(kit: FlexKit, words: TiersWords, { locale, standing }: CardInput) {
  const names = standing.tier.benefits.map((each) => each.name[locale]);
  return names.length === 0 ? [] : [kit.text(words.benefits(names), { size: 'sm', margin: 16 })];
}

/** How tiers work, from the rules in force: a table that a shopper can read. */
export function explainTiers(
  house: House,
  input: { locale: Locale; policy: TiersPolicy; current: string | null },
): Message {
  const { flex: kit } = house;
  const { locale, policy } = input;
  const words = wordsOf[locale];
  const rows = policy.tiers.flatMap((tier: Tier) => [
    kit.separator(),
    kit.labelledRow(
      describeWay(locale, policy, tier),
      tier.key === input.current ? `${tier.name[locale]} · ${words.yourTier()}` : tier.name[locale],
      { bold: true, margin: 16 },
    ),
    ...listBenefits(words, locale, tier).map((text) => kit.text(text, { size: 'sm' })),
  ]);
  const card = kit.bubble('mega', {
    body: kit.body([
      kit.text(words.tiersTitle(), { size: 'lg', bold: true }),
      kit.text(describeHow(locale, policy).join('\n'), { size: 'sm' }),
      ...rows,
    ]),
    footer: kit.footer(kit.buttons([postbackAction(words.seeCard(), encodePostback('go:card'))])),
  });
  const why = postbackAction(words.whyTier(), encodePostback('why:tier'));
  return flexMessage(words.tiersTitle(), card, input.current === null ? [] : [why]);
}

/** The benefits, one a line, and what keeps the tier where that is less than what reaches it. */
function listBenefits(words: TiersWords, locale: Locale, tier: Tier): string[] {
  const names = tier.benefits.map((each) => words.bullet(each.name[locale]));
  const keeps = 'thresholdTwd' in tier && keepTwdOf(tier) < tier.thresholdTwd;
  return [
    ...(names.length > 0 ? names : [tier.benefit[locale]]),
    ...(keeps ? [words.tierKeptFrom(formatMoney(locale, keepTwdOf(tier)))] : []),
  ];
}

/** Good news: what the new tier gives, and until when. */
export function tellRise(
  house: House,
  input: { locale: Locale; displayName: string | null; tier: Tier; until: string; today: string },
): Message {
  const { locale, tier } = input;
  const words = wordsOf[locale];
  const until = formatDateInSentence(locale, input.until, input.today);
  return house.flex.megaText(
    words.risen({
      name: cleanDisplayName(input.displayName),
      tier: tier.name[locale],
      until,
      benefit: tier.benefit[locale],
      emoji: house.brand.emoji === 'few' ? '🎉 ' : '',
      address: house.brand.address,
    }),
    [
      postbackAction(words.seeCard(), encodePostback('go:card')),
      postbackAction(words.seeTiers(), encodePostback('go:tier')),
    ],
    { altText: words.noticeTitle() },
  );
}

/** What a return did to the tier, and what brings it back; by rank or score that is for the next ranking. */
export function tellWithdrawal(
  house: House,
  input: { locale: Locale; policy: TiersPolicy; tier: Tier; netTwd: number; today: string },
): Message | null {
  const { locale, policy, tier, today } = input;
  const back = nextTier(policy, tier, input.netTwd);
  if (!back) return null;
  const words = wordsOf[locale];
  const [spent, name] = [formatMoney(locale, input.netTwd), tier.name[locale]];
  const text =
    policy.mode === 'threshold'
      ? words.withdrawn(
          policy.windowMonths,
          spent,
          name,
          formatMoney(locale, back.missingTwd ?? 0),
          back.tier.name[locale],
        )
      : words.withdrawnRank(
          policy.windowDays,
          spent,
          name,
          formatDateInSentence(locale, nextRankingDay(today), today),
        );
  return house.flex.megaText(text, [postbackAction(words.seeCard(), encodePostback('go:card'))], {
    altText: words.noticeTitle(),
  });
}
