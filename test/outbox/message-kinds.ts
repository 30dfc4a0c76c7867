import { sql } from 'kysely';
import { z } from 'zod';
import { textMessage } from '#line/flex.ts';
import { declareMessageKind } from '#outbox/kinds.ts';

const words = z.object({ text: z.string(), isOver: z.boolean().optional() });

/** Offers and news that say what their data says; `isOver` is no longer due, 'boom' breaks, 'sql' breaks the SQL. */
const shape = (key: string, purpose: 'service' | 'marketing') =>
  declareMessageKind({
    key,
    purpose,
    schema: words,
    stillDue: async (tx, row) => {
      if (row.data.text === 'sql') await sql`select 1 / 0`.execute(tx);
      return row.data.isOver ? 'over' : null;
    },
    render: async (_tx, row) => {
      if (row.data.text === 'boom') throw new Error('cannot be said');
      return row.data.text === ''
        ? []
        : [textMessage(row.data.text.replace('{name}', row.displayName ?? ''))];
    },
  });

export const offer = shape('test_offer', 'marketing');
export const tip = shape('test_tip', 'marketing');
export const news = shape('test_news', 'service');
