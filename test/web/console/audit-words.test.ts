import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { campaignApproval } from '#features/campaigns/campaign-approval.ts';
import { campaignDraft } from '#features/campaigns/campaign-draft-rules.ts';
import { campaignStates } from '#features/campaigns/campaign-rules.ts';
import { couponDefinition } from '#features/coupons/coupon-definition-rules.ts';
import { flowKeys } from '#features/flows/flow-rules.ts';
import { revealableFields } from '#features/members/reveal/reveal-member.ts';
import { pointsAdjustment } from '#features/points/adjustments/points-adjustment-approval.ts';
import { pointsPolicy } from '#features/points/points-rules.ts';
import { returnsPolicy } from '#features/purchases/purchase-rules.ts';
import { referralsPolicy } from '#features/referrals/referral-rules.ts';
import { auditQuery } from '#features/staff/audit/audit-rules.ts';
import { staffRoles } from '#features/staff/permission-rules.ts';
import { staffPolicy } from '#features/staff/staff-policy-rules.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { apiScopes } from '#foundation/http.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import {
  droppedKeys,
  listChanges,
  type Told,
} from '../../../src/web/console/browser/audit/details/list-changes.ts';
import { en as detailsEn } from '../../../src/web/console/browser/audit/details/words.en.ts';
import { ja as detailsJa } from '../../../src/web/console/browser/audit/details/words.ja.ts';
import { zhTW as detailsZh } from '../../../src/web/console/browser/audit/details/words.zh-TW.ts';
import { sayEntry } from '../../../src/web/console/browser/audit/say-entry.ts';
import { en as auditEn } from '../../../src/web/console/browser/audit/words.en.ts';
import { ja as auditJa } from '../../../src/web/console/browser/audit/words.ja.ts';
import { zhTW as auditZh } from '../../../src/web/console/browser/audit/words.zh-TW.ts';
import { en as keysEn } from '../../../src/web/console/browser/keys/words.en.ts';
import { ja as keysJa } from '../../../src/web/console/browser/keys/words.ja.ts';
import { zhTW as keysZh } from '../../../src/web/console/browser/keys/words.zh-TW.ts';
import { languages } from '../../../src/web/kit/browser/contract.ts';

const auditBook = { 'zh-TW': auditZh, en: auditEn, ja: auditJa };
const detailsBook = { 'zh-TW': detailsZh, en: detailsEn, ja: detailsJa };
const keysBook = { 'zh-TW': keysZh, en: keysEn, ja: keysJa };

const src = join(import.meta.dirname, '../../../src');
const writers = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== 'foundation/audit.ts')
  .map((name) => ({ name: relative(src, join(src, name)), text: readFileSync(join(src, name), 'utf8') }))
  .filter(({ text }) => text.includes('await recordAudit(') || /\brecordAudit\(tx/.test(text));

/** What stands behind `before:` or `after:` up to the end of its object. */
const sides = writers.flatMap(({ name, text }) =>
  [...text.matchAll(/^ +(?:before|after): (\{[^}]*\}|[\w.]+),$/gm)].map(([, side = '']) => ({ name, side })),
);
const literal = sides.filter(({ side }) => side.startsWith('{'));
const named = sides.filter(({ side }) => !side.startsWith('{'));
const keysOf = (side: string): string[] => [
  ...[...side.slice(1).matchAll(/(?:^|[{,]\s*)(\w+)(?=\s*[:,}])/g)].map(([, key = '']) => key),
  ...[...side.matchAll(/\{ (\w+)(?=[ :])/g)].map(([, key = '']) => key),
];

const policies = [
  brandPolicy,
  pointsPolicy,
  reachPolicy,
  referralsPolicy,
  returnsPolicy,
  staffPolicy,
  tiersPolicy,
];
const schemas = [
  couponDefinition,
  auditQuery,
  pointsAdjustment.schema,
  campaignApproval.schema,
  campaignDraft,
  ...policies.map(({ schema }) => schema),
];

/** Every field's name and every fixed value of a schema, at any depth. */
function walk(node: unknown, seen: { keys: Set<string>; values: Set<string> }): void {
  if (Array.isArray(node)) for (const each of node) walk(each, seen);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  const { properties, enum: values, const: fixed, ...rest } = node as Record<string, unknown>;
  for (const [key, value] of Object.entries(properties ?? {})) {
    seen.keys.add(key);
    walk(value, seen);
  }
  for (const value of [...(Array.isArray(values) ? values : []), fixed]) {
    if (typeof value === 'string') seen.values.add(value);
  }
  walk(Object.values(rest), seen);
}

const declared = { keys: new Set<string>(), values: new Set<string>() };
for (const schema of schemas) walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), declared);
const read = (path: string) => readFileSync(join(src, path), 'utf8');
const quoted = (text: string) => [...text.matchAll(/'([a-z_]+)'/g)].map(([, word = '']) => word);
const outside = new Set(['zh-TW', 'en', 'ja', 'request', 'data', ...droppedKeys]);
const storeFields = /const \{ (code[^}]*) \} = input/.exec(read('features/stores/save-store.ts'))?.[1] ?? '';
const resumed = /type ResumeOutcome = \{ (.*) \}/.exec(read('outbox/resume-outbox.ts'))?.[1] ?? '';
const notices = /"notices": \{(.*)\}/.exec(
  readFileSync(join(src, '../migrations/0009_brand_defaults.sql'), 'utf8'),
)?.[1];
const writtenKeys = new Set([
  ...literal.flatMap(({ side }) => keysOf(side)),
  ...declared.keys,
  ...storeFields.split(', '),
  ...[...resumed.matchAll(/(\w+):/g)].map(([, key = '']) => key),
  ...[...(notices ?? '').matchAll(/"(\w+)":/g)].map(([, key = '']) => key),
  'note',
  'because',
  'approvalId',
  'storeId',
]);
const writtenValues = new Set([
  ...[...declared.values].filter((value) => !(value in auditBook.en.actors) || value === 'member'),
  ...staffRoles,
  ...revealableFields,
  ...quoted(/type TaskKind =(.*);/.exec(read('features/tasks/open-task.ts'))?.[1] ?? ''),
  ...quoted(/because\?: (.*);/.exec(read('features/staff/approvals/close-approval.ts'))?.[1] ?? ''),
  ...quoted(/state: z.enum\((.*)\)/.exec(read('features/staff/approvals/approvals-routes.ts'))?.[1] ?? ''),
  ...literal.flatMap(({ side }) => quoted(side)),
  ...['password', 'pin', 'second_factor', 'line', 'invitation', pointsAdjustment.kind, campaignApproval.kind],
  ...campaignStates,
]);
const states = quoted(
  /state: z.enum\((.*)\)/.exec(read('features/staff/approvals/approvals-routes.ts'))?.[1] ?? '',
);
const rooms =
  'api_key|approval|audit|campaign|campaign_template|coupon|device|flow|member|outbox|points|policy|referral|staff|store|task|brand|tier|segment';
const actions = new Set([
  ...writers.flatMap(({ text }) =>
    [...text.matchAll(new RegExp(`'((?:${rooms})\\.[a-z_]+)'`, 'g'))].map(([, action = '']) => action),
  ),
  ...states.filter((state) => state !== 'waiting').map((state) => `approval.${state}`),
]);
/** Look like actions and are none: a right, columns. */
for (const other of ['audit.read', 'coupon.id', 'coupon.key']) actions.delete(other);

const teller = (language: (typeof languages)[number]) => ({
  audit: auditBook[language],
  details: detailsBook[language],
  language,
  storeName: () => '信義店',
  scopeName: (scope: string) => (keysBook[language].scopes as Record<string, { name: string }>)[scope]?.name,
});
const subject = { kind: 'coupon', id: '7', name: null };
const tell = (language: (typeof languages)[number], entry: Omit<Told, 'subject'>, of = subject) =>
  listChanges(teller(language), { ...entry, subject: of });

describe('the words of the activity log', () => {
  it('knows every place that writes an entry', () => {
    expect(writers.length).toBeGreaterThan(20);
    expect(actions.size).toBeGreaterThan(35);
    // A new one whose fields stand elsewhere needs its schema in this test.
    expect(named.map(({ name, side }) => `${name} ${side}`).sort()).toEqual([
      'features/campaigns/save-campaign.ts draft',
      'features/coupons/create-coupon.ts definition',
      'features/staff/audit/audit-routes.ts request.query',
      'features/stores/save-store.ts wanted',
      'outbox/resume-outbox.ts outcome',
    ]);
    const sections = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'foundation/policy.ts')
      .flatMap((name) => [...read(name).matchAll(/declarePolicy\(\s*'(\w+)'/g)].map(([, key = '']) => key));
    expect(policies.map(({ section }) => section).sort()).toEqual(sections.sort());
  });

  it.each(languages)('names every action, field, value, policy, flow and right in %s', (language) => {
    const { actions: said } = auditBook[language];
    const { keys, values, sections, flows } = detailsBook[language];
    const lacking = (wanted: Iterable<string>, words: object) =>
      [...wanted].filter((each) => !Object.hasOwn(words, each)).sort();
    expect(lacking(actions, said)).toEqual([]);
    expect(
      lacking(
        [...writtenKeys].filter((key) => !outside.has(key)),
        keys,
      ),
    ).toEqual([]);
    expect(lacking(writtenValues, values)).toEqual([]);
    expect(
      lacking(
        policies.map(({ section }) => section),
        sections,
      ),
    ).toEqual([]);
    expect(lacking(flowKeys, flows)).toEqual([]);
    expect(lacking(apiScopes, keysBook[language].scopes)).toEqual([]);
  });

  it('says a coupon in the language of the reader, without keys or raw JSON', () => {
    const after = couponDefinition.parse({
      key: 'summer',
      title: { 'zh-TW': '夏日禮', en: 'Summer gift' },
      reward: { kind: 'amount_off', amountTwd: 1_200 },
      storeCodes: ['xinyi'],
      isClaimable: true,
      validDays: 30,
    });
    const lines = tell('en', { before: null, after }).map((line) => [line.label, line.after]);
    expect(lines).toContainEqual(['Title', 'Summer gift']);
    expect(lines).toContainEqual(['Reward', 'amount off, Amount off NT$1,200']);
    expect(lines).toContainEqual(['Stores', '信義店']);
    expect(tell('ja', { before: null, after })[1]?.after).toBe('夏日禮');
    expect(JSON.stringify(lines)).not.toMatch(/[{}]"?:|zh-TW/);
  });

  it('leaves ids out, and says no empty list of stores but where it means every one', () => {
    const before = { state: 'waiting', askedById: 2 };
    const after = { state: 'approved', request: { memberId: 9, points: 50 } };
    expect(tell('zh-TW', { before, after }).map(({ key }) => key)).toEqual(['state', 'points']);
    expect(tell('zh-TW', { before: null, after: { role: 'owner', storeIds: [] } })).toHaveLength(1);
    expect(tell('zh-TW', { before: { storeIds: ['1'] }, after: { storeIds: [] } })[0]?.after).toBe(
      '所有門市',
    );
  });

  it('names the policy that was published, and only the fields that differ', () => {
    const actor = { kind: 'staff', id: '1', name: '陳怡君' };
    const of = { kind: 'policy', id: 'brand', name: null };
    const place = { store: null, device: null, address: null };
    const entry = { id: '1', at: '', actor, action: 'policy.published', subject: of, memberNo: null, place };
    const before = {
      version: 1,
      data: { address: 'formal', serviceHours: { from: '10:00', until: '20:00' } },
    };
    const after = {
      version: 2,
      data: { address: 'formal', serviceHours: { from: '10:00', until: '21:00' } },
    };
    const said = sayEntry(auditBook['zh-TW'], detailsBook['zh-TW'], { ...entry, before, after });
    expect(said).toBe('陳怡君 發布新的規則「品牌」');
    expect(
      tell('zh-TW', { before, after }, of).map(({ label, before, after }) => [label, before, after]),
    ).toEqual([
      ['版本', '1', '2'],
      ['客服時間', '10:00 到 20:00', '10:00 到 21:00'],
    ]);
    const spoken = { before: null, after: { data: { address: 'familiar' } } };
    expect(tell('zh-TW', spoken, of)[0]).toMatchObject({ label: '稱呼方式', after: '親切稱呼' });
  });
});
