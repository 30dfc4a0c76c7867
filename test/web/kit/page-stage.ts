import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import { fastify } from 'fastify';
import type { Page, Route } from 'playwright-core';
import { consoleRoutes } from '#web/console/console-routes.ts';
import { staffPageRoutes } from '#web/staff/staff-page-routes.ts';
import { buildBrowserCode } from '../../../scripts/build.ts';

const distDir = fileURLToPath(new URL('../../../dist/browser', import.meta.url));

/** The built pages at an address of their own, under the strict policy that production sends. */
export async function startPages(): Promise<{ url: string; close: () => Promise<void> }> {
  await buildBrowserCode({ force: false });
  const http = fastify();
  await http.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:', 'https:'],
        'upgrade-insecure-requests': null,
      },
    },
    strictTransportSecurity: false,
  });
  await http.register(consoleRoutes({ distDir }));
  await http.register(staffPageRoutes({ distDir }));
  await http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = http.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => http.close() };
}

export type ApiCall = { name: string; body: unknown; csrf: string | undefined };
export type Answer = { status?: number; headers?: Record<string, string>; body: unknown };
/** By "GET people"; what is not listed is answered 404. A function sees the call and may change what comes next. */
export type Answers = Record<string, Answer['body'] | ((call: ApiCall) => Answer)>;

export const refusal = (
  status: number,
  code: string,
  more: { fields?: { path: string; code: string; message: string }[]; retryAfter?: number } = {},
): Answer => ({
  status,
  headers: more.retryAfter === undefined ? {} : { 'retry-after': String(more.retryAfter) },
  body: { error: { code, message: code, ...(more.fields && { fields: more.fields }) } },
});

/** Stands in for /api/v1 in one page, and keeps what was asked of it. */
export async function standInForTheApi(page: Page, answers: Answers): Promise<ApiCall[]> {
  const calls: ApiCall[] = [];
  await page.route('**/api/v1/**', async (route: Route) => {
    const request = route.request();
    const path = new URL(request.url()).pathname.replace('/api/v1/', '');
    const call: ApiCall = {
      name: `${request.method()} ${path}`,
      body: request.method() === 'GET' ? new URL(request.url()).search : request.postDataJSON(),
      csrf: request.headers()['x-csrf-token'],
    };
    calls.push(call);
    const known = answers[call.name];
    const { status = 200, headers = {}, body } = pick(known, call);
    await route.fulfill({ status, headers, json: body });
  });
  return calls;
}

function pick(known: Answers[string] | undefined, call: ApiCall): Answer {
  if (known === undefined) return refusal(404, 'not_found');
  return typeof known === 'function' ? (known as (call: ApiCall) => Answer)(call) : { body: known };
}

/** Wider than the window, or parts that stick out of it: nobody scrolls sideways. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
