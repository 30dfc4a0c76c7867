import { fastify } from 'fastify';
import pg from 'pg';
import { serveCommands } from '../support/processes.ts';

/**
 * What our door is measured against: the least that a Fastify server with pg can do and still keep an event, one
 * single-row insert a request. It checks no signature and knows no event twice.
 */
async function serve(databaseUrl: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  await pool.query(`create table if not exists bare_events (
    id text primary key, received_at timestamptz not null default now(), body jsonb not null)`);
  const app = fastify();
  app.post('/line/webhook', async (request, reply) => {
    const body = request.body as { events: { webhookEventId: string }[] };
    await pool.query({
      name: 'insert',
      text: 'insert into bare_events (id, body) values ($1, $2)',
      values: [body.events[0]?.webhookEventId, JSON.stringify(body)],
    });
    return reply.code(200).send();
  });
  return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
}

const commands = { serve };
export type BareServer = typeof commands;
serveCommands(commands);
