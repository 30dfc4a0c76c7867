import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';

const twd = z.int().min(0);

/**
 * A receipt was recorded. The fact's member is null for someone unknown. `isFirst`: no earlier receipt of this
 * member is known. `netTwd` is after returns, which only history can have at once.
 */
export const purchaseRecorded = declareFact(
  'purchase.recorded',
  1,
  z.object({
    purchaseId: z.int(),
    storeId: z.int(),
    channel: z.enum(['store', 'online']),
    purchasedOn: z.iso.date(),
    totalTwd: twd,
    netTwd: twd,
    pointsPaid: z.int().min(0),
    isFirst: z.boolean(),
  }),
);

/** Goods came back. `netTwd` is what remains of the purchase; `isFull`: nothing is left with the customer. */
export const purchaseReturned = declareFact(
  'purchase.returned',
  1,
  z.object({
    purchaseId: z.int(),
    returnId: z.int(),
    storeId: z.int(),
    returnedOn: z.iso.date(),
    amountTwd: twd,
    netTwd: twd,
    isFull: z.boolean(),
  }),
);
