import { type Db, sql, type Tx } from '#foundation/db.ts';

/** The same for many people at once, as after an import; nobody's menu is linked by it. */
export async function noteDueMenus(
  db: Db,
  input: { lineUserIds: readonly string[]; menu: 'guest' | 'member' | 'vip' },
): Promise<void> {
  await sql`
    update line_friends set rich_menu = ${input.menu}
    where line_user_id = any(${input.lineUserIds}::text[]) and rich_menu <> ${input.menu}`.execute(db);
}

/** Notes which rich menu is due to a person; linking it is the outbox's work. @returns whether it changed */
export async function noteDueMenu(
  tx: Tx,
  input: { lineUserId: string; menu: 'guest' | 'member' | 'vip' },
): Promise<boolean> {
  const noted = await sql`
    update line_friends set rich_menu = ${input.menu}
    where line_user_id = ${input.lineUserId} and rich_menu <> ${input.menu} returning 1`.execute(tx);
  return noted.rows.length > 0;
}
