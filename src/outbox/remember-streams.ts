import type { DueStream, Place } from './pick-rows.ts';

/** How long what was found due is taken for due still. */
const knownMs = 250;
/** How long a stream is read on from where the last batch ended; then rows that came back are met from its start. */
const onwardMs = 1_000;

/**
 * Where one process stands in the streams that it sends. A stream that gives full batches is not looked for before
 * each of them, and is read on behind what was taken: the rows that have left still stand in its index, and to pass
 * over them again and again would cost more than the batch.
 */
export function createStreamMemory(clockMs: () => number = () => performance.now()) {
  let found: { streams: readonly DueStream[]; until: number } | null = null;
  const places = new Map<number, { place: Place; until: number }>();

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

    /** @param place the last row of a full batch; null = the batch was not full */
    reach(streamId: number, place: Place | null): void {
      const before = places.get(streamId);
      if (place === null) {
        places.delete(streamId);
        found = null;
      } else places.set(streamId, { place, until: keptUntil(before) });
    },
  };

  /** A place moves on, but its time does not: the start is met again once a second. */
  function keptUntil(before: { until: number } | undefined): number {
    const nowMs = clockMs();
    return before && nowMs < before.until ? before.until : nowMs + onwardMs;
  }
}
