import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The simulator's page is not built</title>
<p>The simulator's page is not built. Stop the demo, run <code>npm run build</code>, and start it again.</p>
</html>
`;

/** The page itself, from the folder into which `npm run build` puts it. */
export async function registerPage(app: FastifyInstance, pageDir: string): Promise<void> {
  if (!existsSync(join(pageDir, 'index.html'))) {
    for (const url of ['/simulator', '/simulator/']) {
      app.get(url, (_request, reply) => reply.code(503).type('text/html; charset=utf-8').send(notBuilt));
    }
    return;
  }
  app.get('/simulator', (_request, reply) => reply.redirect('/simulator/'));
  await app.register(fastifyStatic, { root: pageDir, prefix: '/simulator/', decorateReply: false });
}
