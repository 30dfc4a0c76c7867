import type { Language } from '../../../kit/browser/contract.ts';
import { sayList, sayMoment } from '../../../kit/browser/say.ts';
import type { AuditEntry, AuditParty } from './audit-api.ts';
import type { AuditWords } from './words.zh-TW.ts';

const find = (words: Record<string, string>, key: string): string | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined;

/** What was done; an action that has no words yet keeps its key. */
export const sayAction = (words: AuditWords, action: string): string => find(words.actions, action) ?? action;

/** "陳怡君停用了帳號「林小美」" */
export function sayEntry(words: AuditWords, entry: AuditEntry): string {
  const who = entry.actor.name ?? find(words.actors, entry.actor.kind) ?? entry.actor.kind;
  return words.sentence(who, sayAction(words, entry.action), saySubject(entry.subject, entry.actor));
}

/** Nobody has to read that somebody signed themselves in. */
function saySubject(subject: AuditParty, actor: AuditParty): string | null {
  const isSame = subject.kind === actor.kind && subject.id === actor.id;
  return isSame || subject.kind === 'member' ? null : subject.name;
}

/** Fields that stand one level deeper, as those of a request do, are shown like the others. */
function spread(side: Record<string, unknown> | null): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(side ?? {}).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value)
        : [[key, value]],
    ),
  );
}

export type Change = { key: string; label: string; before: string | null; after: string | null };

/** What differs, field by field; null = there was, or is, nothing. */
export function listChanges(
  words: AuditWords,
  language: Language,
  entry: Pick<AuditEntry, 'before' | 'after'>,
  storeName: (id: string) => string | undefined,
): Change[] {
  const [before, after] = [spread(entry.before), spread(entry.after)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const say = (key: string, value: unknown): string | null => {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value))
      return sayList(
        language,
        value.map((each) => say(key, each) ?? ''),
      );
    if (typeof value === 'object') return JSON.stringify(value);
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    const text = String(value);
    if (key === 'storeId' || key === 'storeIds') return storeName(text) ?? text;
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return sayMoment(language, text);
    return find(words.values, text) ?? text;
  };
  return keys
    .map((key) => ({
      key,
      label: find(words.keys, key) ?? key,
      before: say(key, before[key]),
      after: say(key, after[key]),
    }))
    .filter((change) => change.before !== change.after);
}
