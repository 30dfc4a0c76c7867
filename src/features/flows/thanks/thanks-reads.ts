import { type Db, sql } from '#foundation/db.ts';

/** When a purchase was made, business time; null when there is none. */
export async function readPurchasedAt(db: Db, purchaseId: number): Promise<Date | null> {
  const found = await sql<{ at: Date }>`
    select purchased_at as at from purchases_published_purchases where id = ${purchaseId}`.execute(db);
  return found.rows[0]?.at ?? null;
}

/** The coupon that was given under a key, as long as it is in the member's hand. */
export async function readHeldClaimOf(db: Db, issueKey: string): Promise<number | null> {
  const found = await sql<{ claimId: number }>`
    select id as "claimId" from coupons_published_claims where issue_key = ${issueKey} and state = 'held'`.execute(
    db,
  );
  return found.rows[0]?.claimId ?? null;
}
