import type { FastifyPluginAsync } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { sameBytes, sha256 } from '../../foundation/secrets.ts';

/** One thing that must hold for the service to be ready; `detail` never holds personal data. */
export type ReadinessCheck = { name: string; check(): Promise<{ ok: boolean; detail?: string }> };

export type Sample = { labels: Record<string, string>; value: number };

/** Numbers that /metrics shows, read when it is asked for; a reader that fails is left out of that answer. */
export type Measure = {
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  labels: readonly string[];
  read(): Promise<readonly Sample[]>;
};

/**
 * /health/live: the process answers. /health/ready: what it stands on answers as well (503 where not). /metrics: for
 * whoever has the token, and closed without one.
 */
export function healthRoutes(options: {
  checks: readonly ReadinessCheck[];
  measures: readonly Measure[];
  metricsToken: string | undefined;
}): FastifyPluginAsync {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const measure of options.measures) registry.registerMetric(toMetric(measure));
  return async (app) => {
    app.get('/health/live', async () => ({ ok: true }));
    app.get('/health/ready', async (_request, reply) => {
      const results = await Promise.all(options.checks.map(runCheck));
      const ok = results.every((result) => result.ok);
      return reply.code(ok ? 200 : 503).send({ ok, checks: results });
    });
    app.get('/metrics', async (request, reply) => {
      if (!mayRead(request.headers.authorization, options.metricsToken)) return reply.code(404).send();
      return reply.type(registry.contentType).send(await registry.metrics());
    });
  };
}

async function runCheck({ name, check }: ReadinessCheck) {
  try {
    return { name, ...(await check()) };
  } catch {
    return { name, ok: false, detail: 'no answer' };
  }
}

function toMetric(measure: Measure): Metric {
  const collect = async () => {
    const samples = await measure.read().catch(() => []);
    // At once: several scrapes at the same time must not add up.
    metric.reset();
    for (const { labels, value } of samples) metric.inc(labels, value);
  };
  const { name, help, labels: labelNames } = measure;
  const options = { name, help, labelNames, registers: [], collect };
  const metric = measure.type === 'counter' ? new Counter<string>(options) : new Gauge<string>(options);
  return metric;
}

function mayRead(authorization: string | undefined, token: string | undefined): boolean {
  if (!token || !authorization?.startsWith('Bearer ')) return false;
  return sameBytes(sha256(authorization.slice('Bearer '.length)), sha256(token));
}
