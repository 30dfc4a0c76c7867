import { z } from 'zod';
import { dateInZone } from '#foundation/clock.ts';
import { formatDateShort, formatEnd, formatEndOnCard } from '#foundation/i18n.ts';
import { flexMessage } from '#line/flex.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { LeasedRow } from '#outbox/kinds.ts';
import { type HeldClaim, readHeldClaims } from '../coupons/held-claims-reads.ts';
import { readPerson } from '../members/person-reads.ts';
import { birthdayInYear, isKeptEarly } from './birthday-rules.ts';
import { type Composed, declareFlowKind } from './composed-kind.ts';
import { readGiftClaimId } from './flow-due-reads.ts';
import { createFiller, drawOffer, flowWordsOf } from './flow-messages.ts';
import { readFlowWords } from './flow-reads.ts';
import { addEmoji } from './words-rules.ts';

const day = z.iso.date();
const giftData = z.object({ occasion: z.string(), birthdayOn: day, claimId: z.int() });
const wishData = z.object({
  occasion: z.string(),
  birthdayOn: day,
  /** The day on which the wish is true. */
  plannedFor: day,
  /** The morning of the birthday was missed. */
  isLate: z.boolean(),
  /** A gift that is given with the wish. */
  newGiftClaimId: z.int().nullable(),
});

/** Up to a month ahead: the gift. */
export const flowBirthdayGift = declareFlowKind({
  key: 'flow_birthday_gift',
  flow: 'birthday',
  schema: giftData,
  async compose(tx, row): Promise<Composed> {
    const { data, house, locale } = row;
    const today = dateInZone(row.now, house.brand.zone);
    if (today >= data.birthdayOn) return { ok: false, reason: 'too_late' };
    if (!(await readKeptBirthday(tx, row, data.birthdayOn))) return { ok: false, reason: 'birthday_changed' };
    const claim = (await readHeldClaims(tx, row.memberId, today)).find(
      (held) => held.claimId === data.claimId,
    );
    if (!claim) return { ok: false, reason: 'coupon_gone' };
    const words = await readFlowWords(tx, { flow: 'birthday', step: 'gift', locale });
    const filler = createFiller(row);
    const headline = filler.fill(words.headline, {});
    const text = filler.fill(words.text, giftValues(row, claim, today));
    const reason = filler.missing();
    if (reason) return { ok: false, reason };
    const own = flowWordsOf(locale);
    return {
      ok: true,
      message: drawBirthday(row, {
        altText: own.giftAlt(claim.title[locale], formatDateShort(locale, claim.endsOn, today)),
        headline,
        lines: [withEmoji(row, text, '🎁')],
        gift: claim,
      }),
    };
  },
});

/** On the day: the wish, with what is left of the gift. */
export const flowBirthdayWish = declareFlowKind({
  key: 'flow_birthday_wish',
  flow: 'birthday',
  schema: wishData,
  async compose(tx, row): Promise<Composed> {
    const { data, house, locale } = row;
    const today = dateInZone(row.now, house.brand.zone);
    if (today !== data.plannedFor) return { ok: false, reason: 'too_late' };
    const birthday = await readKeptBirthday(tx, row, data.birthdayOn);
    if (!birthday) return { ok: false, reason: 'birthday_changed' };
    const giftClaimId =
      data.newGiftClaimId ??
      (await readGiftClaimId(tx, { memberId: row.memberId, year: data.birthdayOn.slice(0, 4) }));
    const held = await readHeldClaims(tx, row.memberId, today);
    const gift = held.find((claim) => claim.claimId === giftClaimId) ?? null;
    const words = await readFlowWords(tx, { flow: 'birthday', step: 'wish', locale });
    const filler = createFiller(row);
    const headline = filler.fill(words.headline, {});
    const lines = [withEmoji(row, filler.fill(chooseWish(words, data.isLate, birthday), {}), '🎂')];
    if (gift) {
      const sentence = data.newGiftClaimId === null ? words.giftText : words.newGiftText;
      lines.push(filler.fill(sentence, giftValues(row, gift, today)));
    }
    const reason = filler.missing();
    if (reason) return { ok: false, reason };
    const own = flowWordsOf(locale);
    const altText = own.address(own.wishAlt(house.brandName), house.brand.address);
    return { ok: true, message: drawBirthday(row, { altText, headline, lines, gift }) };
  },
});

type Row = LeasedRow<unknown> & { memberId: number };

function chooseWish(
  words: Record<string, string>,
  isLate: boolean,
  birthday: { isEarly: boolean },
): string | undefined {
  if (isLate) return words.lateText;
  return birthday.isEarly ? (words.leapText ?? words.text) : words.text;
}

/** The person's birthday if it is still kept on that day; a birthday may be changed once. */
async function readKeptBirthday(
  tx: Parameters<typeof readPerson>[0],
  row: Row,
  birthdayOn: string,
): Promise<{ isEarly: boolean } | null> {
  const person = await readPerson(tx, row.memberId);
  if (!person || person.birthMonth === null || person.birthDay === null) return null;
  const { birthMonth: month, birthDay } = person;
  const kept = birthdayInYear(month, birthDay, Number(birthdayOn.slice(0, 4)));
  return kept === birthdayOn ? { isEarly: isKeptEarly(month, birthDay, kept) } : null;
}

function giftValues(row: Row, gift: HeldClaim, today: string) {
  return { gift: gift.title[row.locale], end: formatEnd(row.locale, gift.endsOn, today) };
}

const withEmoji = (row: Row, text: string, emoji: string) =>
  row.house.brand.emoji === 'few' ? addEmoji(text, emoji) : text;

function drawBirthday(
  row: Row,
  card: { altText: string; headline: string; lines: string[]; gift: HeldClaim | null },
) {
  const kit = row.house.flex;
  const words = flowWordsOf(row.locale);
  const { gift } = card;
  const body = kit.body([
    kit.text(card.headline, { size: 'xl', bold: true }),
    ...card.lines.map((line) => kit.text(line, { size: 'sm' })),
    ...(gift ? [drawOffer(kit, gift.title[row.locale], formatEndOnCard(row.locale, gift.endsOn))] : []),
  ]);
  const footer = gift
    ? kit.footer(
        kit.buttons([
          postbackAction(words.seeGift, encodePostback('go:mine')),
          postbackAction(words.howToUse, encodePostback('coupon:how')),
        ]),
      )
    : null;
  return flexMessage(card.altText, kit.bubble('mega', { body, ...(footer && { footer }) }));
}
