import type { FastifyReply } from 'fastify';
import { type ApiProblem, fieldProblem, problem } from '#foundation/http.ts';
import type { PasswordFault } from '../accounts/credential-rules.ts';

/** 429, with the seconds to wait in the header that clients know. */
export function tooManyAttempts(reply: FastifyReply, refusal: { retryAfterSeconds: number }): ApiProblem {
  reply.header('retry-after', refusal.retryAfterSeconds);
  return problem(429, 'too_many_attempts', `Too many tries: wait ${refusal.retryAfterSeconds} seconds`);
}

const passwordWords: Record<PasswordFault | 'missing', string> = {
  missing: 'A password is needed',
  too_short: 'At least 10 characters',
  too_long: 'At most 200 characters',
  too_common: 'Too easy to guess',
  contains_name: 'Contains the name',
};

export const badPassword = (path: string, fault: PasswordFault | 'missing'): ApiProblem =>
  fieldProblem(path, fault, passwordWords[fault]);

export const badPin = (fault: 'too_simple' | 'missing'): ApiProblem =>
  fieldProblem('pin', fault, fault === 'missing' ? 'A PIN is needed' : 'Six digits that are not a pattern');

export const linkUsedUp = (): ApiProblem =>
  problem(410, 'link_used_up', 'This link was used, was replaced, or has run out');
