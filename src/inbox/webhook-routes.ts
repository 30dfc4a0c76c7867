import type { FastifyPluginAsync } from 'fastify';
import { wireClock } from '../foundation/clock.ts';
import { describeError } from '../foundation/errors.ts';
import type { Logger } from '../foundation/log.ts';
import { isSignedByLine } from '../line/signature.ts';
import { readWebhookBody } from './event-rules.ts';
import type { EventStore } from './store-events.ts';

/** Many times what LINE sends; more is turned away with 413 before it is read. */
export const bodyLimitBytes = 2 * 1024 * 1024;
/** LINE gives up after 2 s; a later 200 would be no answer. */
const storeWithinMs = 1_500;

/**
 * LINE's door. 401 for what LINE did not sign (nothing is stored), 200 once every event is on disk, 503 when storing
 * fails or takes too long, so that LINE delivers again.
 */
export function webhookRoutes(options: {
  channelSecrets: readonly string[];
  store: EventStore;
  ourUserId: () => string | null;
  log: Logger;
}): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyLimitBytes }, (_request, body, done) =>
      done(null, body),
    );
    app.addHook('onRequest', (request, _reply, done) => {
      // The bytes are read as they are, whatever they call themselves.
      request.headers['content-type'] = undefined;
      done();
    });
    app.post('/line/webhook', { bodyLimit: bodyLimitBytes }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (!isSignedByLine(body, request.headers['x-line-signature'], options.channelSecrets))
        return reply.code(401).send();
      const events = readWebhookBody(body, wireClock.now(), options.ourUserId());
      try {
        await within(storeWithinMs, options.store.store(events));
      } catch (error) {
        options.log.error({ err: describeError(error), events: events.length }, 'webhook not stored');
        return reply.code(503).send();
      }
      return reply.code(200).send();
    });
  };
}

function within(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
