import type { Db } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type FlowKey, type FlowSettings, flowKeys, flowSettings } from './flow-rules.ts';

export type Flow<Key extends FlowKey = FlowKey> = {
  key: Key;
  isOn: boolean;
  switchedOnAt: Date | null;
  /** The lower goes first when the cap is short. */
  rank: number;
  settings: FlowSettings<Key>;
};

/** All flows, first in rank first. */
export async function readFlows(db: Db): Promise<Flow[]> {
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where('key', 'in', flowKeys)
    .orderBy('rank')
    .execute();
  return rows.map((row) => ({
    key: row.key,
    isOn: row.is_on,
    switchedOnAt: row.switched_on_at,
    rank: row.rank,
    settings: flowSettings[row.key].parse(row.settings),
  }));
}

/** One flow of a known key; its settings are of that key. */
export async function readFlow<Key extends FlowKey>(db: Db, key: Key): Promise<Flow<Key> | null> {
  const found = (await readFlows(db)).find((flow): flow is Flow<Key> => flow.key === key);
  return found ?? null;
}

/** The sentences of a step; where a language has none, those of zh-TW. */
export async function readFlowWords(
  db: Db,
  of: { flow: FlowKey; step: string; locale: Locale },
): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom('flow_words')
    .select(['locale', 'words'])
    .where('flow_key', '=', of.flow)
    .where('step', '=', of.step)
    .where('locale', 'in', [of.locale, 'zh-TW'])
    .execute();
  const byLocale = new Map(rows.map((row) => [row.locale, row.words]));
  return byLocale.get(of.locale) ?? byLocale.get('zh-TW') ?? {};
}
