import { readStores } from '../features/stores/store-reads.ts';
import type { Db } from '../foundation/db.ts';
import { sql } from '../foundation/db.ts';
import type { TillSetup } from './contract.ts';

/** What the little till offers to choose from: the brand's stores, and the categories it has sold. */
export async function readTillChoices(db: Db): Promise<Omit<TillSetup, 'apiKey'>> {
  const stores = await readStores(db, { limit: 50 });
  const categories = await sql<{ category: string }>`
    select category from purchases_published_lines group by category order by count(*) desc limit 20`.execute(
    db,
  );
  return {
    stores: stores.map(({ code, name }) => ({ code, name })),
    categories: categories.rows.map((row) => row.category),
  };
}
