import type { Language } from '../../../../kit/browser/contract.ts';
import { sayList, sayMoment } from '../../../../kit/browser/say.ts';
import type { AuditEntry } from '../audit-api.ts';
import { sayAction } from '../say-entry.ts';
import type { AuditWords } from '../words.zh-TW.ts';
import type { DetailWords } from './words.zh-TW.ts';

export type Change = { key: string; label: string; before: string | null; after: string | null };
export type Told = Pick<AuditEntry, 'before' | 'after' | 'subject'>;

/** The words of one reader, and the names of what an entry holds ids or codes of. */
export type Teller = {
  audit: AuditWords;
  details: DetailWords;
  language: Language;
  storeName: (by: 'id' | 'code', text: string) => string | undefined;
  scopeName: (scope: string) => string | undefined;
};

type Fields = Record<string, unknown>;

/** Ids that say nothing to a person: the entry names whom it is about by name or member number. */
export const droppedKeys = [
  'approvalId',
  'askedById',
  'decidedById',
  'actorId',
  'claimId',
  'memberId',
  'campaignId',
  'versionId',
];
/** What stands in these was typed by somebody, and is never a word of ours. */
const typed = ['name', 'note', 'title'];
/** What these hold stands beside the fields around them. */
const transparent = ['request', 'data'];

/** What differs, field by field; null = there was, or is, nothing. */
export function listChanges(teller: Teller, entry: Told): Change[] {
  const [before, after] = [spread(entry, entry.before), spread(entry, entry.after)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .map((key) => {
      const was = sayValue(teller, entry, key, before[key]);
      const is = sayValue(teller, entry, key, after[key]);
      const every = key === 'storeIds' ? teller.details.everyStore : null;
      return {
        key,
        label: sayKey(teller, entry, key),
        before: was ?? (is !== null && key in before ? every : null),
        after: is ?? (was !== null && key in after ? every : null),
      };
    })
    .filter((change) => change.before !== change.after);
}

function spread(entry: Told, side: Fields | null): Fields {
  const fields = Object.entries(side ?? {}).flatMap(([key, value]) =>
    transparent.includes(key) && isFields(value) ? Object.entries(value) : [[key, value] as const],
  );
  return Object.fromEntries(
    fields.filter(([key]) => {
      if (droppedKeys.includes(key)) return false;
      // A log that was taken along whole has nobody to tell of; a store needs not say its own id.
      if (key === 'actorKind') return 'actorId' in (side ?? {});
      return !(key === 'storeId' && entry.subject.kind === 'store');
    }),
  );
}

const sayKey = ({ details }: Teller, { subject }: Pick<Told, 'subject'>, key: string): string =>
  (subject.kind === 'policy' ? find(details.keys, `${subject.id}.${key}`) : undefined) ??
  find(details.keys, key) ??
  key;

function sayValue(teller: Teller, entry: Told, key: string, value: unknown): string | null {
  const { audit, details, language } = teller;
  if (value === null || value === undefined || value === '') return null;
  if (Array.isArray(value)) {
    const items = value.map((each) => sayValue(teller, entry, key, each)).filter((each) => each !== null);
    return items.length === 0 ? null : sayList(language, items);
  }
  if (isFields(value)) return sayFields(teller, entry, value);
  if (typeof value === 'boolean') return value ? audit.yes : audit.no;
  const text = String(value);
  if (key === 'storeId' || key === 'storeIds') return teller.storeName('id', text) ?? text;
  if (key === 'storeCodes') return teller.storeName('code', text) ?? text;
  if (key === 'scopes') return teller.scopeName(text) ?? text;
  if (key === 'action') return sayAction(audit, text);
  if (key === 'actorKind') return find(audit.actors, text) ?? text;
  if (typeof value === 'number') return sayNumber(language, key, value);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text)) return sayMoment(language, text);
  return (typed.includes(key) ? undefined : find(details.values, text)) ?? text;
}

/** A text per language in the reader's own; a span of time as one; else each field behind its name. */
function sayFields(teller: Teller, entry: Told, fields: Fields): string | null {
  const { details, language } = teller;
  const texts = fields[language] ?? fields['zh-TW'];
  if (typeof texts === 'string') return texts;
  const { from, until } = fields;
  if (typeof from === 'string' && typeof until === 'string') return details.range(from, until);
  const said = Object.entries(fields).flatMap(([key, value]) => {
    const text = sayValue(teller, entry, key, value);
    if (text === null) return [];
    return key === 'kind' ? [text] : [details.labelled(sayKey(teller, noSubject, key), text)];
  });
  return said.length === 0 ? null : said.join(language === 'en' ? ', ' : '、');
}

const noSubject = { subject: { kind: '', id: '', name: null } };

function sayNumber(language: Language, key: string, value: number): string {
  if (key === 'percent' || key === 'earnPercent') return `${value}%`;
  const text = new Intl.NumberFormat(language).format(value);
  return /Twd$|^twdPer/.test(key) ? `NT$${text}` : text;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const find = (words: Record<string, string>, key: string): string | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined;
