import { readFriend } from '../friends/friend-reads.ts';
import { readLineEvent } from '../line/events.ts';
import type { DispatchParts } from './dispatch.ts';
import { notDoneMessage } from './inbox-messages.ts';
import type { StoredEvent } from './lease-queues.ts';

/** Tells someone whose message or tap was given up that nothing was changed, while its reply token lives. */
export function createApology<Planned>(
  parts: Pick<DispatchParts<Planned>, 'db' | 'transact' | 'house' | 'replies'>,
) {
  return async (stored: StoredEvent): Promise<void> => {
    const event = readLineEvent(JSON.parse(stored.body.toString('utf8')));
    const { userId, type } = event.source;
    const { replyToken } = event;
    if (type !== 'user' || userId === null || replyToken === null) return;
    if (event.type !== 'message' && event.type !== 'postback') return;
    const house = await parts.house();
    const friend = await readFriend(parts.db, userId);
    const planned = await parts.transact((tx) =>
      parts.replies.plan(tx, [
        {
          eventKey: stored.eventKey,
          lineUserId: userId,
          memberId: null,
          replyToken,
          receivedAt: stored.receivedAt,
          messages: [notDoneMessage(house, friend?.language ?? 'zh-TW')],
          late: 'drop',
        },
      ]),
    );
    for (const reply of planned) parts.replies.send(reply);
  };
}
