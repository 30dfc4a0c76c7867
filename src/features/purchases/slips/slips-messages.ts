import { formatDateShort, formatMoney, formatPoints, type Locale } from '#foundation/i18n.ts';
import { type FlexKit, flexMessage } from '#line/flex.ts';
import type { Message } from '#line/turn.ts';
import type { Slip } from './recent-slips-reads.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type SlipsWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, SlipsWords> = { 'zh-TW': zhTW, en, ja };

/** Day, store, number, money and points of each slip, so that it can be laid beside the paper. */
export function tellSlips(
  kit: FlexKit,
  input: { locale: Locale; today: string; slips: readonly (Slip & { storeName: string })[] },
): Message {
  const { locale, today } = input;
  const words = wordsOf[locale];
  const rows = input.slips.map((slip) => {
    const isReturn = slip.kind === 'return';
    const store = slip.storeName;
    const money = formatMoney(locale, Math.abs(slip.amountTwd));
    const points =
      slip.points === 0
        ? []
        : [
            kit.text(`${slip.points > 0 ? '+' : '−'}${formatPoints(locale, Math.abs(slip.points))}`, {
              size: 'xs',
              tone: 'muted',
              wrap: false,
              align: 'end',
            }),
          ];
    return kit.row([
      kit.column([kit.text(formatDateShort(locale, slip.on, today), { size: 'xs', tone: 'muted' })], {
        width: 76,
        flex: 0,
      }),
      kit.column(
        [
          kit.text(isReturn ? words.returned(store) : words.bought(store), { size: 'sm', maxLines: 2 }),
          kit.text(words.no(slip.no), { size: 'xs', tone: 'muted' }),
        ],
        { flex: 1 },
      ),
      kit.column(
        [
          kit.text(isReturn ? words.back(money) : money, {
            size: 'sm',
            bold: true,
            wrap: false,
            align: 'end',
          }),
          ...points,
        ],
        { flex: 0 },
      ),
    ]);
  });
  const card = kit.bubble('mega', { body: kit.body([kit.text(words.title(), { bold: true }), ...rows]) });
  return flexMessage(words.alt(input.slips.length), card);
}
