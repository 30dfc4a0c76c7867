import type { z } from 'zod';
import type { Person } from './people.ts';
import type { LinePlatform } from './platform.ts';
import type { RateLimit } from './token-buckets.ts';

/** A call that passed authorization, rate limit and the check of its body. */
export type Call = {
  platform: LinePlatform;
  requestId: string;
  path: string;
  /** Values of the `{…}` parts of the path. */
  params: Record<string, string>;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  /** The parsed body where the endpoint has a shape for it. */
  body: unknown;
  raw: Buffer;
};

export type Answer = {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
};

export type Endpoint = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As LINE documents it: `/v2/bot/profile/{userId}` */
  path: string;
  limit: RateLimit;
  /** JSON that the endpoint takes. */
  shape?: z.ZodType;
  /** A shallower shape for benches. */
  leanShape?: z.ZodType;
  /** Raw bytes that the endpoint takes, by content type. */
  takes?: string[];
  /** Sends that the fault switches meet. */
  sends?: 'reply' | 'push' | 'multicast';
  /** Called without a channel access token. */
  open?: boolean;
  /** Lives on api-data.line.me. */
  data?: boolean;
  handle(call: Call): Answer | Promise<Answer>;
};

export const ok = (body: unknown = {}): Answer => ({ status: 200, body });
export const accepted = (body: unknown = {}): Answer => ({ status: 202, body });
export const refused = (status: number, message: string): Answer => ({ status, body: { message } });

/** LINE's message of a 400 that names one property. */
export function badProperty(property: string, message: string): Answer {
  return {
    status: 400,
    body: { message: 'The request body has 1 error(s)', details: [{ message, property }] },
  };
}

export const rateLimited = refused(429, 'The API rate limit has been exceeded. Try again later.');
export const monthlyLimit = refused(429, 'You have reached your monthly limit.');
export const serverError = refused(500, 'Internal error');
export const notFound = refused(404, 'Not found');
export const unauthorized = refused(
  401,
  'Authentication failed. Confirm that the access token in the authorization header is valid.',
);

/** Tells the page that these people's phones show another rich menu now. */
export function showAnew(platform: LinePlatform, people: Person[], answer: Answer): Answer {
  platform.changed({ kind: 'state' });
  for (const { userId } of people) platform.changed({ kind: 'chat', userId });
  return answer;
}
