import type { Errand, Judgement } from './retry-rules.ts';

/** How calls of one endpoint ended, since the process began. `status` 'none': nobody answered. */
export type AnswerCount = {
  endpoint: string;
  status: string;
  verdict: string;
  calls: number;
  /** People reached or missed by them: a multicast has many. */
  recipients: number;
};

/** Calls that left for an endpoint: in the last full second, and on average over the last ten. */
export type PaceUsed = { endpoint: string; lastSecond: number; lastTen: number };

export type SendingTally = ReturnType<typeof createTally>;

const windowSeconds = 10;

/** What this process has sent and lost, in memory; monitoring adds the processes up. */
export function createTally() {
  const answers = new Map<string, AnswerCount>();
  const perSecond = new Map<string, Map<number, number>>();
  const leases = { refused: 0, takenBack: 0 };
  const second = () => Math.floor(performance.now() / 1_000);

  return {
    /** A call leaves. */
    noteCall(errand: Pick<Errand, 'channel' | 'method'>): void {
      const endpoint = endpointOf(errand);
      const counts = perSecond.get(endpoint) ?? new Map<number, number>();
      perSecond.set(endpoint, counts);
      const now = second();
      counts.set(now, (counts.get(now) ?? 0) + 1);
      for (const past of counts.keys()) if (past < now - windowSeconds) counts.delete(past);
    },

    /** It was answered, or nobody answered. */
    noteAnswer(errand: Pick<Errand, 'channel' | 'method' | 'ids'>, { verdict }: Judgement): void {
      const endpoint = endpointOf(errand);
      const status = verdict.status === null ? 'none' : String(verdict.status);
      const key = `${endpoint} ${status} ${verdict.to}`;
      const known = answers.get(key) ?? { endpoint, status, verdict: verdict.to, calls: 0, recipients: 0 };
      known.calls += 1;
      known.recipients += errand.ids.length;
      answers.set(key, known);
    },

    /** Ends that came after their leases had run out: the fence refused them. */
    noteRefused(rows: number): void {
      leases.refused += rows;
    },

    /** Rows whose holder, of whatever process, died or stalled. */
    noteTakenBack(rows: number): void {
      leases.takenBack += rows;
    },

    answers: (): AnswerCount[] => [...answers.values()],
    leases: () => ({ ...leases }),
    paceUsed(): PaceUsed[] {
      const now = second();
      return [...perSecond].map(([endpoint, counts]) => {
        let sum = 0;
        for (const [at, count] of counts) if (at < now && at >= now - windowSeconds) sum += count;
        return { endpoint, lastSecond: counts.get(now - 1) ?? 0, lastTen: sum / windowSeconds };
      });
    },
  };
}

/** reply, push, multicast; menus, SMS and webhooks by their channel. */
const endpointOf = ({ channel, method }: Pick<Errand, 'channel' | 'method'>): string =>
  channel === 'line_message' ? method : channel;
