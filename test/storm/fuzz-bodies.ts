import { createHmac } from 'node:crypto';
import type { Chance } from './chance.ts';

/** One POST to the door: what it carries and whether it is rightly signed. */
export type FuzzedPost = { body: Buffer; signature: string | null; isSigned: boolean; contentType: string };

const hostile: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  -1e308,
  '',
  ' ',
  '\u0000',
  'a\u0000b\ud800c',
  '\udfff',
  '\u202e點數\u202c',
  '__proto__',
  'constructor',
  "'; drop table inbox_events; --",
  '%00%ff',
  'v1:claim?id=99999999999999999999&n=0',
  'v1:claim?id=%',
  'v9999:go:card',
  'x'.repeat(400),
  '點'.repeat(6_000),
  '9999-99-99',
  'U0123456789abcdef0123456789abcdef',
  [],
  {},
  [[[[[[[[]]]]]]]],
  { type: 'user' },
  { type: 'group', groupId: '' },
];

const oddTexts = [
  '',
  'null',
  '[]',
  '"events"',
  '{"events":{}}',
  '{"events":[null,1,"a",[]]}',
  '{"destination":1,"events":[{}]}',
  '{"events":[{"type":"message","__proto__":{"isSelf":true},"constructor":{"prototype":{}}}]}',
  '{"events":[{"type":"message"}],"events":[]}',
  '\uFEFF{"events":[]}',
  '{"events":[1e400,-0,1E-400]}',
  '['.repeat(20_000),
  '{"a":'.repeat(3_000),
  '{"events":[{"type":"message","message":{"type":"text","text":"\\u0000\\ud800"}}]}',
];

/** What nests, with what closes it. */
const nests = [
  ['[', ']'],
  ['{"a":', '}'],
  ['[{"type":', '}]'],
] as const;
/** More than most code that calls itself for every level can bear; the door has no such limit. */
const leastLevels = 5_000;
const moreLevels = 20_000;
/** Stands in a body for what no value in memory is made of: cloning and writing would run out of stack. */
const nestMark = '<a deep nest>';

const types = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/octet-stream',
  'x/y',
];

/**
 * An endless row of posts: sound bodies broken in one to four places, a few nested deeply, bytes turned over, garbage;
 * half forged.
 */
export function createFuzzer(options: { chance: Chance; bodies: readonly Buffer[]; channelSecret: string }) {
  const { chance, bodies, channelSecret } = options;
  const parsed = bodies.map((body) => JSON.parse(body.toString('utf8')) as unknown);
  const sign = (body: Buffer, secret = channelSecret) =>
    createHmac('sha256', secret).update(body).digest('base64');
  let made = 0;

  function makeBody(): Buffer {
    if (chance.oneIn(200)) return nestDeeply(structuredClone(chance.pick(parsed)));
    const kind = chance.below(20);
    if (kind < 11) return Buffer.from(JSON.stringify(breakJson(structuredClone(chance.pick(parsed)))));
    if (kind < 15) return breakBytes(Buffer.from(chance.pick(bodies)));
    if (kind < 18) return Buffer.from(Array.from({ length: chance.below(600) }, () => chance.below(256)));
    return Buffer.from(chance.pick(oddTexts));
  }

  /** Thousands of lists or objects in one another, in place of some member of a sound body. */
  function nestDeeply(value: unknown): Buffer {
    nameEvents(value);
    const { holder, key } = chance.pick(listSpots(value));
    holder[key] = nestMark;
    const [opening, closing] = chance.pick(nests);
    const levels = leastLevels + chance.below(moreLevels);
    const nest = `${opening.repeat(levels)}0${closing.repeat(levels)}`;
    return Buffer.from(JSON.stringify(value).replace(JSON.stringify(nestMark), nest));
  }

  /** Every event gets an id of its own, so that it is not taken for a redelivery. */
  function nameEvents(value: unknown): unknown[] | null {
    const events = (value as { events?: unknown } | null)?.events;
    if (!Array.isArray(events)) return null;
    for (const event of events)
      if (typeof event === 'object' && event !== null) event.webhookEventId = `F${++made}`;
    return events;
  }

  /** The breaking may undo the naming. */
  function breakJson(value: unknown): unknown {
    const events = nameEvents(value);
    if (events && chance.oneIn(12))
      events.push(...Array.from({ length: chance.below(40) }, () => chance.pick(events)));
    let broken = value;
    for (let times = 1 + chance.below(4); times > 0; times--) broken = breakOnce(broken);
    return broken;
  }

  type Spot = { holder: Record<string, unknown>; key: string };

  function listSpots(root: unknown): Spot[] {
    const spots: Spot[] = [];
    const visit = (holder: unknown): void => {
      if (typeof holder !== 'object' || holder === null) return;
      for (const key of Object.keys(holder)) {
        spots.push({ holder: holder as Record<string, unknown>, key });
        visit((holder as Record<string, unknown>)[key]);
      }
    };
    visit(root);
    return spots;
  }

  function breakOnce(root: unknown): unknown {
    const spots = listSpots(root);
    if (spots.length === 0) return chance.pick(hostile);
    const { holder, key } = chance.pick(spots);
    switch (chance.below(6)) {
      case 0:
        delete holder[key];
        break;
      case 1: {
        const other = chance.pick(spots);
        holder[key] = structuredClone(other.holder[other.key]);
        break;
      }
      case 2:
        holder[String(chance.pick(hostile))] = holder[key];
        break;
      default:
        holder[key] = structuredClone(chance.pick(hostile));
    }
    return root;
  }

  function breakBytes(body: Buffer): Buffer {
    for (let times = 1 + chance.below(5); times > 0; times--)
      if (body.length > 0) body[chance.below(body.length)] = chance.below(256);
    return chance.oneIn(3) ? body.subarray(0, chance.below(body.length + 1)) : body;
  }

  function forge(body: Buffer): string | null {
    const right = sign(body);
    switch (chance.below(9)) {
      case 0:
        return null;
      case 1:
        return sign(body, 'f'.repeat(32));
      case 2:
        return sign(Buffer.concat([body, Buffer.from(' ')]));
      case 3:
        return sign(chance.pick(bodies).subarray(1));
      case 4:
        return right.slice(0, chance.below(right.length));
      case 5:
        return `${right.slice(0, -2)}${right.at(-2) === 'A' ? 'B' : 'A'}=`;
      case 6:
        return Buffer.from(right, 'base64').toString('hex');
      case 7:
        return `${right}=`;
      default:
        return Buffer.from(Array.from({ length: 32 }, () => chance.below(256))).toString('base64');
    }
  }

  return {
    next(isSigned: boolean): FuzzedPost {
      const body = makeBody();
      const signature = isSigned ? sign(body) : forge(body);
      return { body, signature, isSigned, contentType: chance.pick(types) };
    },
    /** A sound event under a right signature: the door must still take it. */
    sound(): FuzzedPost & { eventId: string } {
      const eventId = `sound-${++made}`;
      const event = {
        type: 'message',
        mode: 'active',
        timestamp: Date.now(),
        source: { type: 'user', userId: `U${'e'.repeat(32)}` },
        webhookEventId: eventId,
        message: { id: eventId, type: 'text', text: '點數' },
      };
      const body = Buffer.from(JSON.stringify({ events: [event] }));
      return { body, signature: sign(body), isSigned: true, contentType: 'application/json', eventId };
    },
  };
}
