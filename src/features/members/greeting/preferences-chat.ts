import type { Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { changeMarketingLevel } from '#friends/change-marketing-level.ts';
import { readFriend } from '#friends/friend-reads.ts';
import type { MarketingLevel } from '#friends/tables.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { cancelMarketing } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { consentTextVersion, giveConsent, withdrawConsent } from '../log-consent.ts';
import { readPersonByLine } from '../person-reads.ts';
import { levelMessage, settingsMessage } from './greeting-messages.ts';

/** 訊息設定. */
export async function answerSettings(turn: Turn, tx: Tx): Promise<Answer> {
  const friend = await readFriend(tx, turn.lineUserId);
  const person = await readPersonByLine(tx, turn.lineUserId);
  const reach = await readPolicy(tx, reachPolicy, turn.now);
  const isBound = person?.joinedAt != null;
  return { messages: [settingsMessage(turn, friend?.marketing ?? 'all', reach, isBound)] };
}

/** 少一點, 停止 and 恢復 by the level that they set. */
export function answerLevel(level: MarketingLevel): (turn: Turn, tx: Tx) => Promise<Answer> {
  return async (turn, tx) => {
    const { lineUserId, eventKey, now } = turn;
    const person = await readPersonByLine(tx, lineUserId);
    const memberId = person?.joinedAt ? person.memberId : null;
    const before = (await readFriend(tx, lineUserId))?.marketing ?? 'all';
    const change = await changeMarketingLevel(tx, { lineUserId, memberId, level, eventKey, now });
    // Rows that were planned while the level was being read would slip through a check of `changed`.
    if (level === 'stopped') await cancelMarketing(tx, lineUserId, 'stopped');
    if (memberId !== null) await noteMarketingConsent(tx, memberId, { before, level }, now);
    const reach = await readPolicy(tx, reachPolicy, now);
    return { messages: [levelMessage(turn, level, reach, change)], late: 'push' };
  };
}

/**
 * Taking offers back is a withdrawal, asking for them again a consent, also for less of them than before; "less" of
 * what comes anyway changes neither.
 */
async function noteMarketingConsent(
  tx: Tx,
  memberId: number,
  { before, level }: { before: MarketingLevel; level: MarketingLevel },
  now: Date,
): Promise<void> {
  if (level === 'stopped') await withdrawConsent(tx, { memberId, purpose: 'marketing', now });
  if (level === 'all' || (level === 'less' && before === 'stopped')) {
    const source = 'chat';
    await giveConsent(tx, { memberId, purpose: 'marketing', textVersion: consentTextVersion, source, now });
  }
}
