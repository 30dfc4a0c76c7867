import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { needsBindingMessage } from '../../members/binding/bind-outcome-messages.ts';
import { readPersonByLine } from '../../members/person-reads.ts';
import { readTierStanding } from '../tier-reads.ts';
import { readTierCause } from './tier-cause-reads.ts';
import { tellWhyTier } from './why-tier-messages.ts';

/** Postback `why:tier`. */
export async function answerWhyTier(turn: Turn, tx: Tx): Promise<Answer> {
  const { house, locale, now } = turn;
  const person = await readPersonByLine(tx, turn.lineUserId);
  if (!person?.joinedAt) return { messages: [needsBindingMessage(turn)] };
  const standing = await readTierStanding(tx, person.memberId, now);
  const cause = await readTierCause(tx, person.memberId);
  const today = dateInZone(now, house.brand.zone);
  return { messages: [tellWhyTier(house, { locale, today, standing, cause })] };
}
