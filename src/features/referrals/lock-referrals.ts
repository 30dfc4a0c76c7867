import { holdPersons } from '#features/members/hold-persons.ts';
import { sql, type Tx } from '#foundation/db.ts';

/** Ties are made one by one, so that two at once cannot close a ring that neither sees. */
export async function lockTies(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('referrals:ties', 0))`.execute(tx);
}

/**
 * What one inviter earns, reaches and is suspected of is decided one by one. To be locked before any of their ties
 * is; of several inviters the lower id first. They and the friends named `with` them stay who
 * they are until the transaction ends.
 */
export async function lockInviters(
  tx: Tx,
  inviterIds: readonly number[],
  friends: { with: readonly number[] } = { with: [] },
): Promise<void> {
  await holdPersons(tx, [...inviterIds, ...friends.with]);
  for (const inviterId of inviterIds.toSorted((one, other) => one - other)) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`referrals:inviter:${inviterId}`}, 0))`.execute(
      tx,
    );
  }
}
