import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { type TemplateContent, templateContent } from './template-rules.ts';

export type TemplateVersion = {
  versionId: number;
  version: number;
  content: TemplateContent;
  changedAt: Date;
  /** Since when it stays as it is, because a campaign was scheduled with it; null = it can still change. */
  lockedAt: Date | null;
};
export type Template = { templateId: number; key: string; name: string; newest: TemplateVersion };

type Row = Omit<TemplateVersion, 'content'> & Omit<Template, 'newest'> & { content: unknown };

const toTemplate = ({ templateId, key, name, ...newest }: Row): Template => ({
  templateId,
  key,
  name,
  newest: { ...newest, content: templateContent.parse(newest.content) },
});

/** Templates by their keys, each with its newest version. @param input.after the key of the last one seen */
export async function readTemplates(
  db: Db,
  input: { after?: string | undefined; limit: number },
): Promise<Template[]> {
  const found = await sql<Row>`
    select t.id as "templateId", t.key, t.name, v.id as "versionId", v.version, v.content,
           v.changed_at as "changedAt", v.locked_at as "lockedAt"
    from campaign_templates t
    join lateral (select * from campaign_template_versions v where v.template_id = t.id
                  order by version desc limit 1) v on true
    where t.key > ${input.after ?? ''} order by t.key limit ${input.limit}`.execute(db);
  return found.rows.map(toTemplate);
}

/** The template of this key with its newest version, or null. */
export async function readTemplate(db: Db, key: string): Promise<Template | null> {
  const found = await sql<Row>`
    select t.id as "templateId", t.key, t.name, v.id as "versionId", v.version, v.content,
           v.changed_at as "changedAt", v.locked_at as "lockedAt"
    from campaign_templates t join campaign_template_versions v on v.template_id = t.id
    where t.key = ${key} order by v.version desc limit 1`.execute(db);
  const [row] = found.rows;
  return row ? toTemplate(row) : null;
}

/** What a version says. @throws when there is no such version */
export async function readContent(db: Db, versionId: number): Promise<TemplateContent> {
  const row = await db
    .selectFrom('campaign_template_versions')
    .select('content')
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow();
  return templateContent.parse(row.content);
}

/** What a template says now, its version and what it says. @throws when there is no such template */
export async function readNewestVersion(
  db: Db,
  templateId: number,
): Promise<{ versionId: number; content: TemplateContent }> {
  const row = await db
    .selectFrom('campaign_template_versions')
    .select(['id', 'content'])
    .where('template_id', '=', templateId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return { versionId: row.id, content: templateContent.parse(row.content) };
}
