import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/cluster.ts'],
    setupFiles: ['test/support/no-network.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // Many tests start processes: what one of them compiled the next one need not.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'shuke-compile-cache') },
    // A busy machine is slow; what never comes fails all the same.
    expect: { poll: { timeout: 40_000 } },
    // Half of the time a worker waits: for a browser, a pause, another process. Three keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Files share what they import: half of the time of a small one was loading it. No test changes a module.
    isolate: false,
  },
});
