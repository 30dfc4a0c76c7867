import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { pageRoutes } from '../kit/page-routes.ts';

/** `/console` and all addresses below it. @param input.distDir dist/browser, where `npm run build` puts the pages */
export const consoleRoutes = (input: { distDir: string }): FastifyPluginAsync =>
  pageRoutes({ base: '/console', folder: join(input.distDir, 'console') });
