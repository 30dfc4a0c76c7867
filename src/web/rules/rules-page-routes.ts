import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { readRuleTexts } from '#features/rules/page/rule-page-reads.ts';
import { dateInZone } from '#foundation/clock.ts';
import type { ApiContext } from '#foundation/http.ts';
import { toLocale } from '#foundation/i18n.ts';
import type { House } from '#line/turn.ts';
import { drawRulesPage } from './rules-page.ts';

const policy =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** `GET /rules?lang=`: the brand's rules for everyone, written from what is in force at this moment. */
export function rulesPageRoutes(
  parts: Pick<ApiContext, 'db' | 'clock'> & { house(): Promise<House> },
): FastifyPluginAsync {
  const style = readFileSync(join(import.meta.dirname, 'browser/rules.css'), 'utf8');

  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      // Rules change at an instant: nobody keeps an old page.
      reply.header('cache-control', 'no-cache');
      reply.header('content-security-policy', policy);
    });

    app.get('/rules/rules.css', async (_request, reply) => {
      const { palette } = (await parts.house()).flex;
      const { brand, onBrand, brandTint, brandInk, text, muted, alert, alertTint } = palette;
      const tokens = `:root { --brand: ${brand}; --on-brand: ${onBrand}; --tint: ${brandTint}; --ink: ${brandInk}; --text: ${text}; --muted: ${muted}; --alert: ${alert}; --alert-tint: ${alertTint}; }\n`;
      return reply.type('text/css; charset=utf-8').send(tokens + style);
    });

    app.get<{ Querystring: { lang?: unknown } }>('/rules', async ({ query, headers }, reply) => {
      const house = await parts.house();
      const now = parts.clock.now();
      const asked = typeof query.lang === 'string' ? query.lang : headers['accept-language'];
      const locale = toLocale(asked);
      const texts = await readRuleTexts(parts.db, { now, locale });
      const today = dateInZone(now, house.brand.zone);
      return reply
        .type('text/html; charset=utf-8')
        .header('vary', 'accept-language')
        .send(drawRulesPage(house, { locale, today, texts }));
    });
  };
}
