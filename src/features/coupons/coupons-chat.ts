import { needsBindingMessage, spendingHeldMessage } from '#features/members/binding/bind-outcome-messages.ts';
import { spendingLockedNote } from '#features/members/code/code-messages.ts';
import { checkSpending } from '#features/members/spending-rules.ts';
import { addDays, dateInZone, wireClock } from '#foundation/clock.ts';
import { type Tx, together } from '#foundation/db.ts';
import type { Answer, Message, Turn } from '#line/turn.ts';
import { type Person, readPersonByLine } from '../members/person-reads.ts';
import { readStoreByCode, readStoreNames } from '../stores/store-reads.ts';
import { claimCoupon } from './claim-coupon.ts';
import { readClaimableCoupons } from './claimable-reads.ts';
import { tellShownCode } from './codes/code-messages.ts';
import { showCode } from './codes/show-code.ts';
import type { Offer } from './coupon-reads.ts';
import { tellClaim, tellClaimable, tellHeld, tellHow, ticketsPerPage } from './coupons-messages.ts';
import { readHeldClaims } from './held-claims-reads.ts';
import type { TicketSurroundings } from './ticket-messages.ts';
import type { TierStanding } from './tier-rules.ts';
import { readUsedClaims } from './used-claims-reads.ts';

/** Used coupons stay among one's own for so many days. */
const usedDays = 7;

/** @param deps.readTier tiers stand later in the street: the composition root hands them in */
export function createCouponChat(deps: {
  readTier(tx: Tx, memberId: number, now: Date): Promise<TierStanding>;
}) {
  /** Keyword `coupons`, postback `go:coupons`: those who have not bound may look around. */
  async function showCoupons(turn: Turn, tx: Tx): Promise<Answer> {
    const person = await readBound(tx, turn);
    const tier = person && (await deps.readTier(tx, person.memberId, turn.now));
    const all = await readClaimableCoupons(tx, {
      member: person && tier && { memberId: person.memberId, tierKey: tier.key },
      now: turn.now,
      today: today(turn),
    });
    if (!person && all.length === 0) return { messages: [needsBindingMessage(turn)] };
    const page = cutPage(all, turn);
    const about = await surround(
      turn,
      tx,
      page.items.map(({ offer }) => offer),
    );
    const tierNames = new Map(tier?.tiers.map(({ key, name }) => [key, name]));
    return { messages: tellClaimable(about, page, tierNames) };
  }

  /** Postback `claim`: `id` of the coupon, `n` the how-manyth claim the button stands for, `p` the price agreed to. */
  async function claim(turn: Turn, tx: Tx): Promise<Answer> {
    const args = turn.input.kind === 'postback' ? turn.input.args : {};
    const person = await readBound(tx, turn);
    if (!person) return { messages: [needsBindingMessage(turn)] };
    const couponId = readCount(args.id);
    const tier = await deps.readTier(tx, person.memberId, turn.now);
    const outcome = await claimCoupon(tx, {
      couponId: couponId ?? 0,
      memberId: person.memberId,
      wantedSeq: readCount(args.n),
      tierKey: tier.key,
      now: turn.now,
      today: today(turn),
      agreed: { points: readCount(args.p), spending: checkSpending(person, turn.now) },
      actor: { kind: 'member', id: String(person.memberId) },
      source: 'chat',
    });
    if (!outcome.ok && outcome.reason === 'unknown_coupon') return showCoupons(turn, tx);
    if (!outcome.ok && (outcome.reason === 'spending_held' || outcome.reason === 'spending_locked'))
      return { messages: [tellProtected(turn, person)] };
    return { messages: [tellClaim(turn, outcome, tier)], late: 'push' };
  }

  return { showCoupons, claim, showMine, showCouponCode, showHow };
}

/** Nothing of the member can be spent now: until when, or that a person will speak with them. */
function tellProtected(turn: Turn, person: Person): Message {
  const { spendingHeldUntil, spendingLockedAt } = person;
  return spendingHeldUntil && !spendingLockedAt
    ? spendingHeldMessage(turn, spendingHeldUntil)
    : spendingLockedNote(turn);
}

/** Keyword `my_coupons`, postback `go:mine`. */
async function showMine(turn: Turn, tx: Tx): Promise<Answer> {
  const person = await readBound(tx, turn);
  if (!person) return { messages: [needsBindingMessage(turn)] };
  const since = addDays(today(turn), -usedDays);
  const [held, used] = await together(
    readHeldClaims(tx, person.memberId, today(turn)),
    readUsedClaims(tx, { memberId: person.memberId, since, limit: ticketsPerPage }),
  );
  const page = cutPage(held, turn);
  const storeNames = await readStoreNames(tx, [...new Set(used.map(({ storeId }) => storeId))]);
  const about = await surround(
    turn,
    tx,
    [...page.items, ...used].map(({ offer }) => offer),
  );
  const named = used.map((each) => ({ ...each, storeName: storeNames.get(each.storeId) ?? '' }));
  return { messages: tellHeld(about, page, named) };
}

/** Postback `coupon:code`: `id` of the claim, `k` the kind; what is no longer in the hand shows what is. */
async function showCouponCode(turn: Turn, tx: Tx): Promise<Answer> {
  const args = turn.input.kind === 'postback' ? turn.input.args : {};
  const person = await readBound(tx, turn);
  if (!person) return { messages: [needsBindingMessage(turn)] };
  if (checkSpending(person, turn.now) !== 'free') return { messages: [tellProtected(turn, person)] };
  const wireNow = wireClock.now();
  const shown = await showCode(tx, turn.house.secrets, {
    claimId: readCount(args.id) ?? 0,
    memberId: person.memberId,
    kind: args.k === 'online' || args.k === 'counter' ? args.k : null,
    today: today(turn),
    wireNow,
  });
  if (!shown.ok) return showMine(turn, tx);
  return { messages: [tellShownCode({ ...turn, wireNow }, shown)] };
}

/** Postback `coupon:how`. */
async function showHow(turn: Turn): Promise<Answer> {
  return { messages: [tellHow(turn.house, turn.locale)] };
}

async function readBound(tx: Tx, turn: Turn): Promise<Person | null> {
  const person = await readPersonByLine(tx, turn.lineUserId);
  return person?.joinedAt ? person : null;
}

const today = (turn: Turn): string => dateInZone(turn.now, turn.house.brand.zone);

const readCount = (text: string | undefined): number | null =>
  text !== undefined && /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : null;

function cutPage<Item>(all: readonly Item[], turn: Turn): { items: Item[]; total: number; from: number } {
  const asked = turn.input.kind === 'postback' ? readCount(turn.input.args.from) : null;
  // An old button may ask for a page that is gone.
  const from = asked !== null && asked < all.length ? asked : 0;
  return { items: all.slice(from, from + ticketsPerPage), total: all.length, from };
}

async function surround(turn: Turn, tx: Tx, offers: readonly Offer[]): Promise<TicketSurroundings> {
  const codes = new Set(offers.flatMap((offer) => offer.storeCodes ?? []));
  const stores = await together(...[...codes].map((code) => readStoreByCode(tx, code)));
  const storeNames = new Map(stores.flatMap((store) => (store ? [[store.code, store.name]] : [])));
  return { kit: turn.house.flex, locale: turn.locale, today: today(turn), storeNames };
}
