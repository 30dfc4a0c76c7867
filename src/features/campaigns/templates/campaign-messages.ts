import type { messagingApi } from '@line/bot-sdk';
import { z } from 'zod';
import { dateInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { formatEnd, formatPoints } from '#foundation/i18n.ts';
import { idList, userIdList } from '#foundation/lists.ts';
import { readPolicy } from '#foundation/policy.ts';
import { flexMessage, textMessage } from '#line/flex.ts';
import { uriAction } from '#line/flex-actions.ts';
import type { Message } from '#line/turn.ts';
import { declareMessageKind, type LeasedRow } from '#outbox/kinds.ts';
import type { ClaimableCoupon } from '../../coupons/claimable-reads.ts';
import { drawClaimable } from '../../coupons/ticket-messages.ts';
import { createFiller, type SentenceFiller } from '../../flows/flow-messages.ts';
import { readStores } from '../../stores/store-reads.ts';
import { type TiersPolicy, tiersPolicy } from '../../tiers/tier-rules.ts';
import { readShowableCoupons } from './showable-coupon-reads.ts';
import { readContent } from './template-reads.ts';
import {
  couponsOf,
  messagesOf,
  type TemplateArm,
  type TemplateContent,
  type TemplateMessage,
  type TemplateVariable,
  variablesOf,
} from './template-rules.ts';

const campaignData = z.object({
  versionId: z.int().positive(),
  arm: z.string(),
  points: z.int().optional(),
  tier: z.string().nullish(),
  pointsEnding: z.int().nullish(),
  pointsEndOn: z.iso.date().nullish(),
});
export type CampaignData = z.infer<typeof campaignData>;
type Row = Pick<LeasedRow<CampaignData>, 'locale' | 'displayName' | 'data' | 'now' | 'house'>;

/** What one version needs to be rendered, the same for everybody of a leasing transaction. */
type Script = {
  content: TemplateContent;
  coupons: ReadonlyMap<string, ClaimableCoupon>;
  storeNames: ReadonlyMap<string, string>;
  tiers: TiersPolicy;
};

/** Read once a transaction, however many rows it leases. */
const scriptsIn = new WeakMap<Tx, Map<number, Promise<Script>>>();

function readScriptOnce(tx: Tx, row: Row): Promise<Script> {
  const scripts = scriptsIn.get(tx) ?? new Map<number, Promise<Script>>();
  scriptsIn.set(tx, scripts);
  const { versionId } = row.data;
  const known = scripts.get(versionId) ?? readScript(tx, row);
  scripts.set(versionId, known);
  return known;
}

async function readScript(tx: Tx, { data, now, house }: Row): Promise<Script> {
  const content = await readContent(tx, data.versionId);
  const keys = couponsOf(content).map(({ couponKey }) => couponKey);
  const today = dateInZone(now, house.brand.zone);
  const stores = keys.length > 0 ? await readStores(tx, { limit: 200 }) : [];
  return {
    content,
    coupons: await readShowableCoupons(tx, { keys, now, today }),
    storeNames: new Map(stores.map((store) => [store.code, store.name])),
    tiers: await readPolicy(tx, tiersPolicy, now),
  };
}

/**
 * A campaign's message to one person. Consent, blocking, caps, quiet hours and the campaign being stopped are the
 * outbox's to ask; asked here is whether the card is still the reader's and still says something true.
 */
export const campaignKind = declareMessageKind<CampaignData>({
  key: 'campaign',
  purpose: 'marketing',
  schema: campaignData,
  async refuseTogether(tx, rows) {
    const stillTheirs = sql`v.joined_at is not null and v.line_user_id = r.line_user_id`;
    // A row may name no member, so those are no list in one text; behind a select, one plan serves lists of any length.
    const found = await sql<{ id: number; reason: string }>`
      select r.id, case when coalesce(m.id, other.id) is null then 'unbound' else 'no_consent' end as reason
      from rows from (unnest((select ${idList(rows.map(({ id }) => id))})),
                      unnest((select ${rows.map(({ memberId }) => memberId)}::bigint[])),
                      unnest((select ${userIdList(rows.map(({ lineUserId }) => lineUserId))})))
        as r (id, member_id, line_user_id)
      left join lateral (
        select v.id from members_published_members v where v.id = r.member_id and ${stillTheirs} offset 0) m on true
      -- Two records of one person were made one in the meantime.
      left join lateral (
        select v.id from members_published_numbers n join members_published_members v on v.id = n.merged_into_id
        where m.id is null and n.id = r.member_id and ${stillTheirs} offset 0) other on true
      where coalesce(m.id, other.id) is null or not exists (
        select 1 from members_published_consents c
        where c.member_id = coalesce(m.id, other.id) and c.purpose = 'marketing')`.execute(tx);
    return new Map(found.rows.map(({ id, reason }) => [id, reason]));
  },
  async stillDue(tx, row) {
    const outcome = await renderOnce(tx, row);
    return outcome.ok ? null : outcome.reason;
  },
  async render(tx, row) {
    const outcome = await renderOnce(tx, row);
    return outcome.ok ? outcome.messages : [];
  },
});

/** Asked whether it is still due, a row is rendered at once; that it is asked next what it says costs nothing more. */
const renderedLast = new WeakMap<Script, { row: LeasedRow<CampaignData>; outcome: RenderedArm }>();

async function renderOnce(tx: Tx, row: LeasedRow<CampaignData>): Promise<RenderedArm> {
  const script = await readScriptOnce(tx, row);
  const last = renderedLast.get(script);
  if (last?.row === row) return last.outcome;
  const outcome = renderArm(script, row);
  renderedLast.set(script, { row, outcome });
  return outcome;
}

export type RenderedArm =
  | { ok: true; messages: Message[] }
  | { ok: false; reason: 'no_such_arm' | 'coupon_over' | 'empty_variable' };

/** What is the same for all readers of a script is drawn once. */
type Drawn = {
  /** What an arm without variables says, by arm and language. */
  arms: Map<string, RenderedArm>;
  isForAll: Map<TemplateArm, boolean>;
  footers: Map<TemplateMessage, messagingApi.FlexBox>;
};
const drawnOf = new WeakMap<Script, Drawn>();

/**
 * Pure: the messages of an arm for one reader, from what was frozen and what is the same for everybody. Readers of
 * an arm without variables get the very same object.
 */
export function renderArm(script: Script, row: Row): RenderedArm {
  const arm = script.content.arms.find(({ key }) => key === row.data.arm);
  if (!arm) return { ok: false, reason: 'no_such_arm' };
  const drawn = drawnOf.get(script) ?? { arms: new Map(), isForAll: new Map(), footers: new Map() };
  drawnOf.set(script, drawn);
  const key = `${arm.key} ${row.locale}`;
  const known = drawn.arms.get(key);
  if (known) return known;
  const outcome = drawArm(script, row, arm, drawn);
  const isForAll = drawn.isForAll.get(arm) ?? variablesOf({ ...script.content, arms: [arm] }).size === 0;
  drawn.isForAll.set(arm, isForAll);
  if (isForAll) drawn.arms.set(key, outcome);
  return outcome;
}

function drawArm(script: Script, row: Row, arm: TemplateArm, drawn: Drawn): RenderedArm {
  const written = messagesOf(arm, row.locale);
  const filler = createFiller(row);
  const values = valuesOf(script, row);
  const messages: Message[] = [];
  for (const message of written) {
    if (message.type === 'coupon') {
      const coupon = script.coupons.get(message.couponKey);
      if (!coupon) return { ok: false, reason: 'coupon_over' };
      messages.push(drawCoupon(script, row, coupon));
    } else messages.push(...draw(row, message, filler, values, drawn));
  }
  return filler.missing() ? { ok: false, reason: 'empty_variable' } : { ok: true, messages };
}

function valuesOf({ tiers }: Script, { data, locale, now, house }: Row): Record<string, string | null> {
  const tier = tiers.tiers.find(({ key }) => key === data.tier);
  return {
    points: data.points === undefined ? null : formatPoints(locale, data.points),
    tier: tier?.name[locale] ?? null,
    pointsEnding: data.pointsEnding ? formatPoints(locale, data.pointsEnding) : null,
    pointsEndOn: data.pointsEndOn
      ? formatEnd(locale, data.pointsEndOn, dateInZone(now, house.brand.zone))
      : null,
  } satisfies Record<Exclude<TemplateVariable, 'name'>, string | null>;
}

function draw(
  { house: { flex: kit } }: Row,
  message: Exclude<TemplateMessage, { type: 'coupon' }>,
  filler: SentenceFiller,
  values: Record<string, string | null>,
  { footers }: Drawn,
): Message[] {
  const text = filler.fill(message.text, values);
  if (message.type === 'text') return text === '' ? [] : [textMessage(text)];
  const title = filler.fill(message.title, values);
  if (text === '' || title === '') return [];
  if (message.buttons.length > 0 && !footers.has(message)) {
    const actions = message.buttons.map(({ label, uri }) => uriAction(label, uri));
    footers.set(message, kit.footer(kit.buttons(actions)));
  }
  const footer = footers.get(message);
  const card = kit.bubble('mega', {
    ...(message.pictureUrl && { hero: kit.hero(message.pictureUrl) }),
    body: kit.body([kit.text(title, { size: 'lg', bold: true }), kit.text(text)]),
    ...(footer && { footer }),
  });
  return [flexMessage(title, card)];
}

function drawCoupon({ storeNames }: Script, { house, locale, now }: Row, coupon: ClaimableCoupon): Message {
  const today = dateInZone(now, house.brand.zone);
  const about = { kit: house.flex, locale, today, storeNames };
  return flexMessage(coupon.offer.title[locale], drawClaimable(about, coupon, null));
}
