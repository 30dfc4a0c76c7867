import { dateInZone } from '#foundation/clock.ts';
import { type Tx, together } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { needsBindingMessage } from '../members/binding/bind-outcome-messages.ts';
import { readPersonByLine } from '../members/person-reads.ts';
import { readPoints } from '../points/points-reads.ts';
import { sayHonour } from '../referrals/milestones/milestone-messages.ts';
import { readHonour } from '../referrals/milestones/milestone-reads.ts';
import { drawMemberCard, explainTiers } from './tier-messages.ts';
import { readTierStanding } from './tier-reads.ts';
import { tiersPolicy } from './tier-rules.ts';

/** 會員卡 */
export async function answerCard(turn: Turn, tx: Tx): Promise<Answer> {
  const { house, locale } = turn;
  const person = await readPersonByLine(tx, turn.lineUserId);
  if (!person?.joinedAt) return { messages: [needsBindingMessage(turn)] };
  const today = dateInZone(turn.now, house.brand.zone);
  const [points, honour, standing] = await together(
    readPoints(tx, person.memberId, today),
    readHonour(tx, person.memberId),
    readTierStanding(tx, person.memberId, turn.now),
  );
  const card = drawMemberCard(house, {
    locale,
    today,
    displayName: turn.displayName,
    memberNo: person.memberNo,
    standing,
    honour: honour && sayHonour(locale, honour),
    points: { ...points, pending: points.nextPending[0] ?? null },
  });
  return { messages: [card] };
}

/** 等級禮遇: how tiers work, from the rules in force; for everyone. */
export async function answerTiers(turn: Turn, tx: Tx): Promise<Answer> {
  const { house, locale } = turn;
  const person = await readPersonByLine(tx, turn.lineUserId);
  const standing = person?.joinedAt ? await readTierStanding(tx, person.memberId, turn.now) : null;
  const policy = standing?.policy ?? (await readPolicy(tx, tiersPolicy, turn.now));
  return { messages: [explainTiers(house, { locale, policy, current: standing?.tier.key ?? null })] };
}
