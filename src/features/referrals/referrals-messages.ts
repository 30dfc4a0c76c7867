import { dateInZone } from '#foundation/clock.ts';
import { formatDateInSentence, formatMoney, formatNumber, type Locale } from '#foundation/i18n.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { flexMessage, textMessage } from '#line/flex.ts';
import { clipboardAction, postbackAction, uriAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import { chatLink, type House, type Message } from '#line/turn.ts';
import type { ReceiveCodeOutcome } from './receive-code.ts';
import type { Rewards } from './referral-reads.ts';
import type { ReferralsPolicy } from './referral-rules.ts';
import type { WaitingRewards } from './waiting-reads.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type ReferralWords, zhTW } from './words.zh-TW.ts';

export const referralWords: Record<Locale, ReferralWords> = { 'zh-TW': zhTW, en, ja };

export const inviteMarkers = Object.values(referralWords).map((words) => words.marker());

/** LINE takes links of at most 1,000 characters, and a Han character counts nine. */
const maxLink = 1_000;

type Speaking = { house: House; locale: Locale; now: Date };

/** R1 with its card, and R2 to forward. The card holds nothing personal: people forward it too. */
export function tellInvitation(
  { house, locale, now }: Speaking,
  about: {
    code: string;
    rewards: Rewards | null;
    friends: { bound: number; waiting: number };
    waiting: WaitingRewards;
    /** The inviter gets nothing more: only the friend does. */
    isFull: boolean;
    policy: ReferralsPolicy;
  },
): Message[] {
  const words = referralWords[locale];
  const kit = house.flex;
  const { code, policy, friends } = about;
  const reward = nameReward(locale, about.rewards);
  const invitee = about.rewards?.invitee[locale] ?? reward;
  const link = chatLink(house, code);
  const invitation = about.isFull
    ? words.invitationFull(house.brandName, code, invitee, link)
    : words.invitation(house.brandName, code, reward, link);
  const title = about.isFull ? words.invite() : words.title();
  const sheet = kit.body([
    kit.text(
      about.isFull
        ? words.whoGetsFull(invitee, formatNumber(policy.caps.life ?? 0))
        : words.whoGets(invitee, about.rewards?.inviter[locale] ?? reward, house.brand.address),
      { size: 'sm' },
    ),
    kit.text(words.when(formatNumber(policy.keptDays)), { size: 'sm' }),
    ...tellFloor(locale, policy).map((line) => kit.text(line, { size: 'sm' })),
    kit.tintBox([
      kit.text(words.codeLabel(), { size: 'xs', tone: 'muted', align: 'center' }),
      kit.text(code, { size: 'xxl', bold: true, align: 'center', wrap: false }),
    ]),
    kit.text(words.counts(formatNumber(friends.bound), formatNumber(friends.waiting)), {
      size: 'sm',
      tone: 'muted',
    }),
    ...tellWaiting({ house, locale, now }, about.waiting).map((line) =>
      kit.text(line, { size: 'sm', tone: 'muted' }),
    ),
  ]);
  const short = words.shortInvitation(code, link);
  const shared = [invitation, short].map(shareLink).find((link) => link.length <= maxLink) ?? shareLink(code);
  const card = kit.bubble('mega', {
    header: kit.header([kit.text(title, { size: 'lg', bold: true, tone: 'onBrand' })]),
    body: sheet,
    footer: kit.footer(kit.buttons([uriAction(words.share(), shared), clipboardAction(words.copy(), code)])),
  });
  return [flexMessage(about.isFull ? words.invite() : words.alt(reward), card), textMessage(invitation)];
}

/** Rewards that wait, by what they wait for; only counts, because the card may be forwarded. */
function tellWaiting({ house, locale, now }: Speaking, waiting: WaitingRewards): string[] {
  const words = referralWords[locale];
  const { keeping, queued, inProgress } = waiting;
  const zone = house.brand.zone;
  const lines: string[] = [];
  if (keeping) {
    const day = formatDateInSentence(locale, dateInZone(keeping.until, zone), dateInZone(now, zone));
    lines.push(keeping.count === 1 ? words.keepingOne(day) : words.keeping(formatNumber(keeping.count), day));
  }
  if (queued) {
    const [count, days, most] = [queued.count, queued.days, queued.most].map(formatNumber) as [
      string,
      string,
      string,
    ];
    lines.push(words.queued(count, days, most, queued.days === 1));
  }
  if (inProgress > 0) lines.push(words.inProgress(formatNumber(inProgress), inProgress === 1));
  return lines;
}

/** What the first purchase must come to, where the brand asks for anything. */
const tellFloor = (locale: Locale, { minFirstPurchaseTwd }: ReferralsPolicy): string[] =>
  minFirstPurchaseTwd > 1 ? [referralWords[locale].atLeast(formatMoney(locale, minFirstPurchaseTwd))] : [];

const shareLink = (text: string): string => `https://line.me/R/share?text=${encodeURIComponent(text)}`;

/** R1, not yet allowed. */
export function tellNotYet(locale: Locale, needed: number, done: number): Message {
  return textMessage(referralWords[locale].notYet(formatNumber(needed), formatNumber(done)));
}

/** R3, R6, R7. */
export function tellReceived(
  { house, locale }: Speaking,
  outcome: ReceiveCodeOutcome,
  about: { rewards: Rewards | null; policy: ReferralsPolicy; isInviterFull: boolean },
): Message {
  const words = referralWords[locale];
  const { address } = house.brand;
  const [bindDays, keptDays] = [about.policy.bindWithinDays, about.policy.keptDays].map(formatNumber) as [
    string,
    string,
  ];
  const bind = postbackAction(words.bind(), encodePostback('go:bind'), words.bind(), { openKeyboard: true });
  const invite = inviteAction(words);
  const card = postbackAction(words.card(), encodePostback('go:card'));
  if (outcome.ok) {
    const reward = nameReward(locale, about.rewards);
    const invitee = about.rewards?.invitee[locale] ?? reward;
    const welcome = about.isInviterFull
      ? words.receivedFull(bindDays, keptDays, invitee, address)
      : words.received(bindDays, keptDays, reward, address);
    return house.flex.megaText(
      [welcome, ...tellFloor(locale, about.policy)].join(locale === 'en' ? ' ' : ''),
      [bind],
    );
  }
  switch (outcome.reason) {
    case 'own_code':
      return textMessage(words.ownCode(address), [invite, card]);
    case 'ring':
      return textMessage(words.ring(), [invite, card]);
    case 'second_inviter':
      return textMessage(words.secondInviter(), [invite, card]);
    case 'already_member':
      return textMessage(words.alreadyMember(address), [invite, bind]);
    case 'too_late':
      return textMessage(words.tooLate(bindDays), [invite, bind]);
    case 'unknown_code':
      return textMessage(words.unknownCode(), [invite, bind]);
    default:
      return neverHappens(outcome.reason);
  }
}

export const inviteAction = (words: ReferralWords) =>
  postbackAction(words.invite(), encodePostback('go:invite'));

/** One name for what both get; two where the brand gives different things. */
function nameReward(locale: Locale, rewards: Rewards | null): string {
  if (!rewards) return referralWords[locale].gift();
  const [invitee, inviter] = [rewards.invitee[locale], rewards.inviter[locale]];
  return invitee === inviter ? invitee : `${invitee}／${inviter}`;
}
