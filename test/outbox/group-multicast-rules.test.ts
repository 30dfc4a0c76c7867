import { describe, expect, it } from 'vitest';
import { cutToRecipients } from '#outbox/group-multicast-rules.ts';

const push = { method: 'push' } as const;
const multicast = { method: 'multicast' } as const;

describe('rows that leave together', () => {
  it('have so many recipients at most, 500 of them in a multicast', () => {
    expect(cutToRecipients([push, push, push], 2)).toHaveLength(2);
    expect(cutToRecipients([multicast, multicast, push], 1_000)).toHaveLength(2);
    expect(cutToRecipients([push, multicast, push], 500)).toEqual([push]);
  });

  it('are one at least, and all where there is room', () => {
    expect(cutToRecipients([multicast, push], 100)).toEqual([multicast]);
    expect(cutToRecipients([push, multicast], 501)).toHaveLength(2);
    expect(cutToRecipients([], 100)).toEqual([]);
  });
});
