import { sql, type Tx } from '#foundation/db.ts';
import type { SeenAnswer, StaffHouse } from '../support/staff-client.ts';

/**
 * Lets `act` happen to an account after `request` has looked at it and before it writes: the request is let run until
 * it waits for the account's row, or the rows of their sessions, which are held here.
 */
export async function overtake(
  house: StaffHouse,
  staffId: number,
  request: () => Promise<SeenAnswer>,
  act: (tx: Tx) => Promise<unknown>,
  held: 'account' | 'sessions' = 'account',
): Promise<SeenAnswer> {
  const { pending } = await house.context.transact(async (tx) => {
    if (held === 'account')
      await sql`select 1 from staff_accounts where id = ${staffId} for update`.execute(tx);
    else await sql`select 1 from staff_sessions where staff_id = ${staffId} for update`.execute(tx);
    const answer = request();
    await untilSomebodyWaits(house);
    await act(tx);
    return { pending: answer };
  });
  return pending;
}

async function untilSomebodyWaits(house: StaffHouse): Promise<void> {
  const giveUpAt = performance.now() + 40_000;
  while (performance.now() < giveUpAt) {
    const found = await sql<{ waiting: number }>`
      select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(house.db);
    if ((found.rows[0]?.waiting ?? 0) > 0) return;
  }
  throw new Error('nobody waits for the lock');
}
