import type { Db } from '#foundation/db.ts';
import { maxRecipients } from './group-multicast-rules.ts';
import { type DueStream, findDue, type LaneName, type Place } from './pick-rows.ts';
import { createStreamMemory } from './remember-streams.ts';
import type { Errand } from './retry-rules.ts';
import { takePermits } from './take-permits.ts';

/** The stream that fills a batch: how many of its rows may leave now, and behind which of them it is read on. */
export type ChosenStream = DueStream & {
  permits: number;
  after: Place | null;
  /** Tells at once which row is locked last, or that none is left: whoever leases next reads on behind it. */
  reach(place: Place | null, tookMs: number): void;
};

/** Which streams have something due, and which of them is next. @param parts.batch rows that are leased at once */
export function createStreamChooser({ db, batch }: { db: Db; batch: number }) {
  const memory = createStreamMemory();
  /** Streams whose last batch was new and left in few calls. What is tried again brings its recipients along. */
  const sameForAll = new Set<number>();
  let turn = 0;

  return {
    /** What there is to lease: looked up, or remembered while streams have rows. */
    async findDue(lane: LaneName, now: Date): ReturnType<typeof findDue> {
      const streams = lane === 'messages' ? memory.known() : null;
      if (streams) return { isPlainDue: true, streams: [...streams] };
      const due = await findDue(db, { lane, now });
      if (lane === 'messages') memory.learn(due.streams);
      return due;
    },

    /** Streams take turns; one whose own pace leaves nothing just now is passed over. */
    async choose(streams: readonly DueStream[], limit: number): Promise<ChosenStream | null> {
      turn += 1;
      for (let nth = 0; nth < streams.length; nth++) {
        const { id, pacePerSecond } = streams[(turn + nth) % streams.length] as DueStream;
        // Words that are the same for all leave in calls of 500.
        const most = sameForAll.has(id) ? Math.ceil((maxRecipients * limit) / batch) : limit;
        const permits = pacePerSecond === null ? most : await takePermits(db, { streamId: id, limit: most });
        if (permits === 0) continue;
        const reach = (place: Place | null, tookMs: number) => memory.reach(id, place, tookMs);
        return { id, pacePerSecond, permits, after: memory.placeIn(id), reach };
      }
      return null;
    },

    /** What leaves of the batch that a stream filled. */
    note({ id }: ChosenStream, errands: readonly Errand[]): void {
      if (errands.length === 0) return;
      if (errands.every(({ method, attempts }) => method === 'multicast' && attempts === 1))
        sameForAll.add(id);
      else sameForAll.delete(id);
    },

    /** Something may be due that was not. */
    forget: memory.forget,
  };
}
