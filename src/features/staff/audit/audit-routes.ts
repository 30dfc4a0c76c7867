import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { recordAudit } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import { type ApiContext, fieldProblem, pageQuery, problemSchema } from '#foundation/http.ts';
import { readPolicy } from '#foundation/policy.ts';
import { type AuditEntry, readAuditActions, readAuditPage } from './audit-reads.ts';
import { auditQuery, readAuditCursor, toAuditFilter, writeAuditCursor } from './audit-rules.ts';
import { streamAuditCsv } from './stream-audit-csv.ts';

const who = z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() });
const entryAnswer = z.object({
  id: z.string(),
  at: z.iso.datetime({ offset: true }),
  actor: who,
  action: z.string(),
  subject: who,
  memberNo: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  place: z.object({
    store: z.string().nullable(),
    device: z.string().nullable(),
    address: z.string().nullable(),
  }),
});

/** `GET /audit`, `GET /audit/actions` and `GET /audit.csv`, which leaves an entry itself. */
export function auditRoutes(api: ApiContext): FastifyPluginAsyncZod {
  const config = { scope: null, permission: 'audit.read' } as const;
  const readZone = async () => (await readPolicy(api.db, brandPolicy, api.clock.now())).zone;

  return async (app) => {
    app.get(
      '/audit',
      {
        config,
        schema: {
          querystring: pageQuery.extend(auditQuery.shape),
          response: {
            200: z.object({ items: z.array(entryAnswer), nextCursor: z.string().nullable() }),
            422: problemSchema,
          },
        },
      },
      async ({ query }) => {
        const after = query.cursor === undefined ? null : readAuditCursor(query.cursor);
        if (query.cursor !== undefined && !after)
          throw fieldProblem('query.cursor', 'bad_cursor', 'Not a cursor of ours');
        const filter = toAuditFilter(query, await readZone());
        const { entries, next } = await readAuditPage(api.db, filter, { after, limit: query.limit });
        return { items: entries.map(toAnswer), nextCursor: next && writeAuditCursor(next) };
      },
    );

    app.get(
      '/audit/actions',
      { config, schema: { response: { 200: z.object({ items: z.array(z.string()) }) } } },
      async () => ({ items: await readAuditActions(api.db) }),
    );

    app.get('/audit.csv', { config, schema: { querystring: auditQuery } }, async (request, reply) => {
      const now = api.clock.now();
      const zone = await readZone();
      await api.transact((tx) =>
        recordAudit(tx, {
          at: now,
          actor: request.actor,
          action: 'audit.exported',
          subjectKind: 'audit',
          subjectId: 'csv',
          after: request.query,
        }),
      );
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="audit-${dateInZone(now, zone)}.csv"`)
        .header('cache-control', 'no-store')
        .send(streamAuditCsv(api.db, toAuditFilter(request.query, zone), zone));
    });
  };
}

const toAnswer = (entry: AuditEntry) => ({ ...entry, id: String(entry.id), at: entry.at.toISOString() });
