import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Db } from '#foundation/db.ts';
import { type ApiContext, pageQuery, readCursor } from '#foundation/http.ts';
import { type PolicyVersion, readPolicySchedule, readPolicyVersions } from '#foundation/policy-versions.ts';
import { readStaffNames } from '../staff/accounts/account-reads.ts';
import { fillRules, listRuleChanges, type RuleSection, ruleSectionKeys, sectionOf } from './section-rules.ts';

const versionAnswer = z.object({
  version: z.int(),
  effectiveFrom: z.iso.datetime({ offset: true }),
  publishedAt: z.iso.datetime({ offset: true }),
  /** Who published it; `name` where it is a person who works here. */
  publishedBy: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  data: z.record(z.string(), z.unknown()),
});
const change = z.object({ path: z.string(), before: z.unknown(), after: z.unknown() });
const config = { scope: null, permission: 'rules.read' } as const;

/** `GET /rules` and `GET /rules/history`: what is in force, what comes, and what was. */
export function rulesRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/rules',
      {
        config,
        schema: {
          response: {
            200: z.object({
              sections: z.array(
                z.object({
                  section: z.enum(ruleSectionKeys),
                  live: versionAnswer,
                  scheduled: z.array(versionAnswer),
                }),
              ),
            }),
          },
        },
      },
      async () => {
        const schedules = await Promise.all(
          ruleSectionKeys.map(async (section) => ({
            section,
            ...(await readPolicySchedule(api.db, sectionOf(section), api.clock.now())),
          })),
        );
        const nameOf = await readNames(
          api.db,
          schedules.flatMap(({ live, scheduled }) => [live, ...scheduled]),
        );
        return {
          sections: schedules.map(({ section, live, scheduled }) => ({
            section,
            live: toAnswer(section, live, nameOf),
            scheduled: scheduled.map((version) => toAnswer(section, version, nameOf)),
          })),
        };
      },
    );

    app.get(
      '/rules/history',
      {
        config,
        schema: {
          querystring: pageQuery.extend({ section: z.enum(ruleSectionKeys) }),
          response: {
            200: z.object({
              items: z.array(versionAnswer.extend({ changes: z.array(change) })),
              nextCursor: z.string().nullable(),
            }),
          },
        },
      },
      async ({ query }) => {
        const { limit } = query;
        const versions = await readPolicyVersions(api.db, sectionOf(query.section), {
          limit: limit + 1,
          before: readCursor(query.cursor),
        });
        const shown = versions.slice(0, limit);
        const nameOf = await readNames(api.db, shown);
        return {
          items: shown.map((version, at) => {
            const earlier = versions[at + 1];
            return {
              ...toAnswer(query.section, version, nameOf),
              changes: earlier
                ? listRuleChanges(
                    fillRules(query.section, earlier.data),
                    fillRules(query.section, version.data),
                  )
                : [],
            };
          }),
          nextCursor: versions.length > limit ? String(shown.at(-1)?.version) : null,
        };
      },
    );
  };
}

type NameOf = (actor: PolicyVersion['actor']) => string | null;

async function readNames(db: Db, versions: readonly PolicyVersion[]): Promise<NameOf> {
  const ids = versions.flatMap(({ actor }) => (actor.kind === 'staff' ? [Number(actor.id)] : []));
  const names = await readStaffNames(db, [...new Set(ids)]);
  return ({ kind, id }) => (kind === 'staff' ? (names.get(Number(id)) ?? null) : null);
}

function toAnswer(section: RuleSection, version: PolicyVersion, nameOf: NameOf) {
  const { actor, effectiveFrom, publishedAt, data } = version;
  return {
    version: version.version,
    effectiveFrom: effectiveFrom.toISOString(),
    publishedAt: publishedAt.toISOString(),
    publishedBy: { ...actor, name: nameOf(actor) },
    data: fillRules(section, data),
  };
}
