import { describe, expect, it } from 'vitest';
import {
  listRights,
  mayAct,
  needsSecondFactor,
  needsStores,
  type Permission,
  permissions,
  type Reach,
  reachOf,
  type StaffRole,
  staffRoles,
  usesConsole,
  usesDevice,
} from '#features/staff/permission-rules.ts';

type Cells = Record<StaffRole, Reach>;
const cells = (text: string): Cells => {
  const [owner, manager, clerk, marketer, consultant, auditor] = text.trim().split(/\s+/) as Reach[];
  return { owner, manager, clerk, marketer, consultant, auditor } as Cells;
};

/** Who may do what where, as it was agreed on; a cell that changes has to change here too. */
const agreed: Record<Permission, Cells> = {
  //                         owner manager clerk marketer consultant auditor
  'purchases.record': cells('every own     own   none     none       none'),
  'returns.record': cells('  every own     own   none     none       none'),
  'members.look_up': cells(' every every   every none     every      every'),
  'members.reveal': cells('  every every   none  none     none       none'),
  'members.link': cells('    none  none    none  none     none       none'),
  'coupons.read': cells('    every every   every every    every      every'),
  'coupons.define': cells('  every none    none  every    none       none'),
  'coupons.redeem': cells('  every own     own   none     none       none'),
  'audiences.read': cells('  every every   none  every    none       every'),
  'audiences.manage': cells('every none    none  every    none       none'),
  'coupons.undo': cells('    every own     none  none     none       none'),
  'coupons.void': cells('    every every   none  every    none       none'),
  'points.adjust': cells('   every own     none  none     none       none'),
  'referrals.read': cells('  every every   none  none     none       every'),
  'referrals.decide': cells('every every   none  none     none       none'),
  'stores.read': cells('     every every   every every    every      every'),
  'stores.manage': cells('   every none    none  none     none       none'),
  'flows.read': cells('      every every   none  every    none       every'),
  'flows.switch': cells('    every none    none  every    none       none'),
  'campaigns.read': cells('  every every   none  every    none       every'),
  'campaigns.manage': cells('every none    none  every    none       none'),
  'rules.read': cells('      every every   none  every    none       every'),
  'rules.draft': cells('     every none    none  every    none       none'),
  'rules.publish': cells('   every none    none  none     none       none'),
  'people.read': cells('     every none    none  none     none       every'),
  'people.manage': cells('   every none    none  none     none       none'),
  'devices.read': cells('    every own     none  none     none       every'),
  'devices.manage': cells('  every own     none  none     none       none'),
  'api_keys.read': cells('   every none    none  none     none       every'),
  'api_keys.manage': cells(' every none    none  none     none       none'),
  'approvals.decide': cells('every own     none  none     none       none'),
  'audit.read': cells('      every none    none  none     none       every'),
  'docs.read': cells('       every every   none  every    none       every'),
};
const grid = permissions.flatMap((permission) => staffRoles.map((role) => [permission, role] as const));

describe('the table of rights', () => {
  it('has the permissions and roles that were agreed on, no more and no less', () => {
    expect([...permissions].sort()).toEqual(Object.keys(agreed).sort());
    expect([...staffRoles]).toEqual(['owner', 'manager', 'clerk', 'marketer', 'consultant', 'auditor']);
    expect(grid).toHaveLength(Object.keys(agreed).length * 6);
  });

  it.each(grid)('%s of a %s reaches as far as agreed', (permission, role) => {
    const reach = agreed[permission][role];
    expect(reachOf(role, permission)).toBe(reach);
    expect(listRights(role)[permission]).toBe(reach === 'none' ? undefined : reach);

    const [here, there] = [1, 2];
    const who = { role, storeIds: [here], deviceStoreId: null };
    // In a store of one's own, in another, in none.
    expect(mayAct(who, permission, here)).toBe(reach !== 'none');
    expect(mayAct(who, permission, there)).toBe(reach === 'every');
    expect(mayAct(who, permission, null)).toBe(reach !== 'none');
    // Nobody's store.
    expect(mayAct({ ...who, storeIds: [] }, permission, here)).toBe(reach === 'every');
    // On a shared device nothing reaches beyond where it stands, nor further than the person's own stores.
    const onDevice = { ...who, storeIds: [here, there], deviceStoreId: there };
    expect(mayAct(onDevice, permission, there)).toBe(reach !== 'none');
    expect(mayAct(onDevice, permission, here)).toBe(false);
    expect(mayAct({ ...onDevice, storeIds: [here] }, permission, there)).toBe(reach === 'every');
  });

  it('lets auditors and consultants write nothing', () => {
    const reading = new Set([
      'members.look_up',
      'audiences.read',
      'coupons.read',
      'referrals.read',
      'stores.read',
      'flows.read',
      'campaigns.read',
      'rules.read',
      'people.read',
      'devices.read',
      'api_keys.read',
      'audit.read',
      'docs.read',
    ]);
    for (const role of ['auditor', 'consultant'] as const)
      for (const permission of Object.keys(listRights(role))) expect(reading).toContain(permission);
  });
});

describe('roles', () => {
  it.each([
    ['owner', { stores: false, console: true, device: false, secondFactor: true }],
    ['manager', { stores: true, console: true, device: true, secondFactor: false }],
    ['clerk', { stores: true, console: false, device: true, secondFactor: false }],
    ['marketer', { stores: false, console: true, device: false, secondFactor: false }],
    ['consultant', { stores: false, console: true, device: false, secondFactor: false }],
    ['auditor', { stores: false, console: true, device: false, secondFactor: false }],
  ] as const)('sign in where they work: %s', (role, expected) => {
    expect({
      stores: needsStores(role),
      console: usesConsole(role),
      device: usesDevice(role),
      secondFactor: needsSecondFactor(role),
    }).toEqual(expected);
  });
});
