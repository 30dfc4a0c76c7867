import type { Locale } from '#foundation/i18n.ts';
import type { FlexKit } from '#line/flex.ts';
import { messageAction, postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message } from '#line/turn.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type PurchasesWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, PurchasesWords> = { 'zh-TW': zhTW, en, ja };

/** How goods can be brought back, with the days of the brand's policy. */
export function tellReturns(
  kit: FlexKit,
  locale: Locale,
  policy: { storeDays: number; onlineDays: number },
): Message[] {
  const words = wordsOf[locale];
  const actions = [postbackAction(words.stores(), encodePostback('go:stores')), messageAction(words.agent())];
  return [kit.megaText(words.returns(policy), actions)];
}
