import type { EarnBonus } from '#features/points/earning/earning-rules.ts';
import { sayBonuses } from '#features/points/points-messages.ts';
import type { Locale } from '#foundation/i18n.ts';

/** What the till is told; the same for ever, however often it asks. */
export type PurchaseAnswer = { purchaseId: string; memberNo: string | null; points: PointsAnswer | null };

type PointsAnswer = {
  earned: number;
  availableOn: string | null;
  balance: number;
  /** Why it is more than the base rate; for the slip, in the language of whoever stands there. */
  bonuses: BonusAnswer[];
};

type BonusAnswer = {
  kind: EarnBonus['kind'];
  /** The member day's; null for a tier. */
  key: string | null;
  earnPercent: number;
  text: Record<Locale, string>;
};

/** The points of a purchase as the till is told of them. */
export function toldPoints(settled: {
  earned: number;
  availableOn: string | null;
  balance: number;
  bonuses: readonly EarnBonus[];
}): PointsAnswer {
  const { earned, availableOn, balance } = settled;
  return { earned, availableOn, balance, bonuses: settled.bonuses.map(tellBonus) };
}

/** A stored answer; one that was given before bonuses were told had none. Null for history. */
export function readAnswer(stored: unknown): PurchaseAnswer | null {
  const answer = stored as PurchaseAnswer | null;
  if (!answer?.points) return answer;
  return { ...answer, points: { ...answer.points, bonuses: answer.points.bonuses ?? [] } };
}

function tellBonus(bonus: EarnBonus): BonusAnswer {
  const text = (locale: Locale) => sayBonuses(locale, [bonus]).join();
  return {
    kind: bonus.kind,
    key: bonus.kind === 'member_day' ? bonus.key : null,
    earnPercent: bonus.earnPercent,
    text: { 'zh-TW': text('zh-TW'), en: text('en'), ja: text('ja') },
  };
}
