import type { Actor } from '#foundation/audit.ts';

/** Who starts, plans and closes campaigns. */
export const campaignJob: Actor = { kind: 'job', id: 'campaigns' };
