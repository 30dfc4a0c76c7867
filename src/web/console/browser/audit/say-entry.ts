import type { AuditEntry, AuditParty } from './audit-api.ts';
import type { DetailWords } from './details/words.zh-TW.ts';
import type { AuditWords } from './words.zh-TW.ts';

const find = (words: Record<string, string>, key: string): string | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined;

/** What was done; an action that has no words yet keeps its key. */
export const sayAction = (words: AuditWords, action: string): string => find(words.actions, action) ?? action;

/** "陳怡君停用了帳號「林小美」" */
export function sayEntry(words: AuditWords, details: DetailWords, entry: AuditEntry): string {
  const who = entry.actor.name ?? find(words.actors, entry.actor.kind) ?? entry.actor.kind;
  return words.sentence(who, sayAction(words, entry.action), saySubject(details, entry.subject, entry.actor));
}

/** Nobody has to read that somebody signed themselves in. */
function saySubject(details: DetailWords, subject: AuditParty, actor: AuditParty): string | null {
  if (subject.kind === 'policy') return find(details.sections, subject.id) ?? null;
  if (subject.kind === 'flow') return find(details.flows, subject.id) ?? null;
  const isSame = subject.kind === actor.kind && subject.id === actor.id;
  return isSame || subject.kind === 'member' ? null : subject.name;
}
