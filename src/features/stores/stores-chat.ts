import { type Tx, together } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { countStores, readStores } from './store-reads.ts';
import { isStoreCode } from './store-rules.ts';
import { storesPerPage, tellStores } from './stores-messages.ts';

/** Keyword `stores`, postback `go:stores` (`after`: the code of the last store seen). */
export async function answerStores(turn: Turn, tx: Tx): Promise<Answer> {
  const asked = turn.input.kind === 'postback' ? turn.input.args.after : undefined;
  const after = asked !== undefined && isStoreCode(asked) ? asked : undefined;
  const [found, total] = await together(readStores(tx, { after, limit: storesPerPage + 1 }), countStores(tx));
  const stores = found.slice(0, storesPerPage);
  const page = { stores, total, hasMore: found.length > storesPerPage };
  return { messages: tellStores(turn.house.flex, turn.locale, page) };
}
