import { vi } from 'vitest';

/** Waits until nothing throws any more, as long as a busy machine may need. */
export const eventually = <Found>(check: () => Found | Promise<Found>): Promise<Found> =>
  vi.waitFor(check, { timeout: 40_000, interval: 20 });
