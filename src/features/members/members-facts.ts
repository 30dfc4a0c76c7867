import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';

/** A person became known: a follow, a phone at the till, an import. */
export const memberFirstSeen = declareFact('member.first_seen', 1, z.object({}));

/** A person bound the membership to a LINE account. `isNew`: for the first time ever, so gifts are due. */
export const memberBound = declareFact('member.bound', 1, z.object({ isNew: z.boolean() }));

/** A member let go of the LINE account; points and coupons stay. */
export const memberUnbound = declareFact('member.unbound', 1, z.object({}));

/** Two persons turned out to be one: whatever stands with `fromId` moves to `intoId`. */
export const membersMerged = declareFact(
  'member.merged',
  1,
  z.object({ fromId: z.int().positive(), intoId: z.int().positive() }),
);

/** The card went from one LINE account to another (`lineUserId` is the new one); spending is held. */
export const memberMoved = declareFact('member.moved', 1, z.object({}));

/** A phone was bound anew because birthday and earlier holder do not fit: the staff has to compare the two. */
export const bindingMismatched = declareFact(
  'member.binding_mismatched',
  1,
  z.object({ earlierMemberId: z.int().positive() }),
);

/** The holder said that a move was not theirs: spending is locked until the staff has spoken with them. */
export const spendingLocked = declareFact('member.spending_locked', 1, z.object({}));

/** The one change of birthday that a member may make. */
export const birthdayChanged = declareFact('member.birthday_changed', 1, z.object({}));
