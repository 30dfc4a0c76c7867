/** What people who work here may be. */
export const staffRoles = ['owner', 'manager', 'clerk', 'marketer', 'consultant', 'auditor'] as const;
export type StaffRole = (typeof staffRoles)[number];

/** How far a right reaches: every store, the stores a person works in, or nowhere. */
export type Reach = 'every' | 'own' | 'none';

const every: Reach = 'every';
const own: Reach = 'own';
const none: Reach = 'none';

/**
 * Role × permission × store, the whole of it. A device narrows `every` and `own` to the store where it stands.
 * Columns in the order of `staffRoles`.
 */
const table = {
  //                     owner  manager clerk  marketer consultant auditor
  'purchases.record': [every, own, own, none, none, none],
  'returns.record': [every, own, own, none, none, none],
  'members.look_up': [every, every, every, none, every, every],
  'members.reveal': [every, every, none, none, none, none],
  'members.link': [none, none, none, none, none, none],
  'audiences.read': [every, every, none, every, none, every],
  'audiences.manage': [every, none, none, every, none, none],
  'coupons.read': [every, every, every, every, every, every],
  'coupons.define': [every, none, none, every, none, none],
  'coupons.redeem': [every, own, own, none, none, none],
  'coupons.undo': [every, own, none, none, none, none],
  'coupons.void': [every, every, none, every, none, none],
  'points.adjust': [every, own, none, none, none, none],
  'referrals.read': [every, every, none, none, none, every],
  'referrals.decide': [every, every, none, none, none, none],
  'stores.read': [every, every, every, every, every, every],
  'stores.manage': [every, none, none, none, none, none],
  'flows.read': [every, every, none, every, none, every],
  'flows.switch': [every, none, none, every, none, none],
  'campaigns.read': [every, every, none, every, none, every],
  'campaigns.manage': [every, none, none, every, none, none],
  'rules.read': [every, every, none, every, none, every],
  'rules.draft': [every, none, none, every, none, none],
  'rules.publish': [every, none, none, none, none, none],
  'people.read': [every, none, none, none, none, every],
  'people.manage': [every, none, none, none, none, none],
  'devices.read': [every, own, none, none, none, every],
  'devices.manage': [every, own, none, none, none, none],
  'api_keys.read': [every, none, none, none, none, every],
  'api_keys.manage': [every, none, none, none, none, none],
  'approvals.decide': [every, own, none, none, none, none],
  'audit.read': [every, none, none, none, none, every],
  'docs.read': [every, every, none, every, none, every],
} as const satisfies Record<string, readonly [Reach, Reach, Reach, Reach, Reach, Reach]>;

export type Permission = keyof typeof table;
export const permissions = Object.keys(table) as Permission[];

/** How far the right of a role reaches. */
export const reachOf = (role: StaffRole, permission: Permission): Reach =>
  table[permission][staffRoles.indexOf(role)] ?? none;

/** The permissions that a role has at all, and how far each reaches. */
export function listRights(role: StaffRole): Partial<Record<Permission, Exclude<Reach, 'none'>>> {
  return Object.fromEntries(
    permissions.flatMap((permission) => {
      const reach = reachOf(role, permission);
      return reach === none ? [] : [[permission, reach]];
    }),
  );
}

/** Roles whose rights end at their stores need at least one. */
export const needsStores = (role: StaffRole): boolean => role === 'manager' || role === 'clerk';
/** Clerks stand at a shared device and sign in by PIN; everybody else has a password and the console. */
export const usesConsole = (role: StaffRole): boolean => role !== 'clerk';
/** Who may take over a shared device by PIN. */
export const usesDevice = (role: StaffRole): boolean => role === 'clerk' || role === 'manager';
export const needsSecondFactor = (role: StaffRole): boolean => role === 'owner';

/** Whose right it is to act in a store. @param storeId null = the action is not bound to a store */
export function mayAct(
  who: { role: StaffRole; storeIds: readonly number[]; deviceStoreId: number | null },
  permission: Permission,
  storeId: number | null,
): boolean {
  const reach = reachOf(who.role, permission);
  if (reach === none) return false;
  if (storeId === null) return true;
  if (who.deviceStoreId !== null && who.deviceStoreId !== storeId) return false;
  return reach === every || who.storeIds.includes(storeId);
}
