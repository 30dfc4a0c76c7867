/**
 * LINE's webhook events as we read them: tolerant of what is missing, unknown or new. Only the members that we act
 * on are named; the bytes themselves stand in the inbox.
 */
export type LineEvent = {
  type: string;
  mode: string;
  webhookEventId: string | null;
  timestamp: number | null;
  replyToken: string | null;
  isRedelivery: boolean;
  source: { type: 'user' | 'group' | 'room' | 'none'; userId: string | null; chatId: string | null };
  message: {
    id: string | null;
    type: string;
    text: string | null;
    mentionsSelf: boolean;
  } | null;
  postback: { data: string; params: Record<string, string> } | null;
  follow: { isUnblocked: boolean };
  unsentMessageId: string | null;
  link: { result: string; nonce: string | null } | null;
};

const userIdShape = /^U[0-9a-f]{32}$/;

export const isLineUserId = (value: unknown): value is string =>
  typeof value === 'string' && userIdShape.test(value);

/** Reads one event; never throws, whatever the value is. */
export function readLineEvent(value: unknown): LineEvent {
  const event = asObject(value);
  const source = asObject(event.source);
  const message = event.message === undefined ? null : asObject(event.message);
  const postback = event.postback === undefined ? null : asObject(event.postback);
  const link = event.link === undefined ? null : asObject(event.link);
  return {
    type: asText(event.type) ?? 'unknown',
    mode: asText(event.mode) ?? 'active',
    webhookEventId: asText(event.webhookEventId) || null,
    timestamp:
      typeof event.timestamp === 'number' && Number.isFinite(event.timestamp) ? event.timestamp : null,
    replyToken: usableReplyToken(asText(event.replyToken)),
    isRedelivery: asObject(event.deliveryContext).isRedelivery === true,
    source: {
      type:
        source.type === 'user' || source.type === 'group' || source.type === 'room' ? source.type : 'none',
      userId: isLineUserId(source.userId) ? source.userId : null,
      chatId: asText(source.groupId) ?? asText(source.roomId),
    },
    message: message && {
      id: asText(message.id),
      type: asText(message.type) ?? 'unknown',
      text: asText(message.text),
      mentionsSelf: mentionsSelf(message),
    },
    postback: postback && { data: asText(postback.data) ?? '', params: asTextRecord(postback.params) },
    follow: { isUnblocked: asObject(event.follow).isUnblocked === true },
    unsentMessageId: asText(asObject(event.unsend).messageId),
    link: link && { result: asText(link.result) ?? '', nonce: asText(link.nonce) },
  };
}

/** LINE's "Verify" button and old fixtures send tokens of one repeated character: they answer nothing. */
function usableReplyToken(token: string | null): string | null {
  return token && !/^(.)\1*$/.test(token) ? token : null;
}

function mentionsSelf(message: Record<string, unknown>): boolean {
  const { mentionees } = asObject(message.mention);
  return Array.isArray(mentionees) && mentionees.some((mentionee) => asObject(mentionee).isSelf === true);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** PostgreSQL's text refuses NUL and broken surrogates; a chat may hold both. */
function asText(value: unknown): string | null {
  return typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : null;
}

function asTextRecord(value: unknown): Record<string, string> {
  const entries = Object.entries(asObject(value)).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text.replaceAll('\u0000', '').toWellFormed()] as const] : [],
  );
  return Object.fromEntries(entries);
}
