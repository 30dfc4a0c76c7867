import type { messagingApi } from '@line/bot-sdk';
import { formatCount, type Locale } from '#foundation/i18n.ts';
import { type FlexKit, flexMessage, textMessage } from '#line/flex.ts';
import { messageAction, postbackAction, uriAction } from '#line/flex-actions.ts';
import { drawMoreCard } from '#line/flex-ticket.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message } from '#line/turn.ts';
import type { Store } from './store-reads.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type StoresWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, StoresWords> = { 'zh-TW': zhTW, en, ja };

/** Cards beside one another; one more place is kept for "see more". */
export const storesPerPage = 10;

/** A sentence and a carousel; @param page.total all stores, of which `page.stores` are shown */
export function tellStores(
  kit: FlexKit,
  locale: Locale,
  page: { stores: readonly Store[]; total: number; hasMore: boolean },
): Message[] {
  const words = wordsOf[locale];
  const last = page.stores.at(-1);
  if (!last) return [textMessage(words.none(), [messageAction(words.agent())])];
  const sentence = words.found(formatCount(locale, page.total, 'store'));
  const cards = page.stores.map((store) => drawStore(kit, words, store));
  if (page.hasMore) {
    const more = encodePostback('go:stores', { after: last.code });
    cards.push(drawMoreCard(kit, postbackAction(words.more(), more)));
  }
  return [textMessage(sentence), flexMessage(sentence, cards)];
}

function drawStore(kit: FlexKit, words: StoresWords, store: Store): messagingApi.FlexBubble {
  const query = encodeURIComponent(`${store.name} ${store.address}`);
  const hours = [store.openingHours, store.closedDays].filter((part) => part !== null);
  return kit.bubble('kilo', {
    body: kit.body([
      kit.text(store.name, { size: 'lg', bold: true, maxLines: 2 }),
      kit.text(store.address, { size: 'sm' }),
      kit.text(store.phone, { size: 'sm' }),
      ...hours.map((part) => kit.text(part, { size: 'sm', tone: 'muted' })),
    ]),
    footer: kit.footer(
      kit.buttons([
        uriAction(words.map(), `https://www.google.com/maps/search/?api=1&query=${query}`),
        uriAction(words.call(), `tel:${store.phone.replace(/#.*$/, '').replace(/[^0-9+]/g, '')}`),
      ]),
    ),
  });
}
