import type { Db } from '#foundation/db.ts';
import { type Locale, locales } from '#foundation/i18n.ts';
import type { ApprovalKind, ApprovalSummary } from './approval-kind-rules.ts';

/** The words of an action in every language, to be kept with it: what is decided cannot be described later. */
export async function describeInAll<Request>(
  db: Db,
  kind: ApprovalKind<Request>,
  request: Request,
  now: Date,
): Promise<Record<Locale, ApprovalSummary>> {
  const summaries: [Locale, ApprovalSummary][] = [];
  for (const locale of locales) summaries.push([locale, await kind.describe(db, request, { locale, now })]);
  return Object.fromEntries(summaries) as Record<Locale, ApprovalSummary>;
}
