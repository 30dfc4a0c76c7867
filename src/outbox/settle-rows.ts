import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';
import { joinIds, splitIds } from '#foundation/lists.ts';
import { endRows, isRowOf } from './end-rows.ts';
import type { Errand, Verdict } from './retry-rules.ts';
import { halve, sendApart } from './send-apart.ts';
import { settleRiders } from './settle-riders.ts';
import type { FinalState } from './tables.ts';

/** The end of one try, to be written down. */
export type Settlement = { errand: Errand; verdict: Verdict };

/** One end for all rows of a call. */
type CallEnd = {
  ids: readonly number[];
  token: string;
  state: 'planned' | FinalState;
  status: number | null;
  requestId: string | null;
  reason: string | null;
  delayMs: number;
  /** Takes this try off the doubtful ones. */
  isCertain: boolean;
  wasUntried: boolean;
};

/**
 * Writes down how tries ended. A row is only touched by whoever still holds its lease: the end
 * that a stalled process reports too late is refused, and the row's next try tells the truth (409).
 * @returns how many rows were expected and how many took their end
 */
export async function settleRows(
  db: Db,
  settlements: readonly Settlement[],
): Promise<{ expected: number; taken: number }> {
  const ends = settlements.flatMap(({ errand, verdict }) =>
    verdict.to === 'apart' ? [] : [toEnd(errand, verdict)],
  );
  const apart = settlements.filter(({ verdict }) => verdict.to === 'apart');
  const expected = settlements.reduce((sum, { errand }) => sum + errand.ids.length, 0);
  const withRiders = settlements.filter(({ errand }) => errand.hasRiders);
  const missed = settlements
    .filter(({ errand, verdict }) => errand.purpose === 'marketing' && isMiss(errand, verdict))
    .flatMap(({ errand }) => errand.ids);
  // What needs no transaction around it is not given one, and most groups are of that kind.
  if (apart.length + withRiders.length + missed.length === 0) {
    return { expected, taken: (await writeEnds(db, ends)).length };
  }
  return db.transaction().execute(async (tx) => {
    const heldStill = await writeEnds(tx, ends);
    for (const { errand } of apart) {
      const { leaseToken, body } = errand;
      heldStill.push(...(await sendApart(tx, { groups: halve(errand.ids), leaseToken, body })));
    }
    await settleRiders(
      tx,
      withRiders.flatMap(({ errand }) => errand.ids),
    );
    const own = new Set(heldStill);
    await giveBackCaps(
      tx,
      missed.filter((id) => own.has(id)),
    );
    return { expected, taken: heldStill.length };
  });
}

/** Whether a try, and all before it, certainly reached nobody. */
function isMiss({ doubts }: Errand, verdict: Verdict): boolean {
  if (verdict.to === 'again') return verdict.isDefinite && doubts <= 1;
  return verdict.to === 'failed' || verdict.to === 'skipped' || verdict.to === 'apart';
}

/**
 * What has reached nobody counts neither against a cap nor as somebody's first push. If it is tried again, it is
 * counted again when it leaves, on that day.
 */
export async function giveBackCaps(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`delete from outbox_caps where outbox_id = any(${[...ids]}::bigint[])`.execute(tx);
}

function toEnd(errand: Errand, verdict: Exclude<Verdict, { to: 'apart' }>): CallEnd {
  return {
    ids: errand.ids,
    token: errand.leaseToken,
    state: verdict.to === 'again' ? 'planned' : verdict.to,
    status: verdict.status,
    requestId: verdict.to === 'sent' ? verdict.requestId : null,
    reason: verdict.to === 'sent' ? (verdict.reason ?? null) : verdict.reason,
    delayMs: verdict.to === 'again' ? verdict.delayMs : 0,
    isCertain: verdict.to === 'again' ? verdict.isDefinite : verdict.to !== 'unknown',
    wasUntried: verdict.to === 'again' && verdict.wasUntried === true,
  };
}

/**
 * Who has a lease token is on the wire (a constraint of the table); rows are found by id, not among all that are.
 * @returns the ids of those that took their end
 */
async function writeEnds(db: Db, ends: readonly CallEnd[]): Promise<number[]> {
  const final = ends.filter((end) => end.state !== 'planned');
  const again = ends.filter((end) => end.state === 'planned');
  return [...(await finish(db, final)), ...(await postpone(db, again))];
}

async function finish(db: Db, ends: readonly CallEnd[]): Promise<number[]> {
  if (ends.length === 0) return [];
  return endRows(
    db,
    sql`
      select unnest(${splitIds(sql`ids`)}) as id, token, state, status, request_id, reason, is_certain
      from rows from (unnest((select ${ends.map(({ ids }) => joinIds(ids))}::text[])), unnest((select ${ends.map((end) => end.token)}::uuid[])),
                      unnest((select ${ends.map((end) => end.state)}::text[])),
                      unnest((select ${ends.map((end) => end.status)}::smallint[])),
                      unnest((select ${ends.map((end) => end.requestId)}::text[])),
                      unnest((select ${ends.map((end) => end.reason)}::text[])),
                      unnest((select ${ends.map((end) => end.isCertain)}::boolean[])),
                      generate_series(1, (select ${ends.length}::int)))
        as u (ids, token, state, status, request_id, reason, is_certain, nth)`,
    sql`m.lease_token = e.token`,
  );
}

async function postpone(db: Db, ends: readonly CallEnd[]): Promise<number[]> {
  if (ends.length === 0) return [];
  const written = await sql<{ id: number }>`
    with u as (
      select unnest(${splitIds(sql`ids`)}) as id, token, status, reason, delay_ms, is_certain, was_untried
      from unnest(${ends.map(({ ids }) => joinIds(ids))}::text[], ${ends.map((end) => end.token)}::uuid[],
                  ${ends.map((end) => end.status)}::smallint[], ${ends.map((end) => end.reason)}::text[],
                  ${ends.map((end) => end.delayMs)}::float8[], ${ends.map((end) => end.isCertain)}::boolean[],
                  ${ends.map((end) => end.wasUntried)}::boolean[])
        as given (ids, token, status, reason, delay_ms, is_certain, was_untried)
    )
    update outbox_messages m
    set state = 'planned', answer_status = u.status, reason = u.reason, lease_token = null, lease_until = null,
        doubt_count = m.doubt_count - case when u.is_certain then 1 else 0 end,
        first_try_at = case when u.was_untried then null else m.first_try_at end,
        retry_at = now() + make_interval(secs => u.delay_ms / 1000)
    from u where ${isRowOf(sql`u`)} and m.lease_token = u.token
    returning m.id`.execute(db);
  return written.rows.map((row) => row.id);
}
