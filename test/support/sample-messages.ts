import * as campaign from '#features/campaigns/templates/campaign-messages.ts';
import { templateContent } from '#features/campaigns/templates/template-rules.ts';
import * as couponCodes from '#features/coupons/codes/code-messages.ts';
import type { Offer } from '#features/coupons/coupon-reads.ts';
import * as coupons from '#features/coupons/coupons-messages.ts';
import * as account from '#features/members/binding/account-messages.ts';
import * as bind from '#features/members/binding/bind-messages.ts';
import * as outcome from '#features/members/binding/bind-outcome-messages.ts';
import { cardMovedKind } from '#features/members/binding/card-moved-messages.ts';
import * as refusals from '#features/members/binding/refusals/refusal-messages.ts';
import * as code from '#features/members/code/code-messages.ts';
import * as greeting from '#features/members/greeting/greeting-messages.ts';
import * as points from '#features/points/points-messages.ts';
import { type PointsReason, pointsReasons } from '#features/points/points-rules.ts';
import * as returns from '#features/purchases/returns-messages.ts';
import { tellSlips } from '#features/purchases/slips/slips-messages.ts';
import { usualFarmLimits } from '#features/referrals/farms/farm-rules.ts';
import { sayHonour, tellMilestone } from '#features/referrals/milestones/milestone-messages.ts';
import * as referrals from '#features/referrals/referrals-messages.ts';
import * as rules from '#features/rules/rules-messages.ts';
import * as stores from '#features/stores/stores-messages.ts';
import * as tasks from '#features/tasks/tasks-messages.ts';
import * as below from '#features/tiers/ranking/below-notice-messages.ts';
import * as review from '#features/tiers/review/review-notice-messages.ts';
import * as tiers from '#features/tiers/tier-messages.ts';
import { nextTier, type ThresholdPolicy, type Tier, type TiersPolicy } from '#features/tiers/tier-rules.ts';
import * as why from '#features/tiers/why/why-tier-messages.ts';
import type { Tx } from '#foundation/db.ts';
import { type Locale, locales } from '#foundation/i18n.ts';
import * as friends from '#friends/friends-messages.ts';
import { notDoneMessage } from '#inbox/inbox-messages.ts';
import type { House, Message } from '#line/turn.ts';
import { withStopHint } from '#outbox/stop-hint-messages.ts';
import { byPercentile, byScore } from '../tiers/ranked-policies.ts';
import { makeTurn } from './turn.ts';

type Stage = { house: House; tiers: TiersPolicy; locale: Locale; isLong: boolean };

const inAll = (text: string): Record<Locale, string> =>
  Object.fromEntries(locales.map((locale) => [locale, text])) as Record<Locale, string>;
const today = '2026-11-21';
const now = new Date('2026-11-21T04:00:00Z');
const tomorrow = new Date('2026-11-22T07:20:00Z');

/** Each builder of messages by name, with the answers that it gives for what shops really write. */
export async function renderSamples(stage: Stage): Promise<Record<string, Message[][]>> {
  const { house, locale, isLong } = stage;
  const kit = house.flex;
  const displayName = isLong ? '歐陽'.repeat(9) : null;
  const turn = makeTurn(house, { locale, displayName });
  const title = { 'zh-TW': isLong ? '滿額贈'.repeat(6) : '折 NT$100', en: 'NT$100 off', ja: 'NT$100 OFF' };
  if (isLong)
    Object.assign(title, { en: 'A twenty letter gift', ja: 'とくべつなおくりもののクーポンですよこ' });
  const gift = { title, endsOn: isLong ? '2027-01-31' : '2026-12-31' };
  const amount = isLong ? 9_876_543 : 1;
  const price = isLong ? 1_000_000 : 1;
  const tier = stage.tiers.tiers[isLong ? 1 : 0] as TiersPolicy['tiers'][number];
  const top = stage.tiers.tiers.at(-1) as TiersPolicy['tiers'][number];
  const each = (...messages: Message[]): Message[][] => messages.map((message) => [message]);
  const titleOf = title[locale];
  const reach = {
    quietHours: { from: '21:00', until: '09:00' },
    caps: {
      perDay: isLong ? 12 : 1,
      perSevenDays: isLong ? 40 : 2,
      perFourteenDays: null,
      perThirtyDays: null,
      byKind: {},
    },
    quotaReservePercent: 5,
    lessDays: isLong ? 30 : 14,
    notices: {},
  };
  const offer = (couponId: number): Offer => ({
    couponId,
    couponKey: `c${couponId}`,
    title,
    reward: (
      [
        { kind: 'amount_off', amountTwd: amount },
        { kind: 'percent_off', percent: 15, maxTwd: amount },
        { kind: 'gift', name: title },
        { kind: 'free_shipping' },
      ] as const
    )[couponId % 4] as Offer['reward'],
    tierKeys: isLong ? [top.key] : null,
    audienceKeys: null,
    pointsPrice: couponId % 3 === 2 ? price : null,
    perMember: 1,
    storeCodes: isLong ? ['a', 'b', 'c', 'd'] : null,
    channels: isLong ? ['online'] : null,
    categories: isLong ? ['茶葉', '香氛', '餐具', '文具'] : null,
    minSpendTwd: amount,
  });
  const offers = Array.from({ length: isLong ? 10 : 1 }, (_, at) => offer(at));
  const about = { kit, locale, today, storeNames: new Map([['a', '台北信義松高旗艦門市二樓']]) };
  const page = { total: isLong ? 1_234 : 1, from: 0 };
  const store = (at: number) => ({
    storeId: at,
    code: `s${at}`,
    name: isLong ? '台北信義松高旗艦門市' : '信義店',
    address: '台北市信義區松高路 1 號'.repeat(isLong ? 3 : 1),
    phone: '02-2345-6789#12',
    openingHours: isLong ? '10:00–21:30' : null,
    closedDays: isLong ? '週一公休' : null,
  });
  const rewards = isLong ? { inviter: title, invitee: inAll('贈品') } : { inviter: title, invitee: title };
  const policy = {
    bindWithinDays: 30,
    keptDays: 7,
    minKeptPurchases: 0,
    inviterCouponKey: 'a',
    inviteeCouponKey: 'b',
    minFirstPurchaseTwd: isLong ? 12_345 : 1,
    caps: { perDay: 3, perMonth: 10, life: isLong ? 1_000 : 10 },
    milestones: [],
    farms: usualFarmLimits,
  };
  const speaking = { house, locale, now };
  const summary = {
    active: amount,
    pending: amount,
    debt: 0,
    nextPending: [{ on: '2026-12-10', amount }],
    ending: { on: '2027-12-31', amount },
  };
  const none = { active: 0, pending: 0, debt: 0, nextPending: [], ending: null };
  const view = (sums: typeof summary | typeof none) => ({
    summary: sums,
    policy: { twdPerPoint: 100, pointValueTwd: 1 },
    today,
    history:
      sums === none
        ? []
        : // A release changes nothing that a member holds, so that no history shows it.
          pointsReasons
            .filter((reason) => reason !== 'released')
            // Ten rows are all that a history shows: short ones from the front, long ones from the end.
            .slice(...(isLong ? [-10] : [0, 10]))
            .map((reason, at) => ({
              on: isLong ? '2025-01-02' : today,
              reason,
              storeName: at % 2 ? null : '台北信義松高旗艦門市',
              amount: at % 2 ? -amount : amount,
            }))
            // Between them the samples show all.
            .slice(...(isLong ? [-8] : [0, 8])),
  });
  const reasons = new Map<PointsReason, number>([
    ['purchase', amount * 3],
    ['paid', -amount],
    ['returned', -1],
  ]);
  const bonus = {
    points: amount,
    bonuses: [
      {
        kind: 'member_day' as const,
        key: 'day',
        name: { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' },
        earnPercent: 200,
        eligibleTwd: isLong ? 1 : 2,
        linesTwd: 2,
      },
      { kind: 'tier' as const, earnPercent: 150 },
    ],
  };
  const standing = {
    tier,
    netTwd: amount,
    next: nextTier(stage.tiers, tier, 0),
    reviewOn: '2027-11-21',
    policy: stage.tiers,
    place: null,
  };
  const place = {
    rankedOn: '2026-11-01',
    memberCount: 1_000_000,
    netTwd: amount,
    purchases: isLong ? 240 : 1,
    activeDays: isLong ? 365 : 0,
    place: isLong ? 987_654 : 1,
    score: isLong ? 100 : 0,
    nextCutTwd: isLong ? amount : null,
  };
  const benefits = Array.from({ length: isLong ? 4 : 0 }, () => ({ kind: 'text' as const, name: title }));
  const ranked = [byPercentile(), byScore()].map((policy) => {
    const held: Tier = { ...(policy.tiers[1] as Tier), benefits };
    return { ...standing, policy, place, tier: held, next: nextTier(policy, held, 0) };
  });
  const countedThen = [
    { by: 'rank', netTwd: amount, days: 365, place: place.place, topPercent: 15 },
    { by: 'score', score: place.score, minScore: 50 },
  ] as const;
  const cardPoints = isLong
    ? {
        active: amount,
        pending: { amount, on: '2026-12-10' },
        ending: { amount: 1, on: '2027-12-31' },
        debt: amount,
      }
    : { active: 0, pending: null, ending: null, debt: 0 };
  const honour = isLong ? sayHonour(locale, { title, friends: 12_345 }) : null;
  const card = { locale, today, displayName, memberNo: '1234567890', standing, points: cardPoints, honour };
  const ladder = {
    key: 'general',
    tiers: stage.tiers.tiers.map(({ key, name }) => ({ key, name, distanceTwd: isLong ? amount : null })),
  };
  const claim = (result: Parameters<typeof coupons.tellClaim>[1]) =>
    coupons.tellClaim({ ...speaking, now }, result, ladder);
  const refused = [
    'own_code',
    'ring',
    'second_inviter',
    'already_member',
    'too_late',
    'unknown_code',
  ] as const;
  const phone = '+886912345678';
  const birthday = { month: 2, day: 29, year: isLong ? 1988 : null };
  const data = { phone, month: '2', day: '29' };
  const moved = await cardMovedKind.render({} as Tx, {
    lineUserId: turn.lineUserId,
    memberId: 1,
    locale,
    displayName,
    data: { heldUntil: tomorrow.toISOString() },
    now,
    house,
  });

  return {
    tellStores: [
      stores.tellStores(kit, locale, { stores: [], total: 0, hasMore: false }),
      stores.tellStores(kit, locale, {
        stores: Array.from({ length: isLong ? 10 : 1 }, (_, at) => store(at)),
        total: isLong ? 1_234 : 1,
        hasMore: isLong,
      }),
    ],
    tellInvitation: [
      referrals.tellInvitation(speaking, {
        code: 'ABCD2345',
        rewards,
        friends: { bound: 12, waiting: 0 },
        waiting: {
          keeping: { count: 1, until: tomorrow },
          queued: { count: 1, days: 1, most: 1 },
          inProgress: 1,
        },
        policy,
        isFull: false,
      }),
      referrals.tellInvitation(speaking, {
        code: 'ABCD2345',
        rewards: null,
        friends: { bound: 0, waiting: 1 },
        waiting: { keeping: null, queued: null, inProgress: 0 },
        policy,
        isFull: false,
      }),
      referrals.tellInvitation(speaking, {
        code: 'ABCD2345',
        rewards,
        friends: { bound: 999, waiting: 9 },
        waiting: {
          keeping: { count: 123, until: tomorrow },
          queued: { count: 456, days: 30, most: 100 },
          inProgress: 420,
        },
        policy,
        isFull: true,
      }),
    ],
    tellNotYet: each(referrals.tellNotYet(locale, isLong ? 12 : 1, 0)),
    tellReceived: [
      ...[true, false].map((isInviterFull) => [
        referrals.tellReceived(
          speaking,
          { ok: true, inviterId: 1, isNew: true },
          { rewards, policy, isInviterFull },
        ),
      ]),
      ...refused.map((reason) => [
        referrals.tellReceived(speaking, { ok: false, reason }, { rewards, policy, isInviterFull: false }),
      ]),
    ],
    tellMilestone: each(
      tellMilestone(house, locale, { friends: 1, title: titleOf, gift: null }),
      tellMilestone(house, locale, { friends: isLong ? 10_000 : 5, title: titleOf, gift: titleOf }),
    ),
    tellSlips: each(
      tellSlips(kit, {
        locale,
        today,
        slips: Array.from({ length: isLong ? 5 : 1 }, (_, at) => ({
          kind: at % 2 ? ('return' as const) : ('purchase' as const),
          storeId: 1,
          storeName: '台北信義松高旗艦門市',
          no: isLong ? 'R'.repeat(60) : 'AB-12345678',
          on: isLong ? '2025-01-02' : today,
          amountTwd: at % 2 ? -amount : amount,
          points: at === 0 ? 0 : at % 2 ? -amount : amount,
        })),
      }),
    ),
    tellReturns: [returns.tellReturns(kit, locale, { storeDays: 7, onlineDays: isLong ? 100 : 7 })],
    agentMessage: each(
      tasks.agentMessage(turn),
      tasks.agentMessage({ ...turn, now: new Date('2026-11-21T14:00:00Z') }),
    ),
    pointsSoughtMessage: each(tasks.pointsSoughtMessage(turn)),
    tellPoints: [
      points.tellPoints(kit, locale, view(summary)),
      points.tellPoints(kit, locale, view(none)),
      points.tellPoints(
        kit,
        locale,
        view({ ...summary, active: 0, pending: 0, ending: null as never, debt: amount }),
      ),
    ],
    tellWhyPoints: [
      points.tellWhyPoints(kit, locale, view(summary), reasons, bonus),
      points.tellWhyPoints(kit, locale, view({ ...summary, debt: amount }), reasons, {
        points: 0,
        bonuses: [],
      }),
      points.tellWhyPoints(kit, locale, view(none), new Map(), { points: 0, bonuses: [] }),
    ],
    tellBindFirst: [points.tellBindFirst(kit, locale)],
    joinedMessage: each(outcome.joinedMessage(turn, gift), outcome.joinedMessage(turn, null)),
    foundMessage: each(outcome.foundMessage(turn, amount, gift), outcome.foundMessage(turn, 0, null)),
    movedMessage: each(outcome.movedMessage(turn, tomorrow)),
    spendingHeldMessage: each(outcome.spendingHeldMessage(turn, tomorrow)),
    bindCancelledMessage: each(outcome.bindCancelledMessage(turn)),
    resumeMessage: (['phone', 'code', 'birthday', 'echo', 'consent', 'guardian', 'move'] as const).map(
      (step) => [outcome.resumeMessage(turn, step)],
    ),
    startAnewMessage: each(outcome.startAnewMessage(turn)),
    alreadyBoundMessage: each(outcome.alreadyBoundMessage(turn, '1234567890')),
    needsBindingMessage: each(outcome.needsBindingMessage(turn)),
    offerSiteMessage: each(outcome.offerSiteMessage(turn, 'https://shop.example/link?linkToken=abc')),
    offersOffMessage: each(outcome.offersOffMessage(turn)),
    linkRanOutMessage: each(outcome.linkRanOutMessage(turn)),
    askPhoneMessage: each(bind.askPhoneMessage(turn)),
    phoneRefusals: (
      [
        { reason: 'no_number' },
        { reason: 'more_than_number' },
        { reason: 'wrong_length', digits: isLong ? 18 : 1 },
        { reason: 'not_mobile' },
        { reason: 'landline', prefix: '02' },
        { reason: 'foreign' },
        { reason: 'first_step' },
      ] as const
    ).flatMap((why) => each(...refusals.phoneRefusals(turn, why))),
    sendsUsedMessages: each(...refusals.sendsUsedMessages(turn)),
    codeResentMessages: each(...refusals.codeResentMessages(turn, phone)),
    codeSendsUsedMessages: each(...refusals.codeSendsUsedMessages(turn, phone)),
    codeRefusals: each(...refusals.codeRefusals(turn, 0), ...refusals.codeRefusals(turn, isLong ? 1_234 : 1)),
    codeNotReceivedMessages: each(...refusals.codeNotReceivedMessages(turn, phone, isLong)),
    codeOverMessages: each(
      ...refusals.codeOverMessages(turn, 'expired'),
      ...refusals.codeOverMessages(turn, 'tries_used'),
    ),
    birthdayRefusals: (
      [
        { reason: 'not_a_date' },
        { reason: 'no_such_month', month: 13 },
        { reason: 'no_such_day', month: 2, day: 30, year: null },
        { reason: 'no_such_day', month: 2, day: 29, year: 1989 },
        { reason: 'future' },
        { reason: 'odd_year', year: 1899 },
      ] as const
    ).flatMap((why) =>
      each(
        ...refusals.birthdayRefusals(turn, why, { place: 'bind', month: isLong ? 12 : null }),
        ...refusals.birthdayRefusals(turn, why, { place: 'birthday', month: null }),
      ),
    ),
    echoRefusals: each(...refusals.echoRefusals(turn, birthday)),
    newBirthdayRefusals: each(...refusals.newBirthdayRefusals(turn, birthday)),
    agreementRefusals: (['consent', 'guardian', 'move'] as const).flatMap((step) =>
      each(...refusals.agreementRefusals(turn, step)),
    ),
    notNowNeededMessage: (['nothingToResend', 'phoneProven', 'birthdayLater'] as const).map((why) => [
      outcome.notNowNeededMessage(turn, why),
    ]),
    codeSentMessage: each(bind.codeSentMessage(turn, phone)),
    wrongCodeMessage: each(bind.wrongCodeMessage(turn, isLong ? 4 : 1)),
    askBirthdayMessage: each(
      bind.askBirthdayMessage(turn, 'bind'),
      bind.askBirthdayMessage(turn, 'birthday'),
    ),
    askDayMessage: each(bind.askDayMessage(turn, 2, 'bind'), bind.askDayMessage(turn, 12, 'birthday')),
    echoBirthdayMessage: each(bind.echoBirthdayMessage(turn, birthday)),
    consentMessage: each(
      bind.consentMessage(turn, data),
      bind.consentMessage(turn, { ...data, month: '12' }),
    ),
    guardianMessage: each(bind.guardianMessage(turn)),
    editWhichMessage: each(bind.editWhichMessage(turn)),
    askMoveMessage: each(bind.askMoveMessage(turn)),
    askUnbindMessage: each(
      account.askUnbindMessage(turn, { points: amount, coupons: 12 }),
      account.askUnbindMessage(turn, { points: 0, coupons: 1 }),
      account.askUnbindMessage(turn, { points: 0, coupons: 0 }),
    ),
    unboundMessage: each(account.unboundMessage(turn)),
    staysBoundMessage: each(account.staysBoundMessage(turn)),
    confirmBirthdayMessage: each(account.confirmBirthdayMessage(turn, birthday)),
    birthdayUsedUpMessage: each(account.birthdayUsedUpMessage(turn)),
    birthdayChangedMessage: each(account.birthdayChangedMessage(turn, birthday)),
    birthdayKeptMessage: each(account.birthdayKeptMessage(turn)),
    spendingLockedMessage: each(account.spendingLockedMessage(turn)),
    moveAcknowledgedMessage: each(account.moveAcknowledgedMessage(turn)),
    guardTooLateMessage: each(account.guardTooLateMessage(turn)),
    cardMovedKind: [moved],
    welcomeMessages: [greeting.welcomeMessages(turn, titleOf), greeting.welcomeMessages(turn, null)],
    welcomeBackMessage: (['all', 'stopped'] as const).map((level) => [
      greeting.welcomeBackMessage(turn, level),
    ]),
    welcomeBackGuestMessage: [titleOf, null].map((one) => [greeting.welcomeBackGuestMessage(turn, one)]),
    settingsMessage: each(
      greeting.settingsMessage(turn, 'all', reach, true),
      greeting.settingsMessage(turn, 'stopped', reach, false),
    ),
    levelMessage: (['all', 'less', 'stopped'] as const).flatMap((level) =>
      each(
        greeting.levelMessage(turn, level, reach, { changed: true }),
        greeting.levelMessage(turn, level, reach, { changed: false }),
      ),
    ),
    codeReadyMessage: each(code.codeReadyMessage(turn, 'https://shuke.example/m/abc')),
    spendingLockedNote: each(code.spendingLockedNote(turn)),
    tellClaimable: [
      coupons.tellClaimable(about, { items: [], total: 0, from: 0 }, new Map()),
      coupons.tellClaimable(
        about,
        {
          ...page,
          items: offers.map((one, at) => ({
            offer: one,
            nextSeq: 1,
            ends: at % 2 ? { on: today } : { afterDays: 60 },
          })),
        },
        new Map([[top.key, top.name]]),
      ),
    ],
    tellHeld: [
      coupons.tellHeld(about, { items: [], total: 0, from: 0 }, []),
      coupons.tellHeld(about, { items: [], total: 0, from: 0 }, [
        { offer: offer(0), storeId: 1, usedOn: today, endsOn: today, storeName: '信義店' },
      ]),
      coupons.tellHeld(
        about,
        {
          ...page,
          items: offers.map((one, at) => ({
            claimId: at,
            couponKey: one.couponKey,
            title,
            endsOn: at % 2 ? '2026-11-22' : '2027-12-31',
            offer: one,
          })),
        },
        [{ offer: offer(0), storeId: 1, usedOn: today, endsOn: today, storeName: '信義店' }],
      ),
    ],
    tellClaim: each(
      claim({ ok: true, claimId: 1, couponKey: 'c', endsOn: gift.endsOn, title, pointsPaid: null }),
      claim({ ok: true, claimId: 1, couponKey: 'c', endsOn: gift.endsOn, title, pointsPaid: price }),
      claim({ ok: false, reason: 'other_audience', title }),
      claim({ ok: false, reason: 'too_few_points', title, pointsPrice: price, missing: amount }),
      claim({
        ok: false,
        reason: 'price_to_agree',
        title,
        couponId: 1,
        seq: 1,
        pointsPrice: price,
        pointsLeft: amount,
      }),
      claim({ ok: false, reason: 'sold_out', title }),
      claim({ ok: false, reason: 'already_claimed', title, perMember: 3, isLimit: true, next: null }),
      claim({ ok: false, reason: 'already_claimed', title, perMember: 3, isLimit: false, next: null }),
      ...[false, true].map((isExchange) =>
        claim({
          ok: false,
          reason: 'already_claimed',
          title,
          perMember: 3,
          isLimit: false,
          next: { couponId: 1, seq: 2, isExchange },
        }),
      ),
      claim({ ok: false, reason: 'not_yet', title, from: tomorrow }),
      claim({ ok: false, reason: 'claim_ended', title, lastMoment: now, validUntil: null }),
      claim({ ok: false, reason: 'claim_ended', title, lastMoment: null, validUntil: '2025-12-31' }),
      claim({ ok: false, reason: 'other_tier', title, tierKeys: [top.key] }),
    ),
    tellShownCode: each(
      ...(['counter', 'online'] as const).map((kind) =>
        couponCodes.tellShownCode(
          { house, locale, now, wireNow: now },
          {
            claimId: 1,
            kind,
            code: 'ABCDEFGHJK'.repeat(kind === 'online' ? 2 : 1),
            expiresAt: kind === 'online' ? null : tomorrow,
            ...gift,
            kinds: isLong ? ['counter', 'online'] : [kind],
          },
        ),
      ),
    ),
    tellHow: each(coupons.tellHow(house, locale)),
    drawMemberCard: each(
      tiers.drawMemberCard(house, card),
      tiers.drawMemberCard(house, { ...card, standing: { ...standing, tier: top, next: null } }),
      ...ranked.map((of) => tiers.drawMemberCard(house, { ...card, standing: of })),
    ),
    explainTiers: each(
      ...[stage.tiers, byPercentile(), byScore()].map((policy) =>
        tiers.explainTiers(house, { locale, policy, current: tier.key }),
      ),
    ),
    tellWhyTier: each(
      ...ranked.flatMap((of, nth) =>
        (['ranked_up', 'ranked_down'] as const).map((reason) =>
          why.tellWhyTier(house, {
            locale,
            today,
            standing: of,
            cause: { reason, since: now, counted: countedThen[nth] ?? null, receipt: null },
          }),
        ),
      ),
      ...[null, ...(['risen', 'withdrawn', 'raised', 'fallen', 'imported'] as const)].map((reason) =>
        why.tellWhyTier(house, {
          locale,
          today,
          standing: { ...standing, tier: top, next: isLong ? null : standing.next },
          cause: reason && {
            reason,
            since: now,
            counted:
              reason === 'imported'
                ? null
                : { by: 'spend', netTwd: amount, months: 12, thresholdTwd: amount },
            receipt:
              reason === 'risen' ? { storeName: '台北信義松高旗艦門市', receiptNo: 'AB-12345678' } : null,
          },
        }),
      ),
    ),
    tellBelow: [byPercentile(), byScore()].map((policy) => {
      const of = { ...standing, policy, tier: policy.tiers[2] as Tier, place };
      const said = below.tellBelow(house, { locale, today, belowSince: '2026-12-01', standing: of });
      return [said as Message];
    }),
    tellReview: each(
      review.tellReview(house, {
        locale,
        today,
        reviewOn: isLong ? '2027-11-21' : '2026-12-31',
        tier: top,
        forecast: {
          policy: stage.tiers as ThresholdPolicy,
          netTwd: isLong ? amount : 0,
          missingTwd: amount,
        },
      }),
    ),
    tellRise: each(tiers.tellRise(house, { locale, displayName, tier: top, until: '2027-11-21', today })),
    tellWithdrawal: each(
      tiers.tellWithdrawal(house, {
        locale,
        policy: stage.tiers,
        tier,
        netTwd: isLong ? 9_200 : 0,
        today,
      }) as Message,
    ),
    tellRules: each(
      rules.tellRules(house, {
        locale,
        texts: [
          {
            section: 'points',
            title: titleOf,
            since: null,
            groups: [],
            brief: Array.from({ length: isLong ? 12 : 1 }, () => tier.benefit[locale].repeat(isLong ? 2 : 1)),
            changes: isLong ? [{ heading: titleOf, lines: [titleOf] }] : [],
          },
        ],
      }),
    ),
    unknownTextMessage: ([1, 2, 3] as const).map((variant) => [friends.unknownTextMessage(turn, variant)]),
    helpMessage: each(friends.helpMessage(turn)),
    languageChosenMessage: each(friends.languageChosenMessage(locale)),
    oldButtonMessage: each(friends.oldButtonMessage(turn)),
    notDoneMessage: each(notDoneMessage(house, locale)),
    renderArm: renderCampaign(stage, displayName, offer(0)),
    withStopHint: [
      withStopHint([tiers.drawMemberCard(house, card)], kit, locale),
      withStopHint([friends.languageChosenMessage(locale)], kit, locale),
    ],
  };
}

/** What a marketer may write at most, and what most write. */
function renderCampaign(stage: Stage, displayName: string | null, offer: Offer): Message[][] {
  const { house, locale, isLong } = stage;
  const content = templateContent.parse({
    arms: [
      {
        key: 'a',
        messages: {
          'zh-TW': [
            {
              type: 'text',
              text: '{name}，您是{tier}會員，有 {points}，{pointsEnding} 可用到 {pointsEndOn}。',
            },
            {
              type: 'card',
              title: isLong ? '新品'.repeat(20) : '新品到店',
              text: isLong ? '門市有新的杯子。'.repeat(60) : '門市有新的杯子。',
              ...(isLong && {
                pictureUrl: 'https://shuke.example/cup.png',
                buttons: [1, 2, 3].map((n) => ({
                  label: `看看第 ${n} 款`,
                  uri: 'https://shuke.example/cups',
                })),
              }),
            },
            { type: 'coupon', couponKey: offer.couponKey },
          ],
          en: [{ type: 'text', text: '{name}, you have {points}.' }],
          ja: [{ type: 'text', text: '{name}さん、{points}あります。' }],
        },
      },
    ],
  });
  const ends = isLong ? { on: '2027-01-31' } : { afterDays: 30 };
  const coupons = new Map([[offer.couponKey, { offer, nextSeq: 1, ends }]]);
  const tier = stage.tiers.tiers[0]?.key ?? '';
  const data = { versionId: 1, arm: 'a', points: 1_280, tier, pointsEnding: 80, pointsEndOn: '2026-12-31' };
  const rendered = campaign.renderArm(
    { content, coupons, storeNames: new Map(), tiers: stage.tiers },
    { house, locale, displayName, now, data },
  );
  if (!rendered.ok) throw new Error(rendered.reason);
  return [rendered.messages];
}
