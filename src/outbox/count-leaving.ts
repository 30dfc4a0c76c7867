import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';

/** A push that is about to leave. */
export type Leaving = {
  purpose: 'service' | 'marketing';
  kind: string;
  /** Of a campaign. */
  inStream: boolean;
  /** Sent although the caps would have held an offer back: service messages are exempt. */
  isBeyondCap: boolean;
  /** The same for quiet hours. */
  isInQuiet: boolean;
};

/**
 * Counts pushes by the brand's day and kind, with what they were exempt from. The rows stay locked until the commit,
 * so nothing slow may follow in the transaction.
 */
export async function countLeaving(tx: Tx, day: string, pushes: readonly Leaving[]): Promise<void> {
  if (pushes.length === 0) return;
  const counts = [...Map.groupBy(pushes, ({ purpose, kind, inStream }) => `${purpose} ${kind} ${inStream}`)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, alike]) => {
      const { purpose, kind, inStream } = alike[0] as Leaving;
      const beyondCap = alike.filter(({ isBeyondCap }) => isBeyondCap).length;
      const inQuiet = alike.filter(({ isInQuiet }) => isInQuiet).length;
      return { purpose, kind, inStream, left: alike.length, beyondCap, inQuiet };
    });
  await sql`
    insert into outbox_daily_counts as known (on_day, purpose, kind, in_stream, left_count, beyond_cap_count,
                                              in_quiet_count)
    select ${day}::date, purpose, kind, in_stream, left_count, beyond_cap, in_quiet
    from unnest(${counts.map(({ purpose }) => purpose)}::text[], ${counts.map(({ kind }) => kind)}::text[],
                ${counts.map(({ inStream }) => inStream)}::boolean[], ${counts.map(({ left }) => left)}::int[],
                ${counts.map(({ beyondCap }) => beyondCap)}::int[], ${counts.map(({ inQuiet }) => inQuiet)}::int[])
      as u(purpose, kind, in_stream, left_count, beyond_cap, in_quiet)
    on conflict (on_day, purpose, kind, in_stream) do update
      set left_count = known.left_count + excluded.left_count,
          beyond_cap_count = known.beyond_cap_count + excluded.beyond_cap_count,
          in_quiet_count = known.in_quiet_count + excluded.in_quiet_count`.execute(tx);
}

export type Exemption = { day: string; kind: string; reason: 'cap' | 'quiet_hours'; count: number };

/**
 * Service messages that left although an offer could not have: the exemption, counted with its reason.
 * @param since the brand's day, included
 */
export async function listExemptions(db: Db, since: string): Promise<Exemption[]> {
  const found = await sql<Exemption>`
    select on_day as day, kind, reason, sum(exempt) as count
    from outbox_daily_counts,
         lateral (values ('cap', beyond_cap_count), ('quiet_hours', in_quiet_count)) as why(reason, exempt)
    where on_day >= ${since}::date and purpose = 'service' and exempt > 0
    group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  return found.rows;
}
