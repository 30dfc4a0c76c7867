import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/**
 * Dissolves a multicast that certainly reached nobody: its rows go on as pushes of their own, each with a fresh
 * retry key, because a key goes with one body only.
 * @param input.leaseToken of the holder; null while the rows are planned and locked
 * @param input.body the multicast's frozen bytes
 */
export async function sendApart(
  db: Db,
  input: { ids: readonly number[]; leaseToken: string | null; body: Buffer },
): Promise<number> {
  const { to: _all, ...common } = JSON.parse(input.body.toString('utf8')) as Record<string, unknown>;
  const tail = `,${JSON.stringify(common).slice(1)}`;
  const apart = await sql`
    with own as (
      select id, convert_to('{"to":' || to_json(line_user_id)::text || ${tail}, 'UTF8') as bytes
      from outbox_messages
      where id = any(${[...input.ids]}::bigint[])
        and (state = 'planned' or (state = 'sending' and lease_token = ${input.leaseToken}::uuid))
    )
    update outbox_messages m
    set state = 'planned', method = 'push', batch_id = null, retry_key = gen_random_uuid(), body = own.bytes,
        body_sha256 = sha256(own.bytes), lease_token = null, lease_until = null, first_try_at = null,
        doubt_count = 0, retry_at = now()
    from own where m.id = own.id
    returning m.id`.execute(db);
  return apart.rows.length;
}
