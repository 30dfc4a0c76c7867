import { listRights, type StaffRole } from '#features/staff/permission-rules.ts';
import type { Answers } from '../kit/page-stage.ts';

const xinyi = { id: '1', code: 'xinyi', name: '信義店' };
const daan = { id: '2', code: 'daan', name: '大安店' };

export const signedOut = {
  state: 'signed_out',
  csrfToken: null,
  brandName: '日常選物',
  hasLineLogin: true,
  staff: null,
  rights: {},
  device: null,
  idleSeconds: null,
  endsAt: null,
};

export const signedIn = (role: StaffRole, more: { language?: string; hasSecondFactor?: boolean } = {}) => ({
  ...signedOut,
  state: 'signed_in',
  csrfToken: 'token-of-this-session',
  staff: {
    id: '1',
    name: '陳怡君',
    role,
    language: more.language ?? 'zh-TW',
    hasPassword: true,
    hasSecondFactor: more.hasSecondFactor ?? true,
    hasPin: false,
    hasLineLogin: false,
    stores: role === 'manager' ? [xinyi] : [],
  },
  rights: listRights(role),
  idleSeconds: 1_800,
  endsAt: '2026-11-23T03:00:00.000Z',
});

const person = (id: string, name: string, role: StaffRole, more: object = {}) => ({
  id,
  name,
  role,
  stores: [xinyi],
  state: 'active',
  hasPassword: role === 'owner' || role === 'manager',
  hasSecondFactor: false,
  hasPin: true,
  hasLineLogin: false,
  lastSeenAt: '2026-11-21T09:12:00.000Z',
  signedInOn: 0,
  invitation: null,
  ...more,
});

const device = (id: string, name: string, more: object = {}) => ({
  id,
  name,
  store: xinyi,
  state: 'paired',
  pairedAt: '2026-11-20T02:00:00.000Z',
  lastSeenAt: '2026-11-22T03:10:00.000Z',
  codeExpiresAt: null,
  signedIn: null,
  ...more,
});

const approval = (id: string, more: object = {}) => ({
  id,
  kind: 'points.adjustment',
  store: xinyi,
  summary: {
    text: '給會員 0123456789 加 1,200 點',
    lines: [
      { label: '會員', value: '末四碼 6789' },
      { label: '現在', value: '350 點' },
      { label: '之後', value: '1,550 點' },
    ],
  },
  reason: '結帳時網路中斷，補登 11 月 20 日的消費',
  askedBy: { id: '2', name: '林小美' },
  askedAt: '2026-11-22T02:30:00.000Z',
  expiresAt: '2026-11-24T02:30:00.000Z',
  state: 'waiting',
  decidedBy: null,
  decidedAt: null,
  note: null,
  mayDecide: true,
  isMine: false,
  ...more,
});

const entry = (id: string, action: string, more: object = {}) => ({
  id,
  at: `2026-11-22T0${id}:15:00.000Z`,
  actor: { kind: 'staff', id: '1', name: '陳怡君' },
  action,
  subject: { kind: 'staff', id: '3', name: '王大明' },
  memberNo: null,
  before: null,
  after: null,
  place: { store: null, device: null, address: '203.0.113.0/24' },
  ...more,
});

const list = (items: unknown[], nextCursor: string | null = null) => ({ items, nextCursor });

/** A small brand on an ordinary morning. */
export const ordinaryDay = (): Answers => ({
  'GET session': signedIn('owner', { hasSecondFactor: true }),
  'GET stores': list([xinyi, daan]),
  'GET people': list([
    person('1', '陳怡君', 'owner', { stores: [], hasSecondFactor: true, hasPin: false, signedInOn: 1 }),
    person('2', '林小美', 'manager', { stores: [xinyi, daan], hasLineLogin: true }),
    person('3', '王大明', 'clerk'),
    person('4', '張稽核', 'auditor', {
      stores: [],
      state: 'invited',
      hasPin: false,
      lastSeenAt: null,
      invitation: { expiresAt: '2026-11-23T02:00:00.000Z' },
    }),
    person('5', '李前同事', 'clerk', { state: 'disabled', stores: [daan] }),
  ]),
  'GET devices': list([
    device('1', '櫃台平板', { signedIn: { name: '王大明' } }),
    device('2', '二樓手機', { state: 'waiting', pairedAt: null, lastSeenAt: null }),
    device('3', '舊平板', { state: 'revoked', store: daan }),
  ]),
  'GET api-keys': list([
    {
      id: '1',
      name: '信義店收銀機',
      scopes: ['purchases', 'returns', 'members', 'coupons'],
      createdAt: '2026-10-01T02:00:00.000Z',
      lastUsedAt: '2026-11-22T03:11:00.000Z',
      revokedAt: null,
    },
    {
      id: '2',
      name: '舊網路商店',
      scopes: ['account-links'],
      createdAt: '2026-05-01T02:00:00.000Z',
      lastUsedAt: null,
      revokedAt: '2026-11-01T02:00:00.000Z',
    },
  ]),
  'GET audit': list(
    [
      entry('3', 'staff.changed', {
        before: { role: 'clerk', storeIds: ['1'] },
        after: { role: 'manager', storeIds: ['1', '2'] },
      }),
      entry('2', 'points.adjusted', {
        actor: { kind: 'staff', id: '2', name: '林小美' },
        subject: { kind: 'points_transaction', id: '88', name: null },
        memberNo: '0123456789',
        before: { active: 350, debt: 0 },
        after: { active: 400, debt: 0, points: 50, reason: '補登' },
        place: { store: '信義店', device: '櫃台平板', address: '203.0.113.0/24' },
      }),
      entry('1', 'brand.unheard_of', { actor: { kind: 'job', id: 'nightly', name: null } }),
    ],
    'more',
  ),
  'GET audit/actions': { items: ['points.adjusted', 'staff.changed', 'staff.signed_in', 'brand.unheard_of'] },
  'GET approvals': list([
    approval('1'),
    approval('2', { mayDecide: false, isMine: true, askedBy: { id: '1', name: '陳怡君' } }),
  ]),
});
