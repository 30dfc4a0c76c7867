import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>This page is not built</title>
<p>This page is not built. Run <code>npm run build</code>, then start the server again.</p>
</html>
`;

/**
 * The pages of one audience: every address under `base` gets the same document, which then draws what the address
 * names; its files, named by their content, may be kept for ever. Before the build, 503 with the command to run.
 * @param input.base '/console', without a slash at its end
 * @param input.folder where the build put index.html and assets/
 */
export function pageRoutes(input: { base: string; folder: string }): FastifyPluginAsync {
  const document = join(input.folder, 'index.html');
  return async (app) => {
    const isBuilt = existsSync(document);
    const html = isBuilt ? await readFile(document, 'utf8') : notBuilt;
    const answer = (_request: unknown, reply: FastifyReply) =>
      reply
        .code(isBuilt ? 200 : 503)
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(html);
    app.get(input.base, answer);
    app.get(`${input.base}/*`, answer);
    if (!isBuilt) return;
    await app.register(fastifyStatic, {
      root: join(input.folder, 'assets'),
      prefix: `${input.base}/assets/`,
      decorateReply: false,
      immutable: true,
      maxAge: '365d',
    });
  };
}
