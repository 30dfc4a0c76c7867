import { z } from 'zod';
import { chatIdPattern, listOf, userIdPattern } from './field-rules.ts';
import { messages } from './message-rules.ts';

const notificationDisabled = z.boolean().optional();
const customAggregationUnits = listOf(
  z.string().regex(/^[a-zA-Z0-9_]{1,30}$/, 'Must match [a-zA-Z0-9_]{1,30}'),
  0,
  1,
).optional();

/** Bodies of the three sends, around whatever counts as messages. */
function sendBodies(list: z.ZodType) {
  const common = { messages: list, notificationDisabled };
  return {
    reply: z.strictObject({ ...common, replyToken: z.string().min(1, 'May not be empty') }),
    push: z.strictObject({
      ...common,
      to: z.string().regex(chatIdPattern, 'Must be the id of a user, group or room'),
      customAggregationUnits,
    }),
    multicast: z.strictObject({
      ...common,
      // Users only: LINE refuses groups and rooms here.
      to: listOf(z.string().regex(userIdPattern, 'Must be the id of a user'), 1, 500),
      customAggregationUnits,
    }),
  };
}

export const sendShapes = sendBodies(messages);

/** For benches: the message objects themselves are taken as they come. */
export const leanSendShapes = sendBodies(listOf(z.looseObject({ type: z.string() }), 1, 5));

export const validateBody = z.strictObject({ messages });

export const loadingBody = z.strictObject({
  chatId: z.string().regex(userIdPattern, 'Must be the id of a user'),
  loadingSeconds: z
    .number()
    .refine((n) => n >= 5 && n <= 60 && n % 5 === 0, 'Must be 5 to 60, in steps of 5')
    .optional(),
});

export const markAsReadBody = z.strictObject({ markAsReadToken: z.string().min(1, 'May not be empty') });

/** LINE demands the hexadecimal form of a UUID. */
export const retryKeyPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
