import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleRoutes } from '#web/console/console-routes.ts';
import { staffPageRoutes } from '#web/staff/staff-page-routes.ts';

describe('pageRoutes', () => {
  let distDir: string;
  let http: FastifyInstance;

  beforeEach(async () => {
    distDir = await mkdtemp(join(tmpdir(), 'shuke-pages-'));
    http = fastify();
  });
  afterEach(async () => {
    await http.close();
    await rm(distDir, { recursive: true });
  });
  const build = async (name: string) => {
    await mkdir(join(distDir, name, 'assets'), { recursive: true });
    await writeFile(join(distDir, name, 'index.html'), `<title>${name}</title>`);
    await writeFile(join(distDir, name, 'assets/page-abc123.js'), 'export {};');
  };

  it('answers every address of a page with its document, never stored', async () => {
    await build('console');
    await http.register(consoleRoutes({ distDir }));
    for (const url of ['/console', '/console/', '/console/people', '/console/join?x=1']) {
      const answer = await http.inject(url);
      expect([url, answer.statusCode, answer.body]).toEqual([url, 200, '<title>console</title>']);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    expect((await http.inject('/consoles')).statusCode).toBe(404);
  });

  it('lets files that are named by their content be kept, and knows no others', async () => {
    await build('staff');
    await http.register(staffPageRoutes({ distDir }));
    const file = await http.inject('/staff/assets/page-abc123.js');
    expect(file.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await http.inject('/staff/assets/gone.js')).statusCode).toBe(404);
    expect((await http.inject('/staff/assets/..%2findex.html')).statusCode).not.toBe(200);
  });

  it('says what to run while nothing is built', async () => {
    await http.register(consoleRoutes({ distDir }));
    await http.register(staffPageRoutes({ distDir }));
    for (const url of ['/console', '/console/people', '/staff']) {
      const answer = await http.inject(url);
      expect(answer.statusCode).toBe(503);
      expect(answer.body).toContain('npm run build');
    }
  });

  it('leaves addresses below it to whoever names them', async () => {
    await build('console');
    http.get('/console/line-login', async () => 'to LINE');
    await http.register(consoleRoutes({ distDir }));
    expect((await http.inject('/console/line-login')).body).toBe('to LINE');
  });
});
