import { z } from 'zod';
import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { declareMessageKind, type LeasedRow } from '#outbox/kinds.ts';
import { tellRise, tellWithdrawal } from './tier-messages.ts';
import { readTierStanding } from './tier-reads.ts';

const schema = z.object({ tierKey: z.string() });
type TierNotice = z.infer<typeof schema>;

/** A notice is out of date as soon as the tier has changed again. */
async function stillDue(tx: Tx, row: LeasedRow<TierNotice>): Promise<string | null> {
  if (row.memberId === null) return 'no_member';
  const standing = await readTierStanding(tx, row.memberId, row.now);
  return standing.tier.key === row.data.tierKey ? null : 'tier_changed_again';
}

export const tierRisenKind = declareMessageKind<TierNotice>({
  key: 'tier_risen',
  purpose: 'service',
  schema,
  stillDue,
  async render(tx, row) {
    if (row.memberId === null) return [];
    const { tier, reviewOn } = await readTierStanding(tx, row.memberId, row.now);
    if (reviewOn === null) return [];
    const { locale, displayName, house } = row;
    const today = dateInZone(row.now, house.brand.zone);
    return [tellRise(house, { locale, displayName, tier, until: reviewOn, today })];
  },
});

export const tierWithdrawnKind = declareMessageKind<TierNotice>({
  key: 'tier_withdrawn',
  purpose: 'service',
  schema,
  stillDue,
  async render(tx, row) {
    if (row.memberId === null) return [];
    const { tier, netTwd, policy } = await readTierStanding(tx, row.memberId, row.now);
    const message = tellWithdrawal(row.house, {
      locale: row.locale,
      policy,
      tier,
      netTwd,
      today: dateInZone(row.now, row.house.brand.zone),
    });
    return message ? [message] : [];
  },
});
