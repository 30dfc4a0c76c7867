import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { pageRoutes } from '../kit/page-routes.ts';

/** `/staff`, the page of a shared device. @param input.distDir dist/browser, where `npm run build` puts the pages */
export const staffPageRoutes = (input: { distDir: string }): FastifyPluginAsync =>
  pageRoutes({ base: '/staff', folder: join(input.distDir, 'staff') });
