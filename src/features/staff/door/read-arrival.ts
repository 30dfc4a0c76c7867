import type { FastifyRequest } from 'fastify';
import type { Arrival } from '../sessions/sign-in.ts';
import { cutAddress } from './caller-rules.ts';
import type { StaffContext } from './staff-context.ts';

/** Where and when somebody knocks, and the session that the browser held before. */
export function readArrival(context: StaffContext, request: FastifyRequest): Arrival {
  const agent = request.headers['user-agent'] ?? '';
  return {
    formerSessionId: request.session?.id ?? null,
    place: { address: cutAddress(request.ip), browser: nameBrowser(agent) },
    now: context.clock.now(),
    wireNow: context.wire.now(),
  };
}

/** The kind of browser, not its build: enough for "was that me?". */
function nameBrowser(agent: string): string | null {
  const name = /(Line|Edg|Firefox|Chrome|Safari)\//.exec(agent)?.[1];
  const system = /(iPhone|iPad|Android|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
  return name || system ? [name, system].filter(Boolean).join(', ') : null;
}
