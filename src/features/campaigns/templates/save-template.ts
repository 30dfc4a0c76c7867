import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import { canonicalJson } from '#foundation/content-hash.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { readShowableCoupons } from './showable-coupon-reads.ts';
import { readTemplate, type Template } from './template-reads.ts';
import { couponsOf, type TemplateContent } from './template-rules.ts';

export type SaveTemplateOutcome =
  | { ok: true; template: Template; change: 'created' | 'changed' | 'none' }
  | Refused<'unknown_coupon', { path: string }>;

/**
 * Makes a template or changes what it says. A version that a campaign was scheduled with stays as it is; the change
 * is then a new one. Saving the same again changes and records nothing.
 * @param input.now business time
 */
export async function saveTemplate(
  tx: Tx,
  input: { key: string; name: string; content: TemplateContent; now: Date; actor: Actor },
): Promise<SaveTemplateOutcome> {
  const { key, name, content, now, actor } = input;
  const named = couponsOf(content);
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const coupons = await readShowableCoupons(tx, {
    keys: named.map(({ couponKey }) => couponKey),
    now,
    today: dateInZone(now, zone),
  });
  const strange = named.find(({ couponKey }) => !coupons.has(couponKey));
  if (strange) return refuse('unknown_coupon', { path: strange.path });

  const made = await tx
    .insertInto('campaign_templates')
    .values({ key, name, created_at: now })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  await sql`select 1 from campaign_templates where key = ${key} for update`.execute(tx);
  const before = made ? null : await readTemplate(tx, key);
  const isSame = before?.name === name && canonicalJson(before.newest.content) === canonicalJson(content);
  if (before && isSame) return { ok: true, template: before, change: 'none' };

  const templateId = made?.id ?? (before as Template).templateId;
  if (before && before.name !== name)
    await tx.updateTable('campaign_templates').set({ name }).where('id', '=', templateId).execute();
  await writeVersion(tx, templateId, before, content, now);
  const template = (await readTemplate(tx, key)) as Template;
  await recordAudit(tx, {
    at: now,
    actor,
    action: made ? 'campaign_template.created' : 'campaign_template.changed',
    subjectKind: 'campaign_template',
    subjectId: String(templateId),
    ...(before && { before: { key, name: before.name, version: before.newest.version } }),
    after: { key, name, version: template.newest.version },
  });
  return { ok: true, template, change: made ? 'created' : 'changed' };
}

async function writeVersion(
  tx: Tx,
  templateId: number,
  before: Template | null,
  content: TemplateContent,
  now: Date,
): Promise<void> {
  const newest = before?.newest;
  if (newest && canonicalJson(newest.content) === canonicalJson(content)) return;
  if (newest && newest.lockedAt === null) {
    await tx
      .updateTable('campaign_template_versions')
      .set({ content: JSON.stringify(content), changed_at: now })
      .where('id', '=', newest.versionId)
      .execute();
    return;
  }
  await tx
    .insertInto('campaign_template_versions')
    .values({
      template_id: templateId,
      version: (newest?.version ?? 0) + 1,
      content: JSON.stringify(content),
      changed_at: now,
      locked_at: null,
    })
    .execute();
}
