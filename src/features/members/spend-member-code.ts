import { sql, type Tx } from '#foundation/db.ts';

/** Spends a member code: true for the first writing call that shows it, false for every later one. */
export async function spendMemberCode(tx: Tx, input: { nonce: string; memberId: number }): Promise<boolean> {
  const spent = await sql`
    insert into member_code_uses (nonce, member_id) values (${input.nonce}, ${input.memberId})
    on conflict (nonce) do nothing returning nonce`.execute(tx);
  return spent.rows.length > 0;
}
