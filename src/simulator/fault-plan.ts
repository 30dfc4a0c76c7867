/** What the server does instead of its usual answer. `accept`: the request takes effect all the same. */
export type ScriptedAnswer =
  | { do: 'answer'; status: number; body?: unknown; headers?: Record<string, string>; accept?: boolean }
  | { do: 'reset'; accept: boolean }
  /** Takes effect, then the connection breaks in the middle of the body. */
  | { do: 'half-body' }
  | { do: 'hang'; accept: boolean }
  | { do: 'delay'; ms: number };

export type ScriptedFault = {
  match: {
    method?: string;
    /** The whole path, or a pattern for it. */
    path?: string | RegExp;
    /** The recipient of a push. */
    to?: string;
  };
  answer: ScriptedAnswer;
  /** How many calls it meets; 1 unless told. */
  times?: number;
};

export type FaultPlan = {
  add(faults: ScriptedFault[]): void;
  /** The first fault that fits this call, used up by it. */
  take(method: string, path: string, to: unknown): ScriptedAnswer | null;
  /** Scripted faults that no call has met yet. */
  left(): number;
  clear(): void;
};

/** Faults for tests, each for the next calls that fit. */
export function createFaultPlan(): FaultPlan {
  let plan: { fault: ScriptedFault; left: number }[] = [];
  return {
    add(faults) {
      plan.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1 })));
    },
    take(method, path, to) {
      const step = plan.find(({ fault: { match } }) => {
        if (match.method !== undefined && match.method !== method) return false;
        if (typeof match.path === 'string' && match.path !== path) return false;
        if (match.path instanceof RegExp && !match.path.test(path)) return false;
        return match.to === undefined || match.to === to;
      });
      if (step === undefined) return null;
      step.left -= 1;
      if (step.left === 0) plan = plan.filter((other) => other !== step);
      return step.fault.answer;
    },
    left: () => plan.reduce((sum, step) => sum + step.left, 0),
    clear() {
      plan = [];
    },
  };
}
