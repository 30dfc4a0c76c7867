import { wordsIn } from '../foundation/errors.ts';
import { sha256 } from '../foundation/secrets.ts';
import { writeJson } from '../foundation/write-json.ts';
import { type LineEvent, readLineEvent } from '../line/events.ts';

/** A webhook event on its way into the inbox. */
export type IncomingEvent = {
  eventKey: string;
  queueKey: string;
  destination: string;
  eventType: string;
  messageId: string | null;
  lineUserId: string | null;
  eventAt: Date;
  receivedAt: Date;
  /** Its own JSON; base64 of the bytes where `ignoredReason` is 'unreadable': text is the leanest way into the row. */
  body: string;
  ignoredReason: string | null;
};

const maxTextLength = 200;
/** LINE began in 2011; a later day than tomorrow is nobody's clock. */
const earliest = Date.UTC(2011, 0, 1);
const dayMs = 86_400_000;

/**
 * Takes a signed body apart, one row per event. A body that cannot be read is kept whole as one ignored row: it was
 * signed, so it is never thrown away. `ourUserId` null = not known yet, then every destination is ours.
 */
export function readWebhookBody(body: Buffer, receivedAt: Date, ourUserId: string | null): IncomingEvent[] {
  const parsed = parseBody(body);
  if (parsed === null) return [unreadable(body, receivedAt)];
  const isOurs = ourUserId === null || parsed.destination === ourUserId;
  return parsed.events.map((value) => {
    const event = readLineEvent(value);
    return {
      eventKey: eventKeyOf(event, value),
      queueKey: queueKeyOf(event, value),
      destination: parsed.destination,
      eventType: event.type.slice(0, maxTextLength),
      messageId: (event.unsentMessageId ?? event.message?.id ?? null)?.slice(0, maxTextLength) ?? null,
      lineUserId: event.source.userId,
      eventAt: eventTime(event.timestamp, receivedAt),
      receivedAt,
      body: writeJson(value),
      ignoredReason: ignoredReason(event, isOurs),
    };
  });
}

/** What a person said or chose in an event, and its token: an error may quote it, a log may not. */
export function listSaid(body: Buffer): string[] {
  const { message, postback, link, replyToken } = readLineEvent(parseJson(body));
  return wordsIn([message?.text, postback?.data, postback?.params, link?.nonce, replyToken]);
}

/** `webhookEventId`, any string; else the hash of the event without what a redelivery changes. */
function eventKeyOf(event: LineEvent, value: unknown): string {
  const id = event.webhookEventId;
  if (id) return id.length <= maxTextLength ? id : `sha256:${sha256(id).toString('hex')}`;
  const { deliveryContext: _, ...rest } =
    typeof value === 'object' && value !== null ? ({ ...value } as Record<string, unknown>) : { value };
  return `sha256:${sha256(writeJson(rest)).toString('hex')}`;
}

function queueKeyOf(event: LineEvent, value: unknown): string {
  if (event.source.userId) return `user:${event.source.userId}`;
  if (event.source.chatId) return `chat:${event.source.chatId.slice(0, maxTextLength)}`;
  return `event:${eventKeyOf(event, value)}`;
}

function eventTime(timestamp: number | null, receivedAt: Date): Date {
  if (timestamp === null || timestamp < earliest || timestamp > receivedAt.getTime() + dayMs)
    return receivedAt;
  return new Date(timestamp);
}

const handled = new Set(['message', 'postback', 'follow', 'unfollow', 'unsend', 'accountLink']);

function ignoredReason(event: LineEvent, isOurs: boolean): string | null {
  if (!isOurs) return 'other_destination';
  if (event.type === 'unsend') return null;
  // Whoever holds the chat: who follows is true all the same.
  const tellsWhoFollows = event.type === 'follow' || event.type === 'unfollow';
  if (event.mode === 'standby' && !tellsWhoFollows) return 'standby';
  if (!handled.has(event.type)) return 'unhandled_type';
  if (event.source.userId === null && event.source.chatId === null) return 'no_source';
  return null;
}

function unreadable(body: Buffer, receivedAt: Date): IncomingEvent {
  const eventKey = `sha256:${sha256(body).toString('hex')}`;
  return {
    eventKey,
    queueKey: `event:${eventKey}`,
    destination: '',
    eventType: 'unreadable',
    messageId: null,
    lineUserId: null,
    eventAt: receivedAt,
    receivedAt,
    body: body.toString('base64'),
    ignoredReason: 'unreadable',
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

function parseBody(body: Buffer): { destination: string; events: unknown[] } | null {
  try {
    const text = body.toString('utf8');
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
    if (typeof value !== 'object' || value === null || !('events' in value) || !Array.isArray(value.events))
      return null;
    const destination =
      'destination' in value && typeof value.destination === 'string' ? value.destination : '';
    return {
      destination: destination.replaceAll('\u0000', '').toWellFormed().slice(0, maxTextLength),
      events: value.events,
    };
  } catch {
    return null;
  }
}
