import type { ScriptedAnswer } from '#simulator/fault-plan.ts';
import type { Chance } from './chance.ts';

/** What the stand-in can do instead of accepting and answering. */
export type FaultName =
  | '500'
  | '500-after-accept'
  | 'timeout-after-accept'
  | 'reset-before-accept'
  | 'reset-after-accept'
  | 'half-body'
  | '400'
  | '401'
  | '401-every-token'
  | '403'
  | '409'
  | '429-rate'
  | '429-monthly';

export type PlannedFault = {
  fault: FaultName;
  endpoint: 'push' | 'multicast' | 'reply';
  /** Calls that meet it; Infinity, until the plan is cleared. */
  times: number;
  /** Of the calls that could, 0 to 1: which ones is chance. */
  share: number;
};

const say = (status: number, message: string, accept = false): ScriptedAnswer => ({
  do: 'answer',
  status,
  body: { message },
  accept,
});

/** LINE's words for what it refuses for good, which a row repeats. */
export const refusalWords = {
  '400': 'The request body has 1 error(s)',
  '403': 'Access to this API is not available for your account',
  'unknown-recipient': 'The property, to, in the request body is invalid',
} as const;

const answers: Record<FaultName, (requestId: string) => ScriptedAnswer> = {
  '500': () => say(500, 'Internal server error'),
  '500-after-accept': () => say(500, 'Internal server error', true),
  'timeout-after-accept': () => ({ do: 'hang', accept: true }),
  'reset-before-accept': () => ({ do: 'reset', accept: false }),
  'reset-after-accept': () => ({ do: 'reset', accept: true }),
  'half-body': () => ({ do: 'half-body' }),
  '400': () => say(400, refusalWords['400']),
  '401': () => say(401, 'Authentication failed'),
  '401-every-token': () => say(401, 'Authentication failed'),
  '403': () => say(403, refusalWords['403']),
  // Accepted, and told as what a repeat is told: the answer of a try that nobody heard of.
  '409': (requestId) => ({
    ...say(409, 'The retry key is already accepted', true),
    headers: { 'x-line-accepted-request-id': requestId },
  }),
  '429-rate': () => say(429, 'The API rate limit has been exceeded. Try again later.'),
  '429-monthly': () => say(429, 'You have reached your monthly limit.'),
};

/** LINE does not call a body bad that it took before, and knows a repeat by itself. */
const onlyNew = new Set<FaultName>(['400', '409']);

export type MetFault = { name: FaultName; answer: ScriptedAnswer };

/** Which call meets which fault. A retry key meets 401 once: the second would say that no token is good. */
export function createFaultScript(chance: Chance) {
  let plan: (PlannedFault & { met: number })[] = [];
  const refusedKeys = new Set<string>();
  return {
    add(faults: readonly PlannedFault[]): void {
      plan.push(...faults.map((fault) => ({ ...fault, met: 0 })));
    },
    clear(): void {
      plan = [];
    },
    /** How often each fault was met, by name and endpoint. */
    met: (): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const { fault, endpoint, met } of plan) {
        const name = `${fault} ${endpoint}`;
        counts[name] = (counts[name] ?? 0) + met;
      }
      return counts;
    },
    take(call: {
      endpoint: string;
      /** null for a reply */
      retryKey: string | null;
      /** A request under this key was accepted before. */
      isKnown: boolean;
      requestId: string;
    }): MetFault | null {
      const { endpoint, retryKey, isKnown, requestId } = call;
      for (const step of plan) {
        if (step.endpoint !== endpoint || step.met >= step.times) continue;
        if (isKnown && onlyNew.has(step.fault)) continue;
        if (chance.below(1_000_000) >= step.share * 1_000_000) continue;
        if (step.fault === '401' && retryKey !== null) {
          if (refusedKeys.has(retryKey)) continue;
          refusedKeys.add(retryKey);
        }
        step.met += 1;
        return { name: step.fault, answer: answers[step.fault](requestId) };
      }
      return null;
    },
  };
}
