import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { findTarget } from './clock-rules.ts';
import {
  type ChatView,
  furthestDays,
  type ShownRichMenu,
  type SimulatedShopper,
  type SimulatorState,
  type TillSetup,
} from './contract.ts';
import { registerPage } from './page-routes.ts';
import type { Person } from './people.ts';
import type { LinePlatform } from './platform.ts';
import type { ActRefusal } from './shopper-acts.ts';
import { playShopper } from './shopper-acts.ts';
import { registerStream } from './stream-routes.ts';
import { createWebhookSender } from './webhook-sender.ts';

export type SimulatorOptions = {
  platform: LinePlatform;
  /** Where the service takes LINE's webhooks. */
  webhookUrl: string;
  /** The demo's business clock. */
  clock: { now(): Date; jumpTo(instant: Date): Promise<void> | void };
  till: () => Promise<TillSetup>;
  /** Folder of the built page. */
  pageDir: string;
  /** The shop's time zone, such as Asia/Taipei. */
  businessZone: string;
};

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

const shopperBody = z.strictObject({
  displayName: z.string().trim().min(1).max(20),
  language: z.string().regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'Must be a BCP 47 language tag'),
});

const actBody = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('follow') }),
  z.strictObject({ act: z.literal('block') }),
  z.strictObject({ act: z.literal('text'), text: z.string().min(1).max(5000) }),
  z.strictObject({
    act: z.literal('postback'),
    data: z.string().max(300),
    displayText: z.string().min(1).max(300).optional(),
    params: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({
    act: z.literal('switch-menu'),
    aliasId: z.string().min(1).max(32),
    data: z.string().max(300),
  }),
  z.strictObject({ act: z.literal('sticker') }),
  z.strictObject({ act: z.literal('unsend'), lineId: z.string().min(1) }),
]);

const faultsBody = z.strictObject({
  rateLimited: z.boolean(),
  serverError: z.boolean(),
  timeoutAfterAccept: z.boolean(),
  duplicateWebhook: z.boolean(),
  outOfQuota: z.boolean(),
});

const clockBody = z.discriminatedUnion('move', [
  z.strictObject({ move: z.literal('next-morning') }),
  z.strictObject({ move: z.literal('days'), days: z.int().min(1).max(3650) }),
  z.strictObject({ move: z.literal('date'), date: z.iso.date() }),
]);

const clockRefusals = {
  backwards: 'The clock only goes forward: choose a later date',
  too_far: `The clock goes at most ${furthestDays} days ahead at once: choose an earlier date`,
};

const refusals: Record<ActRefusal, { status: number; message: string }> = {
  unknown_shopper: { status: 404, message: 'There is no such shopper' },
  already_following: { status: 409, message: 'This shopper is a friend of the account already' },
  not_following: { status: 409, message: 'This shopper is no friend of the account' },
  blocked: { status: 409, message: 'This shopper has blocked the account: unblock it first' },
  unknown_line: { status: 404, message: 'This shopper has sent no such line' },
  already_unsent: { status: 409, message: 'This line was taken back already' },
  link_token_ended: { status: 409, message: 'The link token is used or too old' },
  bad_nonce: { status: 400, message: 'A nonce has 10 to 255 characters' },
};

/** Fastify plugin: the simulator's page under /simulator and its API under /simulator/api (contract.ts). */
export async function simulatorRoutes(app: FastifyInstance, options: SimulatorOptions): Promise<void> {
  const { platform, clock, businessZone } = options;
  const sender = createWebhookSender({ platform, url: options.webhookUrl });

  // The demo is for this machine only; a page elsewhere that points its own name here is refused as well.
  app.addHook('onRequest', async (request, reply) => {
    if (loopback.test(request.headers.host ?? '')) return;
    return refuse(reply, 403, 'not_loopback', 'The simulator answers on this machine only');
  });
  app.setErrorHandler<Error & { statusCode?: number; code?: string }>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error(error);
    const message = status >= 500 ? 'The simulator failed' : error.message;
    return refuse(reply, status, status >= 500 ? 'internal' : 'bad_request', message);
  });
  app.addHook('onClose', () => sender.idle());

  await registerPage(app, options.pageDir);
  registerStream(app, platform);

  app.get('/simulator/api/state', async (): Promise<SimulatorState> => {
    const { account, quota, people } = platform;
    return {
      brandName: account.displayName,
      basicId: account.basicId,
      now: clock.now().toISOString(),
      shoppers: people.list().map(toShopper),
      faults: platform.faults(),
      quota: { limit: quota.limit(), used: quota.used() },
    };
  });

  app.post('/simulator/api/shoppers', async (request, reply) => {
    const body = read(reply, shopperBody, request.body);
    if (body === null) return reply;
    const person = platform.people.add(body);
    platform.changed({ kind: 'state' });
    return reply.code(201).send(toShopper(person));
  });

  app.get<{ Params: { userId: string } }>('/simulator/api/chats/:userId', async (request, reply) => {
    const person = platform.people.find(request.params.userId);
    if (person === null) return refuse(reply, 404, 'unknown_shopper', refusals.unknown_shopper.message);
    const view: ChatView = {
      shopper: toShopper(person),
      lines: platform.chats.lines(person.userId),
      richMenu: showRichMenu(platform, person),
    };
    return view;
  });

  app.post<{ Params: { userId: string } }>(
    '/simulator/api/shoppers/:userId/events',
    async (request, reply) => {
      const act = read(reply, actBody, request.body);
      if (act === null) return reply;
      const outcome = await playShopper({ platform, sender }, request.params.userId, act);
      if (outcome.ok) return { webhook: outcome.webhook };
      const { status, message } = refusals[outcome.reason];
      return refuse(reply, status, outcome.reason, message);
    },
  );

  app.get<{ Params: { id: string } }>('/simulator/api/rich-menus/:id/image', async (request, reply) => {
    const image = platform.richMenus.menus.get(request.params.id)?.image;
    if (!image) return refuse(reply, 404, 'unknown_picture', 'There is no such picture');
    // A rich menu's picture never changes: another picture is another menu.
    reply.header('cache-control', 'private, max-age=31536000, immutable');
    return reply.type(image.contentType).send(image.bytes);
  });

  app.get('/simulator/api/sms', async () => platform.sms.list());

  app.get<{ Querystring: { after?: string } }>('/simulator/api/log', async (request, reply) => {
    const after = read(reply, z.object({ after: z.coerce.number().int().min(0).default(0) }), request.query);
    return after === null ? reply : platform.log.after(after.after);
  });

  app.put('/simulator/api/faults', async (request, reply) => {
    const faults = read(reply, faultsBody, request.body);
    if (faults === null) return reply;
    platform.setFaults(faults);
    return platform.faults();
  });

  app.post('/simulator/api/clock', async (request, reply) => {
    const move = read(reply, clockBody, request.body);
    if (move === null) return reply;
    const target = findTarget(move, clock.now(), businessZone);
    if (!target.ok) {
      const { reason: code } = target;
      const message = clockRefusals[code];
      const path = move.move === 'days' ? 'days' : 'date';
      return refuse(reply, 400, code, message, [{ path, code, message }]);
    }
    await clock.jumpTo(target.at);
    platform.changed({ kind: 'state' });
    return { now: clock.now().toISOString() };
  });

  app.get('/simulator/api/till', async () => await options.till());
}

type FieldProblem = { path: string; code: string; message: string };

function refuse(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
  fields?: FieldProblem[],
): FastifyReply {
  return reply.code(status).send({ error: { code, message, ...(fields === undefined ? {} : { fields }) } });
}

/** The body in its shape; null after a 400 that names each field was sent. */
function read<T>(reply: FastifyReply, shape: z.ZodType<T>, body: unknown): T | null {
  const result = shape.safeParse(body);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    code: issue.code,
    message: issue.message,
  }));
  const named = fields.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  refuse(reply, 400, 'invalid', named.join('; '), fields);
  return null;
}

function toShopper({
  userId,
  displayName,
  language,
  following,
  hasFollowedBefore,
}: Person): SimulatedShopper {
  return { userId, displayName, language, following, hasFollowedBefore };
}

function showRichMenu(platform: LinePlatform, person: Person): ShownRichMenu | null {
  const stored = platform.richMenus.shownTo(person);
  if (stored === null) return null;
  const { richMenuId, menu } = stored;
  return {
    richMenuId,
    chatBarText: menu.chatBarText ?? '',
    selected: menu.selected ?? false,
    size: { width: menu.size?.width ?? 0, height: menu.size?.height ?? 0 },
    areas: menu.areas ?? [],
    imageUrl: `/simulator/api/rich-menus/${encodeURIComponent(richMenuId)}/image`,
  };
}
