import type { FastifyRequest } from 'fastify';
import { problem } from '#foundation/http.ts';
import type { StaffCaller } from './caller-rules.ts';
import './check-caller.ts';

/** The person who calls a route that is for people only. @throws ApiProblem 403 for anybody else */
export function readStaffCaller(request: FastifyRequest): StaffCaller {
  if (request.caller.kind !== 'staff')
    throw problem(403, 'forbidden', 'This is for people who are signed in');
  return request.caller;
}
