import { brandPolicy } from '#foundation/brand.ts';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { createFlexKit } from '#line/flex.ts';
import { derivePalette } from '#line/palette-rules.ts';
import type { House, Turn } from '#line/turn.ts';

/** The demo-like house that chat tests speak in. */
export async function makeHouse(db: Db): Promise<House> {
  return {
    brand: await readPolicy(db, brandPolicy, new Date('2026-11-21T04:00:00Z')),
    brandName: 'Shuke',
    basicId: '@shuke',
    publicUrl: 'https://shuke.example',
    secrets: createSecrets(Buffer.alloc(32, 7)),
    flex: createFlexKit(derivePalette('#0F5B4F')),
  };
}

/** One event of one person in a 1:1 chat. */
export function makeTurn(house: House, over: Partial<Turn> = {}): Turn {
  const at = new Date('2026-11-21T04:00:00Z');
  return {
    eventKey: 'event-1',
    lineUserId: `U${'1'.repeat(32)}`,
    locale: 'zh-TW',
    displayName: '小美',
    input: { kind: 'other' },
    asked: null,
    eventAt: at,
    receivedAt: at,
    now: at,
    house,
    prepared: { linkToken: null },
    ...over,
  };
}
