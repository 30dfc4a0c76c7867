import { requestAdjustment } from '#features/points/adjustments/request-adjustment.ts';
import { endDuePoints, releaseDuePoints } from '#features/points/points-job.ts';
import { pointsPolicy } from '#features/points/points-rules.ts';
import { staffPolicy } from '#features/staff/staff-policy-rules.ts';
import { reviewDueTiers } from '#features/tiers/review/review-tiers-job.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { sql } from '#foundation/db.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { hire } from '../staff/people.ts';
import { tester } from '../support/shop.ts';
import { createChance } from './chance.ts';
import { expectSame, type LedgerBrand, type Outcome, refusalOf, type Shopper } from './ledger-brand.ts';
import {
  createMemberModel,
  type ModelAnswer,
  type ModelRules,
  type ModelState,
  toDay,
  toText,
} from './ledger-model.ts';
import { type Batch, makeBatch, type Step } from './ledger-steps.ts';

type Model = ReturnType<typeof createMemberModel>;
/** One sequence under way. */
type Player = {
  member: Shopper;
  model: Model;
  tag: string;
  receipts: { receiptNo: string; boughtOn: number; linesTwd: number[] }[];
};
type Broken = { sequence: number; step: number; what: string[] };
type Stage = { brand: LedgerBrand; rules: ModelRules; staffId: number };

const goods = [
  { sku: 'TEA-1', name: '高山茶', category: '茶葉' },
  { sku: 'CUP-1', name: '茶杯', category: '器皿' },
];
const memberDay = { monthDays: [1, 2, 3, 4, 5, 6, 7, 15, 28], earnPercent: 175 };
const rulesFrom = new Date('2001-01-01T00:00:00Z');
/** What the tiers earn, from the first up. */
const percents = [100, 120, 200];
const noon = (day: number) => `${toText(day)}T12:00:00+08:00`;
let plays = 0;

/**
 * So many random sequences of purchases at the till's door, payments, returns, adjustments and nights, each on a
 * member of its own beside a model of that member; after every step both must say the same. All live through the same
 * days at the same time, so that the night's jobs meet them all at once. Once on a brand: its days never go back, so
 * that its books can be proved afterwards.
 */
export async function playSequences(
  brand: LedgerBrand,
  of: { seed: number; sequences: number },
): Promise<Outcome> {
  const stage = await openStage(brand);
  const startedAt = performance.now();
  const batch = makeBatch(createChance(of.seed), of.sequences);
  const [broken] = await playBatch(stage, batch);
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    figures: {
      sequences: of.sequences,
      steps: batch.sequences.reduce((sum, sequence) => sum + sequence.length, 0),
      'sequences a second': Math.round(of.sequences / seconds),
    },
    findings: broken ? [await tellShortest(stage, batch, broken, of.seed)] : [],
  };
}

async function openStage(brand: LedgerBrand): Promise<Stage> {
  const now = brand.clock.now();
  const { version: _, ...pointsNow } = await readPolicy(brand.db, pointsPolicy, now);
  const { version: __, ...tiersNow } = await readPolicy(brand.db, tiersPolicy, now);
  if (tiersNow.mode !== 'threshold') throw new Error('The model knows tiers by threshold only');
  const name = { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' };
  const { monthDays, earnPercent } = memberDay;
  const points = {
    ...pointsNow,
    memberDays: [
      {
        key: 'tea',
        name,
        when: { kind: 'month_days' as const, monthDays },
        storeCodes: null,
        categories: ['茶葉'],
        earnPercent,
      },
    ],
  };
  const tiers = {
    ...tiersNow,
    tiers: tiersNow.tiers.map((tier, at) => ({ ...tier, earnPercent: percents[at] ?? 100 })),
  };
  await brand.transact(async (tx) => {
    const by = { effectiveFrom: rulesFrom, now, actor: tester };
    await publishPolicy(tx, pointsPolicy, { data: points, ...by });
    await publishPolicy(tx, tiersPolicy, { data: tiers, ...by });
  });
  const { adjustPointsAbove } = await readPolicy(brand.db, staffPolicy, now);
  const { staffId } = await hire(brand.db, 'manager', { storeIds: [brand.store.storeId] });
  return {
    brand,
    staffId,
    rules: {
      twdPerPoint: points.twdPerPoint,
      pointValueTwd: points.pointValueTwd,
      waitDays: points.returnWindowDays,
      tiers: tiers.tiers,
      memberDay,
      adjustAlone: adjustPointsAbove,
    },
  };
}

/** @returns where a sequence and its model differ, each sequence once, at the first step where they do */
async function playBatch(stage: Stage, { timeline, sequences }: Batch): Promise<Broken[]> {
  const { brand } = stage;
  const members = await brand.welcome(sequences.length);
  const players = members.map(
    (member): Player => ({
      member,
      model: createMemberModel(stage.rules),
      tag: `Q${plays++}`,
      receipts: [],
    }),
  );
  const longest = Math.max(...sequences.map((sequence) => sequence.length));
  let today = toDay(timeline.startsOn);
  const broken: Broken[] = [];
  for (let step = 0; step < longest && broken.length === 0; step++) {
    const { days = 0, nights = 0 } = timeline.pauses[step] ?? {};
    today += days;
    brand.clock.set(noon(today));
    await passNights(brand, nights, toText(today));
    if (nights > 0) for (const { model } of players) model.night(today);
    const wrong = await brand.rush(players.length, (nth) => {
      const doing = sequences[nth]?.[step];
      return doing ? play(stage, players[nth] as Player, doing, { step, today }) : Promise.resolve([]);
    });
    const states = await readStates(brand, members, stage.rules.tiers[0]?.key ?? '');
    for (const [sequence, { member, model }] of players.entries()) {
      const what = [
        ...(wrong[sequence] ?? []),
        ...expectSame('what is held', model.read(), states.get(member.memberId)),
      ];
      if (what.length > 0) broken.push({ sequence, step, what });
    }
  }
  return broken;
}

async function passNights(brand: LedgerBrand, times: number, today: string): Promise<void> {
  const job = { db: brand.db, transact: brand.transact, now: brand.clock.now(), today };
  for (let time = 0; time < times; time++) {
    await releaseDuePoints(job);
    await endDuePoints(job);
    await reviewDueTiers(brand.db, brand.transact, job);
  }
}

/** @returns in what the door's answer differs from the model's */
async function play(
  stage: Stage,
  player: Player,
  step: Step,
  at: { step: number; today: number },
): Promise<string[]> {
  if (step.op === 'buy') return buy(stage.brand, player, step, at);
  if (step.op === 'return') return giveBack(stage.brand, player, step, at);
  const { brand, staffId } = stage;
  const outcome = await brand.transact((tx) =>
    requestAdjustment(tx, {
      memberId: player.member.memberId,
      points: step.points,
      reason: 'lost receipt',
      storeId: brand.store.storeId,
      staffId,
      now: brand.clock.now(),
      actor: { kind: 'staff', id: String(staffId) },
    }),
  );
  const { state, refused, balance } = player.model.adjust(step.points, at.today);
  const found = outcome.ok
    ? { state: outcome.state, ...(outcome.state === 'done' && { balance: outcome.balance }) }
    : { refused: outcome.reason };
  return expectSame('the adjustment', { state, refused, balance }, found);
}

async function buy(
  brand: LedgerBrand,
  { member, model, tag, receipts }: Player,
  step: Step & { op: 'buy' },
  { step: nth, today }: { step: number; today: number },
): Promise<string[]> {
  const boughtOn = today - step.lateDays;
  const usable = model.spendable(boughtOn, today);
  const wished = { nothing: 0, some: Math.ceil(usable / 3), all: usable, 'too many': usable + 1 }[step.pay];
  const pointsPaid = step.pay === 'too many' ? wished : Math.min(wished, step.totalTwd);
  const receiptNo = `${tag}-${nth}`;
  const countedTwd = Math.floor(step.totalTwd * step.tea);
  const linesTwd = [countedTwd, step.totalTwd - countedTwd];
  const answer = await brand.buy({
    receiptNo,
    totalTwd: step.totalTwd,
    lines: linesTwd.map((unitPriceTwd, at) => ({ ...goods[at], lineNo: at + 1, quantity: 1, unitPriceTwd })),
    channel: step.channel,
    purchasedAt: noon(boughtOn),
    member: { memberNo: member.memberNo },
    pointsPaid,
  });
  const expected = model.buy({
    boughtOn,
    today,
    channel: step.channel,
    totalTwd: step.totalTwd,
    countedTwd,
    pointsPaid,
  });
  if (expected.status === 201) receipts.push({ receiptNo, boughtOn, linesTwd });
  const { points } = answer.body as { points?: { earned: number; availableOn: string; balance: number } };
  const { earned, availableOn, balance } = points ?? {};
  return expectSame('the purchase', expected, toFound(answer, { earned, availableOn, balance }));
}

async function giveBack(
  brand: LedgerBrand,
  { model, tag, receipts }: Player,
  step: Step & { op: 'return' },
  { step: nth, today }: { step: number; today: number },
): Promise<string[]> {
  if (receipts.length === 0) return [];
  const which = step.which % receipts.length;
  const receipt = receipts[which] as Player['receipts'][number];
  const { totalTwd, returnedTwd } = model.receipts[which] as Model['receipts'][number];
  const part = Math.min(totalTwd - returnedTwd, Math.max(1, Math.floor(totalTwd * step.share)));
  const amountTwd = step.share === 1 || part === 0 ? null : part;
  const answer = await brand.giveBack({
    receiptNo: receipt.receiptNo,
    purchasedOn: toText(receipt.boughtOn),
    returnNo: `${tag}-${nth}`,
    ...(amountTwd === null ? { full: true } : { lines: takeFrom(receipt.linesTwd, amountTwd) }),
  });
  const expected = model.giveBack(which, amountTwd, today);
  const { points, isFull } = answer.body as { points?: object; isFull?: boolean };
  return expectSame('the return', expected, toFound(answer, { ...points, isFull }));
}

/** So much money back, from the first line on. @param leftTwd what is left of each line; it is less afterwards */
function takeFrom(leftTwd: number[], amountTwd: number) {
  let missing = amountTwd;
  return leftTwd.flatMap((left, at) => {
    const part = Math.min(left, missing);
    missing -= part;
    leftTwd[at] = left - part;
    return part > 0 ? [{ lineNo: at + 1, quantity: 0, amountTwd: part }] : [];
  });
}

const toFound = (answer: Parameters<typeof refusalOf>[0], of: object): ModelAnswer =>
  answer.status === 201 ? { status: 201, ...of } : { status: answer.status, refused: refusalOf(answer) };

/** What the database says of these members, in the model's words. */
async function readStates(
  { db }: LedgerBrand,
  members: readonly Shopper[],
  firstTier: string,
): Promise<Map<number, ModelState>> {
  const found = await sql<ModelState & { memberId: number }>`
    select m.id as "memberId",
      coalesce(max(a.balance) filter (where a.kind = 'active'), 0) as active,
      coalesce(max(a.balance) filter (where a.kind = 'pending'), 0) as pending,
      coalesce(max(a.balance) filter (where a.kind = 'debt'), 0) as debt,
      array(select b.kind || ' ' || l.ends_on || ': ' || sum(l.remaining)
            from points_accounts b join points_lots l on l.account_id = b.id and l.is_open
            where b.member_id = m.id group by b.kind, l.ends_on order by 1) as lots,
      coalesce(max(t.tier_key), ${firstTier}) as tier, max(t.review_on) as "reviewOn"
    from unnest(${members.map(({ memberId }) => memberId)}::bigint[]) m(id)
    left join points_accounts a on a.member_id = m.id
    left join tier_memberships t on t.member_id = m.id and t.until is null
    group by m.id`.execute(db);
  return new Map(found.rows.map(({ memberId, ...state }) => [memberId, state]));
}

/** The failing sequence alone, without the steps that it fails without, as text from which it can be played again. */
async function tellShortest(stage: Stage, batch: Batch, broken: Broken, seed: number): Promise<string> {
  const sequence = (batch.sequences[broken.sequence] ?? []).slice(0, broken.step + 1);
  let shortest = sequence;
  let what = broken.what;
  for (let at = sequence.length - 1; at >= 0; at--) {
    const shorter = shortest.with(at, null);
    const [again] = await playBatch(stage, { timeline: batch.timeline, sequences: [shorter] });
    if (!again) continue;
    shortest = shorter;
    what = again.what;
  }
  const told = shortest.map((step, at) => JSON.stringify({ ...batch.timeline.pauses[at], ...step }));
  return [
    `seed ${seed}, sequence ${broken.sequence}, from ${batch.timeline.startsOn} on:`,
    ...told.map((line) => `  ${line}`),
    ...what.map((line) => `  ${line}`),
  ].join('\n');
}
