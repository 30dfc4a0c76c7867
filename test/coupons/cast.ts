import type { z } from 'zod';
import { type CouponDefinition, couponDefinition } from '#features/coupons/coupon-definition-rules.ts';
import { createCoupon } from '#features/coupons/create-coupon.ts';
import { createPerson } from '#features/members/create-person.ts';
import { holdLine, holdPhone } from '#features/members/hold-identity.ts';
import { saveStore } from '#features/stores/save-store.ts';
import type { Actor } from '#foundation/audit.ts';
import type { Db, Tx } from '#foundation/db.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { parsePostback } from '#line/postback.ts';

export const noon = new Date('2026-11-21T04:00:00Z');
/** When coupons were defined: a claim window may be over by noon. */
const weeksAgo = new Date('2026-11-01T04:00:00Z');
export const today = '2026-11-21';
export const system: Actor = { kind: 'system', id: 'test' };

const secrets = createSecrets(Buffer.alloc(32, 7));
const run = <T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> => db.transaction().execute(work);

export const lineUser = (n: number): string => `U${n.toString(16).padStart(32, '0')}`;

/** A bound member: `n` gives the LINE account and the phone. */
export function makeMember(
  db: Db,
  n: number,
  over: { joinedAt?: Date | null; phone?: string } = {},
): Promise<number> {
  return run(db, async (tx) => {
    const memberId = await createPerson(tx, { lineUserId: null, now: noon, actor: null, source: 'test' });
    await holdLine(tx, { memberId, lineUserId: lineUser(n), now: noon });
    const phone = over.phone ?? `+8869${String(n).padStart(8, '0')}`;
    await holdPhone(tx, secrets, { memberId, phone, verifiedAt: noon, now: noon });
    const joinedAt = over.joinedAt === undefined ? noon : over.joinedAt;
    await tx.updateTable('members').set({ joined_at: joinedAt }).where('id', '=', memberId).execute();
    return memberId;
  });
}

export async function makeStore(db: Db, code: string, name: string): Promise<{ id: number; code: string }> {
  const saved = await run(db, (tx) =>
    saveStore(tx, {
      code,
      name,
      address: '台北市',
      phone: '02-2345-6789',
      openingHours: null,
      closedDays: null,
      now: noon,
      actor: system,
    }),
  );
  return { id: saved.store.storeId, code };
}

export async function makeCoupon(
  db: Db,
  over: Partial<z.input<typeof couponDefinition>> & { key: string },
): Promise<{ couponId: number; definition: CouponDefinition }> {
  const definition = couponDefinition.parse({
    title: { 'zh-TW': '週年慶折價券' },
    reward: { kind: 'amount_off', amountTwd: 100 },
    isClaimable: true,
    ...(over.validUntil ? {} : { validDays: 30 }),
    ...over,
  });
  const made = await run(db, (tx) => createCoupon(tx, { definition, now: weeksAgo, today, actor: system }));
  if (!made.ok) throw new Error(made.reason);
  return { couponId: made.couponId, definition };
}

/** All words of an answer in reading order, and the postbacks of its buttons. */
export function partsOf(json: unknown): { texts: string[]; postbacks: string[] } {
  const texts: string[] = [];
  const postbacks: string[] = [];
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) {
      part.forEach(walk);
      return;
    }
    if (typeof part !== 'object' || part === null) return;
    const { type, text, label, data, ...rest } = part as Record<string, unknown>;
    if (typeof text === 'string') texts.push(text);
    if (typeof label === 'string') texts.push(`[${label}]`);
    if (type === 'postback' && typeof data === 'string') {
      const { name: to, args } = parsePostback(data) ?? { name: '?', args: {} };
      postbacks.push([to, ...Object.entries(args).map(([key, value]) => `${key}=${value}`)].join(' '));
    }
    walk(Object.values(rest));
  };
  walk(json);
  return { texts, postbacks };
}
