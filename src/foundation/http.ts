import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Actor } from './audit.ts';
import { type Clock, wireClock } from './clock.ts';
import { canonicalJson } from './content-hash.ts';
import type { Db, Tx } from './db.ts';
import { describeFault, isDatabaseOutage, wordsIn } from './errors.ts';
import type { Transact } from './facts.ts';
import type { Logger } from './log.ts';
import { type Secrets, sameBytes } from './secrets.ts';

/** What a key of the API may be allowed to do. */
export const apiScopes = [
  'purchases',
  'returns',
  'activities',
  'members',
  'coupons',
  'stores',
  'flows',
  'campaigns',
  'account-links',
] as const;
export type ApiScope = (typeof apiScopes)[number];

/** What every route of /api/v1 is built from; `clock` is business time. */
export type ApiContext = { db: Db; transact: Transact; secrets: Secrets; clock: Clock; log: Logger };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set before any route of /api/v1 runs. */
    actor: Actor;
  }
  interface FastifyContextConfig {
    /** The scope a key needs for this route; 'any' = every living key, null = none of them. */
    scope?: ApiScope | 'any' | null;
  }
}

/** What is wrong with one field; `path` is dotted: `lines.0.quantity`. */
export type FieldProblem = { path: string; code: string; message: string };

/** An answer other than success, thrown by routes; its words go outward. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldProblem[] | undefined;

  constructor(status: number, code: string, message: string, fields?: readonly FieldProblem[]) {
    super(message);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/** To be thrown: `throw problem(409, 'already_redeemed', 'This coupon was used before')`. */
export function problem(
  status: number,
  code: string,
  message: string,
  fields?: readonly FieldProblem[],
): ApiProblem {
  return new ApiProblem(status, code, message, fields);
}

/** A 422 about one field. */
export const fieldProblem = (path: string, code: string, message: string): ApiProblem =>
  new ApiProblem(422, 'invalid', 'Some fields are not acceptable', [{ path, code, message }]);

/** A 409 about one field: what it names is not as the request takes it to be. */
export const fieldConflict = (path: string, code: string, message: string): ApiProblem =>
  new ApiProblem(409, code, message, [{ path, code, message }]);

/** The shape of every refusal, for `response` schemas. */
export const problemSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  }),
});

/** Whole New Taiwan dollars. */
export const moneyTwd = z.int().min(0).max(100_000_000);
/** ISO 8601 with an offset, as a text; turn it into a Date with `new Date` at the door's `readInstant`. */
export const instantText = z.iso.datetime({ offset: true });
export const dayText = z.iso.date();
/** Ids are opaque strings outside and numbers inside. */
export const idText = z.string().regex(/^[1-9][0-9]{0,14}$/, 'Unknown id');
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(200).optional(),
});

/** The id after which a page begins. @throws a 400 for a cursor that we never gave */
export function readCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const read = idText.safeParse(cursor);
  if (read.success) return Number(read.data);
  throw new ApiProblem(400, 'invalid', 'Some fields are not acceptable', [
    { path: 'query.cursor', code: 'unknown_cursor', message: 'Not a cursor of this list' },
  ]);
}

/** The store that a body names, for routes whose callers' rights may end at their stores. */
export const readStoreCode = ({ body }: FastifyRequest): string | null =>
  (body as { storeCode?: string } | null)?.storeCode ?? null;

/** The instant that an `instantText` names. */
export const readInstant = (text: string): Date => new Date(Date.parse(text));

const keyPath = 'headers.idempotency-key';

/**
 * Does the work of a writing POST once per Idempotency-Key: a repeat with the same body gets the first answer
 * again, one with another body 409; without the header 400. Work that throws leaves nothing behind, so its key
 * may be tried again.
 */
export async function answerOnce<Status extends number, Body>(
  api: ApiContext,
  request: FastifyRequest,
  work: (tx: Tx) => Promise<{ status: Status; body: Body }>,
): Promise<{ status: Status; body: Body }> {
  if (request.actor.kind !== 'api_key') return api.transact(work);
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(key)) {
    const words = 'Send the header Idempotency-Key: 8 to 200 visible ASCII characters';
    const code = key === undefined ? 'missing' : 'malformed';
    throw problem(400, 'idempotency_key', words, [{ path: keyPath, code, message: words }]);
  }
  const content = canonicalJson([request.method, request.url, request.body ?? null]);
  const hash = api.secrets.lookup('api-request', content);
  return api.transact(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${request.actor.id}:${key}`}, 7))`.execute(tx);
    const earlier = await sql<{ request_hash: Buffer; status: Status; answer_encrypted: Buffer }>`
      select request_hash, status, answer_encrypted from api_idempotency_keys
      where api_key_id = ${request.actor.id} and key = ${key}`.execute(tx);
    const stored = earlier.rows[0];
    if (stored) {
      if (!sameBytes(stored.request_hash, hash)) {
        const words = 'This Idempotency-Key was used for another request';
        throw fieldConflict(keyPath, 'idempotency_key_reused', words);
      }
      return {
        status: stored.status,
        body: JSON.parse(api.secrets.decrypt(stored.answer_encrypted)) as Body,
      };
    }
    const answer = await work(tx);
    await sql`
      insert into api_idempotency_keys (api_key_id, key, request_hash, status, answer_encrypted, created_at)
      values (${request.actor.id}, ${key}, ${hash}, ${answer.status},
              ${api.secrets.encrypt(JSON.stringify(answer.body ?? null))}, ${wireClock.now()})`.execute(tx);
    return answer;
  });
}

/** Fastify's error handler for JSON doors: refusals keep their words, of a fault nothing goes outward. */
export function answerProblems(log: Logger) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = toProblem(error);
    if (known) return sendProblem(reply, known);
    const route = request.routeOptions.url ?? 'unknown';
    const err = describeFault(error, wordsIn(request.body));
    log.error({ err, method: request.method, route }, 'a request failed');
    if (isDatabaseOutage(error) || isContention(error)) {
      return sendProblem(
        reply,
        problem(503, 'unavailable', 'Not available right now, please try again shortly'),
      );
    }
    return sendProblem(reply, problem(500, 'internal', 'Something went wrong on our side'));
  };
}

/** Fastify's answer to addresses that do not exist. */
export const answerNotFound = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendProblem(reply, problem(404, 'not_found', 'There is nothing at this address'));

/** A preValidation hook: texts that PostgreSQL cannot hold, and nesting that no request of ours needs, stop here. */
export async function refuseUnstorableText(request: FastifyRequest): Promise<void> {
  const fields: FieldProblem[] = [];
  for (const [place, value] of [
    ['', request.body],
    ['params.', request.params],
    ['query.', request.query],
  ] as const) {
    for (const path of findUnstorable(value)) {
      fields.push({
        path: `${place}${path}`,
        code: 'unstorable_text',
        message: 'Contains a NUL or half a character',
      });
    }
  }
  if (fields.length > 0) throw problem(422, 'invalid', 'Some fields are not acceptable', fields.slice(0, 20));
}

const maxDepth = 20;

function findUnstorable(value: unknown, path: string[] = []): string[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [path.join('.')];
  if (value === null || typeof value !== 'object') return [];
  if (path.length >= maxDepth) throw problem(400, 'malformed', `Nested deeper than ${maxDepth} levels`);
  return Object.entries(value).flatMap(([key, member]) =>
    isStorable(key) ? findUnstorable(member, [...path, key]) : [[...path, '?'].join('.')],
  );
}

const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

function sendProblem(reply: FastifyReply, found: ApiProblem): FastifyReply {
  const { code, message, fields } = found;
  // Serialised here: a route's own response schemas know nothing of refusals.
  return reply
    .code(found.status)
    .type('application/json; charset=utf-8')
    .serializer((body: string) => body)
    .send(JSON.stringify({ error: { code, message, ...(fields && { fields }) } }));
}

function toProblem(error: FastifyError | Error): ApiProblem | null {
  if (error instanceof ApiProblem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return toFieldProblems(error);
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === undefined || status < 400 || status >= 500) return null;
  if (status === 413) return problem(413, 'too_large', 'The body is too large');
  if (status === 415) return problem(415, 'unsupported_media_type', 'Send application/json');
  if (status === 429) return problem(429, 'too_many_requests', 'Too many requests, please slow down');
  // The parser's own words may quote the body.
  return problem(400, 'malformed', 'The request could not be read: send one JSON object');
}

type ValidationFault = {
  instancePath: string;
  keyword: string;
  message?: string;
  params: Record<string, unknown>;
};

function toFieldProblems(error: Error & { validationContext?: string; validation: unknown[] }): ApiProblem {
  const faults = (error.validation as ValidationFault[]).flatMap(spreadFault);
  const inBody = error.validationContext === 'body' || error.validationContext === undefined;
  if (inBody && faults.some((fault) => fault.path === '' && fault.code === 'invalid_type')) {
    return problem(400, 'malformed', 'The body must be one JSON object');
  }
  const place = inBody
    ? ''
    : `${error.validationContext === 'querystring' ? 'query' : error.validationContext}.`;
  const fields = faults.slice(0, 50).map((fault) => ({ ...fault, path: `${place}${fault.path}` }));
  return problem(inBody ? 422 : 400, 'invalid', 'Some fields are not acceptable', fields);
}

function spreadFault({ instancePath, keyword, message = '', params }: ValidationFault): FieldProblem[] {
  const path = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'unrecognized_keys' && Array.isArray(params.keys)) {
    return params.keys.map((key) => ({
      path: path === '' ? String(key) : `${path}.${key}`,
      code: 'unknown_field',
      message: 'Unknown field',
    }));
  }
  const own = typeof params.params === 'object' && params.params !== null ? params.params : {};
  return [{ path, code: 'code' in own ? String(own.code) : keyword, message }];
}

/** Deadlocks, serialization failures and statements that waited too long: nothing happened, trying again is right. */
function isContention(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === '40P01' || code === '40001' || code === '55P03' || code === '57014';
}
