import type { DueStream, Place } from './pick-rows.ts';

/** How long what was found due is taken for due still. */
const knownMs = 250;
/** How long a stream is read on from where the last batch ended; then rows that came back are met from its start. */
const onwardMs = 1_000;
/** How soon that is where nothing is left behind the place: a plan that is still written down adds to it all the time. */
export const againFromStartMs = 100;
/** Looking from the start, past all that has left, may take a twentieth of the time, but those that came back wait no longer. */
const restAfterLook = 20;
const longestRestMs = 5_000;

/**
 * Where one process stands in the streams that it sends. A stream that has rows is not looked for before each batch,
 * and is read on behind what was taken: the rows that have left still stand in its index, and to pass over them again
 * and again would cost more than the batch.
 */
export function createStreamMemory(clockMs: () => number = () => performance.now()) {
  let found: { streams: readonly DueStream[]; until: number } | null = null;
  const places = new Map<number, { place: Place; againAt: number; until: number }>();

  return {
    /** The streams that were due a moment ago, or null: look. */
    known(): readonly DueStream[] | null {
      return found && clockMs() < found.until ? found.streams : null;
    },

    learn(streams: readonly DueStream[]): void {
      found = streams.length > 0 ? { streams, until: clockMs() + knownMs } : null;
    },

    /** Something may be due that was not. */
    forget(): void {
      found = null;
    },

    /** Behind which row a stream is read on; null = from its start. */
    placeIn(streamId: number): Place | null {
      const reached = places.get(streamId);
      return reached && clockMs() < reached.until ? reached.place : null;
    },

    /** @param place of the last row that was taken; null = there was none. @param tookMs to find out */
    reach(streamId: number, place: Place | null, tookMs: number): void {
      const nowMs = clockMs();
      const before = places.get(streamId);
      const known = before && nowMs < before.until ? before : null;
      if (!place) {
        found = null;
        if (known) known.until = Math.min(known.until, known.againAt);
        else places.delete(streamId);
      } else if (!known) {
        const restMs = Math.min(longestRestMs, restAfterLook * tookMs);
        const againAt = nowMs + Math.max(againFromStartMs, restMs);
        places.set(streamId, { place, againAt, until: nowMs + Math.max(onwardMs, restMs) });
      } else if (isBehind(place, known.place)) known.place = place;
    },
  };
}

/** Of two batches that were picked at the same time either may tell first. */
const isBehind = (place: Place, other: Place): boolean => place.dueAt !== other.dueAt || place.id > other.id;
