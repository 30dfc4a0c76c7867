import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { readRuleTexts } from './page/rule-page-reads.ts';
import { tellRules } from './rules-messages.ts';

/** 會員規則: the rules in force, for everyone who asks. */
export async function answerRules(turn: Turn, tx: Tx): Promise<Answer> {
  const { house, locale } = turn;
  const texts = await readRuleTexts(tx, { now: turn.now, locale });
  return { messages: [tellRules(house, { locale, texts })] };
}
