import { describe, expect, it } from 'vitest';
import { createCrowdingWatch } from '#outbox/watch-crowding.ts';
import { eventually } from '../support/eventually.ts';

function keepBusy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('a process', () => {
  it('is crowded while it gets nothing else done, and no more once it has caught up', async () => {
    const watch = createCrowdingWatch();
    await eventually(() => expect(watch.isCrowded()).toBe(false));
    keepBusy(60);
    expect(watch.isCrowded()).toBe(true);
    await eventually(() => expect(watch.isCrowded()).toBe(false));
    watch.stop();
  });
});
