import type { IncomingHttpHeaders } from 'node:http';
import { accountEndpoints } from './account-endpoints.ts';
import type { Answer, Endpoint } from './line-endpoint.ts';
import { monthlyLimit, notFound, rateLimited, refused, serverError, unauthorized } from './line-endpoint.ts';
import { findProblems, refuse } from './line-problem-rules.ts';
import { createLineRouter } from './line-router.ts';
import type { LinePlatform } from './platform.ts';
import { richMenuEndpoints } from './rich-menu-endpoints.ts';
import { richMenuLinkEndpoints } from './rich-menu-link-endpoints.ts';
import { sendEndpoints } from './send-endpoints.ts';

export type Request = {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  raw: Buffer;
};

/** `answer` null = LINE never answers. `cut`: the connection breaks, before or within the answer. */
export type Outcome = { answer: Answer | null; cut?: 'before' | 'within'; delayMs?: number; body: unknown };

const findRoute = createLineRouter([
  ...sendEndpoints,
  ...accountEndpoints,
  ...richMenuEndpoints,
  ...richMenuLinkEndpoints,
]);

/** What LINE does with a request: faults first, then the checks in LINE's order, then the effect. */
export async function answerCall(
  platform: LinePlatform,
  request: Request,
  requestId: string,
): Promise<Outcome> {
  const route = findRoute(request.method, request.path);
  const body = route?.endpoint.takes === undefined ? parseJson(request.raw) : undefined;
  const run = () => (route === null ? notFound : check(platform, request, requestId, route, body));

  const to = (body as { to?: unknown } | undefined)?.to;
  const scripted = platform.plan.take(request.method, request.path, to);
  switch (scripted?.do) {
    case 'answer': {
      if (scripted.accept === true) await run();
      const { status, headers } = scripted;
      const filled = { status, body: scripted.body ?? { message: `Scripted ${status}` } };
      return { answer: headers === undefined ? filled : { ...filled, headers }, body };
    }
    case 'reset':
      if (scripted.accept) await run();
      return { answer: null, cut: 'before', body };
    case 'half-body':
      return { answer: await run(), cut: 'within', body };
    case 'hang':
      if (scripted.accept) await run();
      return { answer: null, body };
    case 'delay':
      return { answer: await run(), delayMs: scripted.ms, body };
    case undefined:
      break;
  }
  const answer = await run();
  const swallowed = platform.faults().timeoutAfterAccept && route?.endpoint.sends !== undefined;
  return { answer: swallowed && answer.status < 300 ? null : answer, body };
}

/** The parsed body; the bytes of a body that is no JSON stay undefined. */
function parseJson(raw: Buffer): unknown {
  if (raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}

function check(
  platform: LinePlatform,
  request: Request,
  requestId: string,
  { endpoint, params }: { endpoint: Endpoint; params: Record<string, string> },
  body: unknown,
): Answer | Promise<Answer> {
  const refusal =
    findAccessProblem(platform, request, endpoint) ??
    findFault(platform, endpoint) ??
    findBodyProblem(platform.options.lean, request, endpoint, body);
  if (refusal !== null) return refusal;
  const { path, headers, raw } = request;
  const query = new URLSearchParams(request.query);
  return endpoint.handle({ platform, requestId, path, params, query, headers, body, raw });
}

function findAccessProblem(platform: LinePlatform, { headers }: Request, endpoint: Endpoint): Answer | null {
  if (endpoint.open !== true && !isAuthorized(platform, headers.authorization)) return unauthorized;
  const name = `${endpoint.method} ${endpoint.path}`;
  if (!platform.buckets.take(name, endpoint.limit, platform.now())) return rateLimited;
  return null;
}

function isAuthorized(platform: LinePlatform, header: string | undefined): boolean {
  const token = /^Bearer (.+)$/.exec(header ?? '')?.[1];
  if (token === undefined) return false;
  if (token === platform.account.channelAccessToken) return true;
  return (platform.statelessTokens.get(token) ?? 0) > platform.now();
}

function findFault(platform: LinePlatform, { sends }: Endpoint): Answer | null {
  if (sends === undefined) return null;
  const faults = platform.faults();
  if (faults.serverError) return serverError;
  if (faults.rateLimited) return rateLimited;
  return faults.outOfQuota && sends !== 'reply' ? monthlyLimit : null;
}

const maxBytes = 2 * 1024 * 1024;

function findBodyProblem(
  lean: boolean,
  { headers, raw }: Request,
  endpoint: Endpoint,
  body: unknown,
): Answer | null {
  const { sends, takes } = endpoint;
  const shape = lean ? (endpoint.leanShape ?? endpoint.shape) : endpoint.shape;
  if (headers['x-line-retry-key'] !== undefined && sends !== 'push' && sends !== 'multicast') {
    return refused(400, 'The X-Line-Retry-Key header is not supported by this endpoint');
  }
  if (raw.length > maxBytes) return refused(413, 'Request body is too large');
  const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (takes !== undefined && !takes.includes(contentType)) return refused(415, 'Unsupported media type');
  if (shape === undefined) return null;
  if (contentType !== 'application/json') return refused(415, 'Unsupported media type');
  if (body === undefined) return refused(400, "The request body couldn't be parsed as JSON");
  const problems = findProblems(shape, body);
  return problems.length === 0 ? null : { status: 400, body: refuse(problems) };
}
