import type { Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Answer, silence, type Turn } from '../line/turn.ts';
import { chooseLanguage } from './choose-language.ts';
import {
  helpMessage,
  languageChosenMessage,
  oldButtonMessage,
  unknownTextMessage,
} from './friends-messages.ts';
import { markFriendState } from './mark-friend-state.ts';
import { takeFreeTextVariant } from './take-free-text-variant.ts';

/** A text that is no command and answers no question. */
export async function answerFreeText(turn: Turn, tx: Tx): Promise<Answer> {
  const variant = await takeFreeTextVariant(tx, {
    lineUserId: turn.lineUserId,
    setting: turn.house.brand.freeText,
    now: turn.now,
  });
  return variant === null ? silence : { messages: [unknownTextMessage(turn, variant)] };
}

/** H1. */
export async function answerHelp(turn: Turn): Promise<Answer> {
  return { messages: [helpMessage(turn)] };
}

/** M3: a postback of a version or name that is no longer known. */
export async function answerOldButton(turn: Turn): Promise<Answer> {
  return { messages: [oldButtonMessage(turn)] };
}

/** LG: the handler for the name of a language, typed. */
export function answerInLanguage(language: Locale): (turn: Turn, tx: Tx) => Promise<Answer> {
  return async (turn, tx) => {
    await chooseLanguage(tx, { lineUserId: turn.lineUserId, language });
    return { messages: [languageChosenMessage(language)] };
  };
}

/** A block: nothing can be said, and nothing is pushed any more. */
export async function noteUnfollow(turn: Turn, tx: Tx): Promise<Answer> {
  await markFriendState(tx, {
    lineUserId: turn.lineUserId,
    eventKey: turn.eventKey,
    eventAt: turn.eventAt,
    now: turn.now,
    change: { to: 'blocked' },
  });
  return silence;
}
