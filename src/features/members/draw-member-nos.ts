import './tables.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { newMemberNo } from '#foundation/ids.ts';

/**
 * Member numbers that nobody has, all different. They are random: among ten thousand, two are alike once in twenty
 * times.
 * @param input.except numbers that others of the same set bring along
 * @param input.draw where numbers come from
 */
export async function drawMemberNos(
  tx: Tx,
  input: { count: number; except: readonly string[]; draw?: () => string },
): Promise<string[]> {
  const { count, draw = newMemberNo } = input;
  const except = new Set(input.except);
  const free = new Set<string>();
  while (free.size < count) {
    const drawn = new Set<string>();
    while (free.size + drawn.size < count) {
      const memberNo = draw();
      if (!free.has(memberNo) && !except.has(memberNo)) drawn.add(memberNo);
    }
    const taken = await sql<{ memberNo: string }>`
      select member_no as "memberNo" from members where member_no = any(${[...drawn]}::text[])`.execute(tx);
    for (const { memberNo } of taken.rows) {
      except.add(memberNo);
      drawn.delete(memberNo);
    }
    for (const memberNo of drawn) free.add(memberNo);
  }
  return [...free];
}
