import { sql } from 'kysely';
import { addDays, dateInZone, timeInZone } from '#foundation/clock.ts';
import { type Tx, together } from '#foundation/db.ts';
import { idList, userIdList } from '#foundation/lists.ts';
import { readPolicy } from '#foundation/policy.ts';
import { assembleBatch, type LeasedBatchOfMany } from './assemble-batch.ts';
import type { ChosenStream } from './choose-stream.ts';
import { countLeaving, type Leaving } from './count-leaving.ts';
import { readQuotaLeft } from './count-quota.ts';
import { cutToQuota, isQuotaNear, takeWhole } from './cut-to-quota.ts';
import { type DecideContext, type Decision, decideRow, lateReplyKind } from './decide-row.ts';
import { finishRows, freezeRows, type LeaseTerms, postponeRows } from './freeze-rows.ts';
import { cutToRecipients } from './group-multicast-rules.ts';
import { keepForQuota } from './hold-sending.ts';
import { leaseMulticast } from './lease-multicast.ts';
import { lockFriends, readMarketingPast } from './lock-friends.ts';
import { type LaneName, type PickedRow, pickRows, pickStreamRows, readMulticastBodies } from './pick-rows.ts';
import { countedDays, endOfQuiet, isCapped, isQuiet, reachPolicy } from './reach-rules.ts';
import { refuseTogether } from './refuse-together.ts';
import type { Errand } from './retry-rules.ts';
import { settleRiders } from './settle-riders.ts';

export type LeaseDesk = Pick<DecideContext, 'kinds' | 'house' | 'wire' | 'log'> & {
  /** Business time. */
  now: Date;
  lease: LeaseTerms;
  /** What LINE refuses for now. */
  held: DecideContext['held'];
};

export type LeasedBatch = {
  errands: Errand[];
  /** Rows that were looked at, sent or not: while it is not 0 there may be more. */
  handled: number;
  /** Rows that were skipped because the month's messages are used up. */
  overQuota: number;
  /** Nothing now, but in so many milliseconds of wire time: a stream waits for its own pace. */
  againInMs?: number;
};

type Send = Extract<Decision, { do: 'send' }>;
type Finish = Extract<Decision, { do: 'finish' }>;
type Wait = Extract<Decision, { do: 'wait' }>;

/**
 * Takes rows that are due and decides each in this one transaction: still due, allowed, rendered, frozen, counted.
 * What it gives back may be sent once the transaction is committed, never before.
 * @param input.isPlainDue false = nothing outside of streams was due just now
 * @param input.stream the stream that fills what rows outside of streams leave of the batch
 * @throws QuotaTaken
 */
export async function leaseBatch(
  tx: Tx,
  desk: LeaseDesk,
  input: {
    lane: LaneName;
    limit: number;
    isPlainDue: boolean;
    stream: ChosenStream | null;
  },
): Promise<LeasedBatch> {
  const plain = { lane: input.lane, limit: input.limit, now: desk.now };
  const chosen = input.isPlainDue ? cutToRecipients(await pickRows(tx, plain), input.limit) : [];
  if (input.stream) {
    const { id: streamId, permits, after, reach } = input.stream;
    const limit = permits - chosen.length;
    if (limit > 0) {
      const askedAt = performance.now();
      const picked = await pickStreamRows(tx, { streamId, limit, after, now: desk.now });
      // What is cut off stays where it is, and is met next.
      const taken = cutToRecipients(picked, limit);
      reach(taken.at(-1) ?? null, performance.now() - askedAt);
      chosen.push(...taken);
    }
  }
  if (chosen.length === 0) return { errands: [], handled: 0, overQuota: 0 };
  const rows = await readMulticastBodies(tx, chosen);
  const context = await readContext(tx, desk, rows);
  const sends: Send[] = [];
  const finishes: Finish[] = [];
  const waits: Wait[] = [];
  const batches: LeasedBatchOfMany[] = [];
  const counted: PickedRow[] = [];
  const kept: number[] = [];
  for (const row of rows) {
    const decision = await decideRow(tx, row, context);
    if (row.method === 'multicast' && (decision.do === 'send' || decision.do === 'finish')) {
      const leased = await leaseMulticast(tx, row, decision, context);
      if (leased.isBusy) waits.push({ do: 'wait', row, dueAt: null, delayMs: 200 });
      await finishRows(tx, leased.finished);
      if (leased.rows.length > 0) batches.push({ head: row, ids: leased.rows.map(({ id }) => id) });
      if (leased.counts) counted.push(...leased.rows);
    } else if (decision.do === 'send') sends.push(decision);
    else if (decision.do === 'finish') finishes.push(decision);
    else if (decision.do === 'wait') waits.push(decision);
    else if (decision.do === 'keep') kept.push(row.id);
    else await pushInstead(tx, row);
  }
  await keepForQuota(tx, kept);
  const whole = assembleBatch(sends, batches, input.stream);
  const cut = context.isQuotaNear ? await cutToQuota(tx, sends, context) : { sends, over: [] };
  const { errands, frozen, leaseToken } =
    cut.over.length > 0 ? assembleBatch(cut.sends, batches, input.stream) : whole;
  finishes.push(...cut.over);
  counted.push(...cut.sends.filter((send) => send.counts).map(({ row }) => row));
  await finishRows(
    tx,
    finishes.map(({ row, state, reason }) => ({ id: row.id, state, reason })),
  );
  await settleRiders(
    tx,
    finishes.filter(({ row }) => row.batchId !== null).map(({ row }) => row.id),
  );
  await postponeRows(
    tx,
    waits.map(({ row, dueAt, delayMs }) => ({ id: row.id, dueAt, delayMs })),
  );
  await together(
    freezeRows(tx, frozen, { token: leaseToken, ...desk.lease }),
    countMarketing(tx, counted, context),
    context.isQuotaNear || takeWhole(tx, cut.sends, context),
    countLeaving(tx, context.today, describeLeaving(cut.sends, context)),
  );
  const overQuota = finishes.filter(({ reason }) => reason === 'quota').length;
  return { errands, handled: rows.length, overQuota };
}

async function readContext(
  tx: Tx,
  desk: LeaseDesk,
  rows: readonly PickedRow[],
): Promise<DecideContext & { countedSince: string }> {
  const people = rows.filter((row) => row.method !== 'reply' && row.lineUserId !== null);
  const lineUserIds = people.map((row) => row.lineUserId as string);
  const reach = await readPolicy(tx, reachPolicy, desk.now);
  const isMarketing = rows.some((row) => row.purpose === 'marketing');
  const isPush = rows.some((row) => row.channel === 'line_message' && row.method !== 'reply');
  const { zone } = desk.house.brand;
  const today = dateInZone(desk.now, zone);
  const countedSince = addDays(today, -countedDays(reach));
  const isQuietNow = isQuiet(timeInZone(desk.now, zone), reach.quietHours);
  const quota = { reservePercent: reach.quotaReservePercent, now: desk.now };
  // In this order: what counts against a person's caps is read once nobody else can send to them.
  const [friends, past, left, refused] = await together(
    lockFriends(tx, lineUserIds),
    isPush ? readMarketingPast(tx, { lineUserIds, since: countedSince, today }) : new Map(),
    isMarketing ? readQuotaLeft(tx, quota) : null,
    refuseTogether(tx, desk.kinds, rows),
  );
  return {
    ...desk,
    friends,
    reach,
    past,
    refused,
    isQuotaUsedUp: left !== null && left <= 0,
    isQuotaNear: isQuotaNear(left),
    today,
    countedSince,
    quietUntil: isQuietNow ? endOfQuiet(desk.now, reach.quietHours, zone) : null,
  };
}

/** One insert for each kind, of which there is one as a rule: the kind is said once, not once a person. */
async function countMarketing(
  tx: Tx,
  counted: readonly PickedRow[],
  { today }: DecideContext,
): Promise<void> {
  const alike = [...Map.groupBy(counted, ({ kind, attempts }) => `${attempts === 0} ${kind}`).values()];
  await together(
    ...alike.map((rows) => {
      const [{ kind, attempts }] = rows as [PickedRow];
      // What was tried may be counted still: a process of the version before gave rows back without that.
      const again =
        attempts === 0 ? sql`` : sql`on conflict (outbox_id) do update set sent_on = excluded.sent_on`;
      return sql`
        insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
        select u.person, ${today}::date, ${kind}, u.id
        from unnest(${userIdList(rows.map((row) => row.lineUserId as string))}, ${idList(rows.map(({ id }) => id))})
          as u(person, id) ${again}`.execute(tx);
    }),
  );
}

/** Pushes at their first try; `past` holds the offers of this batch as well. */
function describeLeaving(sends: readonly Send[], context: DecideContext): Leaving[] {
  return sends.flatMap(({ row, messages, counts }) => {
    if (messages === null || (row.purpose !== 'service' && !counts)) return [];
    const pushes = context.past.get(row.lineUserId as string)?.pushes ?? [];
    const isService = row.purpose === 'service';
    return {
      purpose: isService ? ('service' as const) : ('marketing' as const),
      kind: row.kind,
      inStream: row.streamId !== null,
      isBeyondCap: isService && isCapped(pushes, context.today, context.reach.caps),
      isInQuiet: isService && context.quietUntil !== null,
    };
  });
}

/** A reply that was never tried and whose token has run out, where the person must know what was done. */
async function pushInstead(tx: Tx, row: PickedRow): Promise<void> {
  const { messages } = JSON.parse((row.body as Buffer).toString('utf8')) as { messages: unknown };
  const json = JSON.stringify({ to: row.lineUserId, messages });
  await sql`
    update outbox_messages
    set method = 'push', kind = ${lateReplyKind}, purpose = 'service', reply_token = null,
        body = convert_to(${json}, 'UTF8'), body_sha256 = sha256(convert_to(${json}, 'UTF8'))
    where id = ${row.id}`.execute(tx);
}
