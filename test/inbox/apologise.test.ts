import { describe, expect, it } from 'vitest';
import { createApology } from '#inbox/apologise.ts';
import type { StoredEvent } from '#inbox/lease-queues.ts';
import type { PlannedReply } from '#outbox/enqueue.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeHouse } from '../support/turn.ts';
import { lineEvent, newLineUserId, textEvent } from '../support/webhook.ts';

const { db } = await openTestDatabase();

function desk() {
  const planned: PlannedReply[] = [];
  const apologise = createApology<PlannedReply>({
    db,
    house: () => makeHouse(db),
    transact: (work) => db.transaction().execute(work),
    replies: {
      plan: async (_tx, replies) => {
        planned.push(...replies);
        return [...replies];
      },
      send: () => undefined,
    },
  });
  return { planned, apologise };
}

const stored = (event: object): StoredEvent => ({
  id: 1,
  eventKey: 'e1',
  eventAt: new Date(),
  receivedAt: new Date(),
  body: Buffer.from(JSON.stringify(event)),
  attempts: 4,
  isUnsent: false,
  isResting: false,
  dialog: null,
});

describe('an event that was given up', () => {
  it('is answered with what is safe and what to do next', async () => {
    const { planned, apologise } = desk();
    await apologise(stored(textEvent(newLineUserId(), '點數')));
    expect(JSON.stringify(planned[0]?.messages)).toContain('您的點數和優惠券沒有變動');
    expect(planned[0]?.late).toBe('drop');
  });

  it.each([
    [
      'in a group',
      textEvent(newLineUserId(), '點數', {
        source: { type: 'group', groupId: 'C1', userId: newLineUserId() },
      }),
    ],
    ['without a reply token', textEvent(newLineUserId(), '點數', { replyToken: undefined })],
    ['that asked for nothing', lineEvent(newLineUserId(), { type: 'unfollow' })],
  ])('is not answered %s', async (_what, event) => {
    const { planned, apologise } = desk();
    await apologise(stored(event));
    expect(planned).toEqual([]);
  });
});
