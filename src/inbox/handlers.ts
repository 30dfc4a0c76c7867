import { createCouponChat } from '../features/coupons/coupons-chat.ts';
import { readHeldClaims } from '../features/coupons/held-claims-reads.ts';
import { readWelcomeGift, readWelcomeOffer } from '../features/coupons/welcome-gift-reads.ts';
import { createAccountLinkChat } from '../features/members/binding/account-link-chat.ts';
import { createBindChat, remindOfBinding } from '../features/members/binding/bind-chat.ts';
import { answerNewBirthday, askNewBirthday, tapBirthday } from '../features/members/binding/birthday-chat.ts';
import { answerGuardDeny, answerGuardOk } from '../features/members/binding/guard-chat.ts';
import { createUnbindChat } from '../features/members/binding/unbind-chat.ts';
import { answerCode } from '../features/members/code/code-chat.ts';
import { answerLevel, answerSettings } from '../features/members/greeting/preferences-chat.ts';
import { createWelcomeChat } from '../features/members/greeting/welcome-chat.ts';
import { readPersonByLine } from '../features/members/person-reads.ts';
import { answerPoints, answerWhyPoints } from '../features/points/points-chat.ts';
import { readPoints } from '../features/points/points-reads.ts';
import { answerReturns } from '../features/purchases/returns-chat.ts';
import { answerSlips } from '../features/purchases/slips/slips-chat.ts';
import { answerInviteCode, showInvitation } from '../features/referrals/referrals-chat.ts';
import { answerRules } from '../features/rules/rules-chat.ts';
import { answerStores } from '../features/stores/stores-chat.ts';
import { answerAgent, answerFindPoints } from '../features/tasks/tasks-chat.ts';
import { answerCard, answerTiers } from '../features/tiers/card-chat.ts';
import { readTierLadder } from '../features/tiers/tier-reads.ts';
import { answerWhyTier } from '../features/tiers/why/why-tier-chat.ts';
import { brandPolicy } from '../foundation/brand.ts';
import { dateInZone } from '../foundation/clock.ts';
import type { Tx } from '../foundation/db.ts';
import type { Locale } from '../foundation/i18n.ts';
import { readPolicy } from '../foundation/policy.ts';
import {
  answerFreeText,
  answerHelp,
  answerInLanguage,
  answerOldButton,
  noteUnfollow,
} from '../friends/friends-chat.ts';
import { isFreeTextSilent } from '../friends/silence-free-text.ts';
import { type Answer, silence, type Turn } from '../line/turn.ts';
import { isSmsDown } from '../outbox/outbox-reads.ts';
import type { Keyword } from './keyword-rules.ts';

export type Handler = (turn: Turn, tx: Tx) => Promise<Answer>;

/** LINE takes five messages in one reply. */
const maxMessages = 5;

/** What a keyword says about the language to speak, from its own answer on. */
const languages = { lang_zh: 'zh-TW', lang_en: 'en', lang_ja: 'ja' } as const satisfies Partial<
  Record<Keyword, Locale>
>;

/** Which room answers what: a follow, a typed keyword, a button, or an answer to the question that stands open. */
export function createHandlers(): Handler {
  const coupons = createCouponChat({ readTier: readTierLadder });
  const bind = createBindChat({ readWelcomeGift, readActivePoints, isSmsDown });
  const linkAccount = createAccountLinkChat({ readWelcomeGift, readActivePoints });
  const unbind = createUnbindChat({ readHoldings });
  const welcome = createWelcomeChat({ readWelcomeOffer });

  const byKeyword: Record<Keyword, Handler> = {
    bind: bind.start,
    resend: bind.resend,
    change_phone: bind.changePhone,
    change_birthday: async (turn, tx) => bind.changeBirthday(turn) ?? askNewBirthday(turn, tx),
    cancel_bind: bind.cancel,
    card: answerCard,
    code: answerCode,
    points: answerPoints,
    why: withSlips(answerWhy),
    coupons: coupons.showCoupons,
    my_coupons: coupons.showMine,
    invite: showInvitation,
    stores: answerStores,
    returns: answerReturns,
    rules: answerRules,
    help: answerHelp,
    settings: answerSettings,
    less: answerLevel('less'),
    stop: answerLevel('stopped'),
    resume: answerLevel('all'),
    agent: answerAgent,
    unbind: unbind.ask,
    lang_zh: answerInLanguage(languages.lang_zh),
    lang_en: answerInLanguage(languages.lang_en),
    lang_ja: answerInLanguage(languages.lang_ja),
    yes: answerFreeText,
    no: answerFreeText,
    back: answerFreeText,
  };

  const byPostback: Record<string, Handler> = {
    'go:bind': bind.start,
    'go:card': answerCard,
    'go:points': answerPoints,
    'go:coupons': coupons.showCoupons,
    'go:mine': coupons.showMine,
    'go:invite': showInvitation,
    'go:stores': answerStores,
    'go:returns': answerReturns,
    'go:rules': answerRules,
    'go:help': answerHelp,
    'go:settings': answerSettings,
    'go:tier': answerTiers,
    'go:consultant': answerAgent,
    code: answerCode,
    claim: coupons.claim,
    'coupon:how': coupons.showHow,
    'coupon:code': coupons.showCouponCode,
    'why:points': withSlips(answerWhyPoints),
    'why:tier': withSlips(answerWhyTier),
    unbind: unbind.ask,
    'unbind:yes': unbind.confirm,
    'unbind:no': unbind.keep,
    birthday: tapBirthday,
    'guard:deny': answerGuardDeny,
    'guard:ok': answerGuardOk,
    'task:merge': answerFindPoints,
    /** The shopper only turned a page of the menu. */
    'menu:tab': async () => silence,
  };

  /** Who takes what is typed while a question stands open: yes, no and back, or any text. */
  const byDialog: Record<string, { answer: Handler; takes: 'any_text' | 'choices' }> = {
    bind: { answer: bind.answer, takes: 'any_text' },
    birthday: { answer: answerNewBirthday, takes: 'any_text' },
    unbind: { answer: unbind.answer, takes: 'choices' },
  };

  async function answerText(turn: Turn, tx: Tx, keyword: Keyword | null): Promise<Answer> {
    const dialog = turn.asked ? byDialog[turn.asked.dialog] : undefined;
    const isChoice = keyword === 'yes' || keyword === 'no' || keyword === 'back';
    if (dialog && isChoice) return answerOpen(turn, tx, dialog.answer);
    if (keyword) {
      const locale = keyword in languages ? languages[keyword as keyof typeof languages] : turn.locale;
      return withReminder({ ...turn, locale }, await byKeyword[keyword](turn, tx));
    }
    const invitation = await answerInviteCode(turn, tx);
    if (invitation) return withReminder(turn, invitation);
    if (dialog?.takes === 'any_text') return answerOpen(turn, tx, dialog.answer);
    return answerFreeText(turn, tx);
  }

  function answerPostback(turn: Turn, tx: Tx, name: string): Promise<Answer> {
    const handler = Object.hasOwn(byPostback, name) ? byPostback[name] : undefined;
    if (handler) return handler(turn, tx).then((answer) => withReminder(turn, answer));
    if (name.startsWith('bind:')) return bind.tap(turn, tx);
    if (name.startsWith('birthday:')) return tapBirthday(turn, tx);
    return answerOldButton(turn);
  }

  return async (turn, tx) => {
    const { input } = turn;
    switch (input.kind) {
      case 'follow':
        return welcome(turn, tx);
      case 'unfollow':
        return noteUnfollow(turn, tx);
      case 'text':
        return answerText(turn, tx, input.keyword as Keyword | null);
      case 'postback':
        return answerPostback(turn, tx, input.name);
      case 'stale_postback':
        return answerOldButton(turn);
      case 'account_link':
        return linkAccount(turn, tx);
      case 'other':
        return silence;
    }
  };
}

/** What is typed to a person who answers by hand is none of the open question's business unless it answers it. */
async function answerOpen(turn: Turn, tx: Tx, answerQuestion: Handler): Promise<Answer> {
  const answer = await answerQuestion(turn, tx);
  return answer.isUnclear && (await isFreeTextSilent(tx, turn)) ? silence : answer;
}

/** A keyword wins over the open question; the question is offered again behind the answer. */
function withReminder(turn: Turn, answer: Answer): Answer {
  if (answer.ask !== undefined || answer.messages.length >= maxMessages || answer.messages.length === 0)
    return answer;
  const reminder = remindOfBinding(turn);
  return reminder ? { ...answer, messages: [...answer.messages, reminder] } : answer;
}

/** 「為什麼？」 of a member: the tier and the points, each with where it comes from. */
/** An explanation, and the slips to compare it with. */
const withSlips =
  (explain: Handler): Handler =>
  async (turn, tx) => {
    const { messages, ...answer } = await explain(turn, tx);
    const slips = await answerSlips(turn, tx);
    return { ...answer, messages: [...messages, ...slips.messages] };
  };

async function answerWhy(turn: Turn, tx: Tx): Promise<Answer> {
  const points = await answerWhyPoints(turn, tx);
  const person = await readPersonByLine(tx, turn.lineUserId);
  if (!person?.joinedAt) return points;
  const tier = await answerWhyTier(turn, tx);
  return { messages: [...tier.messages, ...points.messages] };
}

async function readActivePoints(tx: Tx, memberId: number, now: Date): Promise<number> {
  return (await readPoints(tx, memberId, await readToday(tx, now))).active;
}

async function readHoldings(
  tx: Tx,
  { memberId, now }: { memberId: number; now: Date },
): Promise<{ points: number; coupons: number }> {
  const claims = await readHeldClaims(tx, memberId, await readToday(tx, now));
  return { points: await readActivePoints(tx, memberId, now), coupons: claims.length };
}

async function readToday(tx: Tx, now: Date): Promise<string> {
  const { zone } = await readPolicy(tx, brandPolicy, now);
  return dateInZone(now, zone);
}
