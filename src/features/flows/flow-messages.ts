import type { messagingApi } from '@line/bot-sdk';
import type { Tx } from '#foundation/db.ts';
import { cleanDisplayName, type Locale } from '#foundation/i18n.ts';
import type { FlexKit } from '#line/flex.ts';
import type { House } from '#line/turn.ts';
import type { LeasedRow } from '#outbox/kinds.ts';
import { tellCondition } from '../coupons/ticket-messages.ts';
import { readStores } from '../stores/store-reads.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type FlowsWords, zhTW } from './words.zh-TW.ts';
import { fillSentence } from './words-rules.ts';

const words: Record<Locale, FlowsWords> = { 'zh-TW': zhTW, en, ja };

export const flowWordsOf = (locale: Locale): FlowsWords => words[locale];

/** Fills sentences of one message; `missing` is the reason to skip when a variable of any of them was empty. */
export type SentenceFiller = {
  fill(sentence: string | undefined, values: Record<string, string | null>): string;
  missing(): 'empty_variable' | null;
};

export function createFiller(
  row: Pick<LeasedRow<unknown>, 'locale' | 'displayName'> & { house: Pick<House, 'brand'> },
): SentenceFiller {
  const { locale } = row;
  const own = words[locale];
  const name = cleanDisplayName(row.displayName);
  let isMissing = false;
  return {
    fill(sentence, values) {
      const filled = fillSentence(sentence ?? '', { name, ...values }, { locale, lead: own.nameLead });
      if (!filled.ok || filled.text.trim() === '') isMissing = true;
      return filled.ok ? own.address(filled.text, row.house.brand.address) : '';
    },
    missing: () => (isMissing ? 'empty_variable' : null),
  };
}

/** The tinted box with what is given, and until when. */
export function drawOffer(kit: FlexKit, title: string, end: string): messagingApi.FlexBox {
  return kit.tintBox([
    kit.text(title, { size: 'lg', bold: true, tone: 'brandInk' }),
    kit.text(end, { size: 'sm' }),
  ]);
}

/** Where and for how much a coupon is good, as a line below it; nothing where it is good everywhere. */
export async function drawCondition(
  tx: Tx,
  { house, locale }: Pick<LeasedRow<unknown>, 'house' | 'locale'>,
  offer: Parameters<typeof tellCondition>[1],
): Promise<messagingApi.FlexText[]> {
  const stores = await readStores(tx, { limit: 200 });
  const storeNames = new Map(stores.map((store) => [store.code, store.name]));
  const condition = tellCondition({ locale, storeNames }, offer);
  return condition ? [house.flex.text(condition, { size: 'sm', tone: 'muted', maxLines: 2 })] : [];
}
