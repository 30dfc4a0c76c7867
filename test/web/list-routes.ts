import type { FastifyInstance } from 'fastify';

/** All routes of an app as 'METHOD /path', read from the radix tree that Fastify prints. */
export function listRoutes(app: Pick<FastifyInstance, 'printRoutes'>): string[] {
  const parents: string[] = [];
  return app
    .printRoutes()
    .split('\n')
    .flatMap((line) => {
      const found = /^((?:[│ ] {3})*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
      if (!found) return [];
      const [, indent = '', piece = '', methods = ''] = found;
      const depth = indent.length / 4;
      const path = (parents[depth - 1] ?? '') + piece;
      parents.length = depth;
      parents[depth] = path;
      return methods.split(', ').flatMap((method) => (method === '' ? [] : [`${method} ${path}`]));
    });
}
