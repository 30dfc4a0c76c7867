import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';

/** Someone added the account or lifted a block. */
export const friendFollowed = declareFact('friend.followed', 1, z.object({ isUnblocked: z.boolean() }));

/** Someone blocked the account. */
export const friendUnfollowed = declareFact('friend.unfollowed', 1, z.object({}));

const level = z.enum(['all', 'less', 'stopped']);

/** Someone said how much they want to hear. */
export const marketingLevelChanged = declareFact(
  'friend.marketing_changed',
  1,
  z.object({ from: level, to: level }),
);
