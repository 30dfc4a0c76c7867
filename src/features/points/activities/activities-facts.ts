import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';
import { activityKinds } from './activity-rules.ts';

/** A member did something that may earn points; 0 points where the kind is off or a cap was reached. */
export const activityRecorded = declareFact(
  'activity.recorded',
  1,
  z.object({
    activityId: z.int(),
    kind: z.enum(activityKinds),
    storeId: z.int().nullable(),
    occurredOn: z.iso.date(),
    points: z.int().min(0),
  }),
);
