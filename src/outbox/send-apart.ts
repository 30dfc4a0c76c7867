import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';
import { newUuid } from '#foundation/ids.ts';
import { sha256 } from '#foundation/secrets.ts';
import { isRowOf } from './end-rows.ts';

/**
 * Takes a multicast apart that certainly reached nobody: each group goes on as a multicast of its own, a single row
 * as a push. Every part is frozen here under a fresh retry key, because a key goes with one body only.
 * @param input.leaseToken of the holder; null while the rows are planned and locked
 * @param input.body the multicast's frozen bytes
 * @returns the ids of the rows that go on
 */
export async function sendApart(
  tx: Tx,
  input: { groups: readonly (readonly number[])[]; leaseToken: string | null; body: Buffer },
): Promise<number[]> {
  const { to: _all, ...common } = JSON.parse(input.body.toString('utf8')) as Record<string, unknown>;
  const found = await sql<{ id: number; person: string }>`
    select id, line_user_id as person from outbox_messages
    where id = any(${input.groups.flat()}::bigint[])
      and (state = 'planned' or (state = 'sending' and lease_token = ${input.leaseToken}::uuid))
    order by id for update`.execute(tx);
  const personOf = new Map(found.rows.map(({ id, person }) => [id, person]));
  const parts = input.groups.flatMap((group) => {
    const ids = group.filter((id) => personOf.has(id));
    const people = ids.map((id) => personOf.get(id));
    const isMany = ids.length > 1;
    const json = JSON.stringify({ to: isMany ? people : people[0], ...common });
    const part = {
      retryKey: newUuid(),
      batchId: isMany ? newUuid() : null,
      hash: sha256(json).toString('hex'),
    };
    const method = isMany ? 'multicast' : 'push';
    return ids.map((id, nth) => ({ id, method, ...part, json: nth === 0 ? json : null }));
  });
  if (parts.length === 0) return [];
  await sql`
    with u as (
      select * from unnest(${parts.map((part) => part.id)}::bigint[], ${parts.map((part) => part.method)}::text[],
                           ${parts.map((part) => part.batchId)}::uuid[], ${parts.map((part) => part.retryKey)}::uuid[],
                           ${parts.map((part) => part.json)}::text[], ${parts.map((part) => part.hash)}::text[])
        as given(id, method, batch_id, retry_key, json, hash)
    )
    update outbox_messages m
    set state = 'planned', method = u.method, batch_id = u.batch_id, retry_key = u.retry_key,
        body = convert_to(u.json, 'UTF8'), body_sha256 = decode(u.hash, 'hex'), lease_token = null,
        lease_until = null, first_try_at = null, doubt_count = 0, retry_at = now()
    from u where ${isRowOf(sql`u`)}`.execute(tx);
  return parts.map(({ id }) => id);
}

/** Halving finds the one that LINE refuses in few calls, and what is good goes in as few. */
export function halve(ids: readonly number[]): [readonly number[], readonly number[]] {
  const middle = Math.ceil(ids.length / 2);
  return [ids.slice(0, middle), ids.slice(middle)];
}
