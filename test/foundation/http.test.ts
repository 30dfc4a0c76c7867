import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ApiContext, answerOnce, problem } from '#foundation/http.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';

const database = await openTestDatabase();
await sql`create table notes (id bigint generated always as identity, text text)`.execute(database.db);

const noteRoutes =
  (api: ApiContext): FastifyPluginAsyncZod =>
  async (app) => {
    const body = z.strictObject({
      text: z.string().min(1),
      lines: z.array(z.object({ n: z.int() })).optional(),
    });
    app.post(
      '/notes',
      { config: { scope: 'members', permission: 'members.look_up' }, schema: { body } },
      async (request, reply) => {
        const answer = await answerOnce(api, request, async (tx) => {
          if (request.body.text === 'refuse') throw problem(409, 'refused', 'Not this one');
          if (request.body.text === 'break') throw new Error('secret detail');
          if (request.body.text === 'wait') {
            await sql`set local statement_timeout = '20ms'`.execute(tx);
            await sql`select pg_sleep(5)`.execute(tx);
          }
          const made = await sql<{ id: number }>`
          insert into notes (text) values (${request.body.text}) returning id`.execute(tx);
          return { status: 201, body: { noteId: String(made.rows[0]?.id) } };
        });
        return reply.code(answer.status).send(answer.body);
      },
    );
    const query = z.object({ limit: z.coerce.number().int().max(3) });
    app.get(
      '/notes',
      { config: { scope: 'members', permission: 'members.look_up' }, schema: { querystring: query } },
      async () => ({
        items: [],
      }),
    );
  };

const api = await openTestApi(database, (context) => [noteRoutes(context)]);
const countNotes = async () =>
  Number((await sql<{ n: number }>`select count(*) as n from notes`.execute(api.db)).rows[0]?.n);
const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.call('POST', '/notes', body, headers);

describe('answerOnce', () => {
  it('gives the first answer again to the same key and body, and does the work once', async () => {
    const before = await countNotes();
    const headers = { 'idempotency-key': 'same-key-1' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post({ text: 'once' }, headers)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(await countNotes()).toBe(before + 1);
  });

  it('refuses another body under the same key', async () => {
    const headers = { 'idempotency-key': 'same-key-2' };
    await post({ text: 'first' }, headers);
    const before = await countNotes();
    const other = await post({ text: 'second' }, headers);
    expect(other).toMatchObject({
      status: 409,
      body: {
        error: {
          code: 'idempotency_key_reused',
          fields: [{ path: 'headers.idempotency-key', code: 'idempotency_key_reused' }],
        },
      },
    });
    expect(await countNotes()).toBe(before);
  });

  it.each([
    ['', 'empty'],
    ['short', 'short'],
    ['x'.repeat(201), 'too long'],
    ['späte-schlüssel', 'not ASCII'],
  ])('refuses the key %j (%s)', async (key) => {
    expect(await post({ text: 'a' }, { 'idempotency-key': key })).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'idempotency_key',
          fields: [{ path: 'headers.idempotency-key', code: 'malformed' }],
        },
      },
    });
  });

  it('keeps nothing of work that was refused, so the key may be tried again', async () => {
    const headers = { 'idempotency-key': 'same-key-3' };
    expect((await post({ text: 'refuse' }, headers)).status).toBe(409);
    expect((await post({ text: 'fine' }, headers)).status).toBe(201);
  });

  it('seals the stored answers', async () => {
    await post({ text: 'sealed' }, { 'idempotency-key': 'same-key-4' });
    const stored = await sql<{ answer: string }>`
      select encode(answer_encrypted, 'escape') as answer from api_idempotency_keys where key = 'same-key-4'`.execute(
      api.db,
    );
    expect(stored.rows[0]?.answer).not.toContain('noteId');
  });
});

describe('the machine door', () => {
  it('names each field that is not acceptable', async () => {
    const refused = await post({ text: '', lines: [{ n: 1 }, { n: 'two' }], colour: 'red' });
    expect(refused.status).toBe(422);
    const { error } = refused.body as { error: { code: string; fields: { path: string; code: string }[] } };
    expect(error.code).toBe('invalid');
    expect(error.fields.map((field) => [field.path, field.code])).toEqual([
      ['text', 'too_small'],
      ['lines.1.n', 'invalid_type'],
      ['colour', 'unknown_field'],
    ]);
  });

  it.each(['{"text":', '[]', 'null', '"x"', '{"__proto__":{}}', ''])(
    'answers 400 to the body %j',
    async (payload) => {
      const key = await api.issueKey();
      const response = await api.app.inject({
        method: 'POST',
        url: '/api/v1/notes',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': 'k'.repeat(8),
        },
        payload,
      });
      expect([response.statusCode, response.json().error.code]).toEqual([400, 'malformed']);
    },
  );

  it('refuses texts that PostgreSQL cannot hold, and endless nesting', async () => {
    for (const text of ['a\u0000b', 'a\ud800b']) {
      expect(await post({ text })).toMatchObject({
        status: 422,
        body: { error: { fields: [{ path: 'text' }] } },
      });
    }
    let nested: unknown = 'x';
    for (let depth = 0; depth < 500; depth++) nested = { nested };
    expect(await post({ text: 'a', nested })).toMatchObject({
      status: 400,
      body: { error: { code: 'malformed' } },
    });
  });

  it('answers 400 to a query it cannot take, naming the parameter', async () => {
    expect(await api.call('GET', '/notes?limit=4')).toMatchObject({
      status: 400,
      body: { error: { fields: [{ path: 'query.limit', code: 'too_big' }] } },
    });
  });

  it('tells nothing of a fault', async () => {
    expect(await post({ text: 'break' })).toEqual({
      status: 500,
      body: { error: { code: 'internal', message: 'Something went wrong on our side' } },
    });
  });

  it('asks to try again where the database took too long', async () => {
    expect(await post({ text: 'wait' })).toMatchObject({
      status: 503,
      body: { error: { code: 'unavailable' } },
    });
  });

  it('answers 404 in the same shape', async () => {
    expect(await api.call('GET', '/nothing-here')).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
  });

  it('describes its routes from the schemas that validate', async () => {
    const document = await api.call('GET', '/openapi.json');
    expect(document).toMatchObject({
      status: 200,
      body: { paths: { '/api/v1/notes': { post: { requestBody: { required: true } } } } },
    });
  });

  it('does not start with a route that does not say who may call it', async () => {
    const unscoped: FastifyPluginAsyncZod = async (app) => {
      app.get('/open', async () => ({}));
    };
    await expect(openTestApi(database, () => [unscoped])).rejects.toThrow(/which keys and which people/);
  });
});
