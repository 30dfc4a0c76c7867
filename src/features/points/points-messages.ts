import {
  formatChange,
  formatDateInSentence,
  formatDateOnCard,
  formatDateShort,
  formatMoney,
  formatNumber,
  formatPoints,
  type Locale,
} from '#foundation/i18n.ts';
import { type FlexKit, flexMessage, textMessage } from '#line/flex.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message } from '#line/turn.ts';
import { activityKinds } from './activities/activity-rules.ts';
import type { EarnBonus } from './earning/earning-rules.ts';
import type { PointsSummary } from './points-reads.ts';
import { isEndingSoon, type PointsPolicy, type PointsReason } from './points-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type PointsWords, zhTW } from './words.zh-TW.ts';

export const pointsWords: Record<Locale, PointsWords> = { 'zh-TW': zhTW, en, ja };

/** One row of the history; `on` is the business day. */
export type HistoryRow = { on: string; reason: PointsReason; storeName: string | null; amount: number };

export type PointsView = {
  summary: PointsSummary;
  policy: Pick<PointsPolicy, 'twdPerPoint' | 'pointValueTwd'>;
  history: readonly HistoryRow[];
  today: string;
};

/** The balance in sentences, then the last movements as a card. */
export function tellPoints(kit: FlexKit, locale: Locale, view: PointsView): Message[] {
  const words = pointsWords[locale];
  const { summary } = view;
  const { code, why, stores } = buttons(locale);
  const isEmpty = summary.active === 0 && summary.pending === 0 && summary.debt === 0;
  const balance = isEmpty
    ? kit.megaText(words.none(formatMoney(locale, view.policy.twdPerPoint)), [code, stores])
    : kit.megaText(describeBalance(locale, view), summary.debt > 0 ? [why] : [code, why], {
        altText: words.title(),
      });
  return view.history.length === 0 ? [balance] : [balance, drawHistory(kit, locale, view)];
}

/**
 * Where the points came from and went; sums by reason as the ledger signs them. `bonus`: what of the gathered came by
 * bonuses, and which they were, the latest first.
 */
export function tellWhyPoints(
  kit: FlexKit,
  locale: Locale,
  view: PointsView,
  sums: ReadonlyMap<PointsReason, number>,
  bonus: { points: number; bonuses: readonly EarnBonus[] },
): Message[] {
  const words = pointsWords[locale];
  const { active, pending, debt } = view.summary;
  const sum = (...reasons: PointsReason[]) =>
    reasons.reduce((total, reason) => total + (sums.get(reason) ?? 0), 0);
  if (sums.size === 0) return tellPoints(kit, locale, view);
  const gathered = sum('purchase', 'opening', 'merged', ...activityKinds);
  const used = -sum('paid', 'paid_returned', 'exchanged', 'exchange_returned');
  const takenBack = -sum('returned');
  const adjusted = sum('adjusted');
  // What is past its last day and not yet booked as ended cannot be used any more either.
  const ended = gathered + adjusted - used - takenBack - (active + pending - debt);
  const shown = (amount: number) => (amount > 0 ? formatNumber(amount) : null);
  const parts = {
    held: formatPoints(locale, debt > 0 ? debt : active + pending),
    gathered: shown(gathered),
    used: shown(used),
    takenBack: shown(takenBack),
    adjusted: adjusted === 0 ? null : formatChange(adjusted),
    ended: shown(ended),
    pending: pending > 0 ? formatPoints(locale, pending) : null,
  };
  const lines = [debt > 0 ? words.whyOwed(parts) : words.why(parts)];
  if (bonus.points > 0) {
    const said = [...new Set(sayBonuses(locale, bonus.bonuses))].slice(0, 3);
    lines.push(words.whyBonus(formatPoints(locale, bonus.points), said));
  }
  return [textMessage(lines.join('\n'), [buttons(locale).points])];
}

/** Each bonus in words, without a full stop: "Member day 2×". */
export function sayBonuses(locale: Locale, bonuses: readonly EarnBonus[]): string[] {
  const words = pointsWords[locale];
  return bonuses.map((bonus) => {
    const times = String(bonus.earnPercent / 100);
    if (bonus.kind === 'tier') return words.tierBonus(times);
    return words.dayBonus(bonus.name[locale], times, bonus.eligibleTwd < bonus.linesTwd);
  });
}

/** What someone without a membership is told. */
export function tellBindFirst(kit: FlexKit, locale: Locale): Message[] {
  return [kit.megaText(pointsWords[locale].bindFirst(), [buttons(locale).bind])];
}

function describeBalance(locale: Locale, { summary, policy, today }: PointsView): string {
  const words = pointsWords[locale];
  const points = (amount: number) => formatPoints(locale, amount);
  const day = (date: string) => formatDateInSentence(locale, date, today);
  const lines: string[] = [];
  if (summary.active > 0) {
    const worth = formatMoney(locale, summary.active * policy.pointValueTwd);
    lines.push(words.active(points(summary.active), worth));
  }
  if (summary.pending > 0) {
    const [first, second] = summary.nextPending;
    // With several days to come, the first says when something comes, the card how much there is in all.
    if (first)
      lines.push(words.pending(formatNumber(second ? first.amount : summary.pending), day(first.on)));
  }
  if (summary.ending) {
    const { amount, on } = summary.ending;
    lines.push(words.ending(formatNumber(amount), day(on), amount === 1));
  }
  if (summary.debt > 0) lines.push(words.debt(points(summary.debt)));
  return lines.join('\n');
}

function drawHistory(kit: FlexKit, locale: Locale, view: PointsView): Message {
  const words = pointsWords[locale];
  const { active, pending, ending } = view.summary;
  const columns = words.columns();
  const isLater = ending !== null && !isEndingSoon(ending.on, view.today);
  const column = (label: string, value: number) =>
    kit.column(
      [
        kit.text(label, { size: 'xs', tone: 'muted', shrink: true }),
        kit.text(formatNumber(value), { size: 'lg', bold: true, shrink: true }),
      ],
      { flex: 1 },
    );
  const figures = kit.row([
    column(columns.active, active),
    column(columns.pending, pending),
    column(
      isLater ? words.endingOn(formatDateOnCard(locale, ending.on)) : columns.ending,
      ending?.amount ?? 0,
    ),
  ]);
  const rows = view.history.map((row) =>
    kit.row([
      kit.column([kit.text(formatDateShort(locale, row.on, view.today), { size: 'xs', tone: 'muted' })], {
        width: 76,
        flex: 0,
      }),
      kit.text(words.reasons[row.reason](row.storeName), { size: 'sm', flex: 1, wrap: false, maxLines: 1 }),
      kit.text(formatChange(row.amount), { size: 'sm', bold: true, flex: 0, wrap: false, align: 'end' }),
    ]),
  );
  const card = kit.bubble('mega', {
    header: kit.header([figures], kit.palette.brandTint),
    body: kit.body(rows),
    footer: kit.footer([kit.linkButton(buttons(locale).why)]),
  });
  return flexMessage(words.historyTitle(rows.length), card);
}

function buttons(locale: Locale) {
  const labels = pointsWords[locale].buttons();
  return {
    code: postbackAction(labels.code, encodePostback('code')),
    why: postbackAction(labels.why, encodePostback('why:points')),
    stores: postbackAction(labels.stores, encodePostback('go:stores')),
    points: postbackAction(labels.points, encodePostback('go:points')),
    bind: postbackAction(labels.bind, encodePostback('go:bind'), labels.bind, { openKeyboard: true }),
  };
}
