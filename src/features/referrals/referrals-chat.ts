import { needsBindingMessage } from '#features/members/binding/bind-outcome-messages.ts';
import { readPersonByLine } from '#features/members/person-reads.ts';
import { touchPersonByLine } from '#features/members/touch-person.ts';
import { type Tx, together } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { giveCode } from './give-code.ts';
import { readSaidCode } from './invite-code-rules.ts';
import { receiveCode } from './receive-code.ts';
import {
  countFriends,
  countKeptPurchases,
  isInviterFull,
  readCodeOwner,
  readRewards,
} from './referral-reads.ts';
import { referralsPolicy } from './referral-rules.ts';
import { inviteMarkers, tellInvitation, tellNotYet, tellReceived } from './referrals-messages.ts';
import { readWaitingRewards } from './waiting-reads.ts';

/** Keyword `invite`, postback `go:invite`. */
export async function showInvitation(turn: Turn, tx: Tx): Promise<Answer> {
  const person = await readPersonByLine(tx, turn.lineUserId);
  if (!person?.joinedAt) return { messages: [needsBindingMessage(turn)] };
  const { memberId } = person;
  const policy = await readPolicy(tx, referralsPolicy, turn.now);
  const of = { memberId, policy, now: turn.now };
  if (policy.minKeptPurchases > 0) {
    const kept = await countKeptPurchases(tx, of);
    if (kept < policy.minKeptPurchases) {
      return { messages: [tellNotYet(turn.locale, policy.minKeptPurchases, kept)] };
    }
  }
  const code = await giveCode(tx, of);
  const ofInviter = { inviterId: memberId, policy, now: turn.now };
  const [friends, rewards, isFull, waiting] = await together(
    countFriends(tx, of),
    readRewards(tx, policy),
    isInviterFull(tx, ofInviter),
    readWaitingRewards(tx, ofInviter),
  );
  return { messages: tellInvitation(turn, { code, rewards, friends, waiting, policy, isFull }) };
}

/**
 * A text that is an invitation code or a forwarded invitation.
 * @returns null for every other text, which somebody else has to answer
 */
export async function answerInviteCode(turn: Turn, tx: Tx): Promise<Answer | null> {
  if (turn.input.kind !== 'text' || turn.input.keyword !== null) return null;
  const said = readSaidCode(turn.input.text, inviteMarkers);
  if (!said) return null;
  if (!said.isSure && (await readCodeOwner(tx, said.code)) === null) return null;
  const person = await touchPersonByLine(tx, { lineUserId: turn.lineUserId, now: turn.now });
  const outcome = await receiveCode(tx, {
    code: said.code,
    memberId: person.memberId,
    joinedAt: person.joinedAt,
    now: turn.now,
    actor: { kind: 'member', id: String(person.memberId) },
    source: 'chat',
  });
  const policy = await readPolicy(tx, referralsPolicy, turn.now);
  const rewards = await readRewards(tx, policy);
  const isFull =
    outcome.ok && (await isInviterFull(tx, { inviterId: outcome.inviterId, policy, now: turn.now }));
  return { messages: [tellReceived(turn, outcome, { rewards, policy, isInviterFull: isFull })] };
}
