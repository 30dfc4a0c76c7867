import type { LineCall } from './delivery-log.ts';

/** LINE's table: requests a second of each endpoint that has less than the usual 2,000. */
const lineLimits: Record<string, number> = {
  'POST /v2/bot/message/multicast': 200,
  'POST /v2/bot/chat/loading/start': 100,
};
const usualLimit = 2_000;

export type RateVerdict = {
  findings: string[];
  /** Of each endpoint the fullest second, the fullest ten as a rate, and the mean from first to last call. */
  peaks: Record<string, { calls: number; second: number; ten: number; mean: number }>;
};

/**
 * Counts every request that arrived, refused ones too: in no sliding second more than LINE takes, in no sliding ten
 * seconds more than the rate that was set.
 * @param setRates requests a second by endpoint, of all processes together
 */
export function checkRates(
  calls: readonly LineCall[],
  setRates: Readonly<Record<string, number>> = {},
): RateVerdict {
  const findings: string[] = [];
  const peaks: RateVerdict['peaks'] = {};
  const byEndpoint = new Map<string, number[]>();
  for (const { endpoint, at } of calls) {
    const times = byEndpoint.get(endpoint);
    if (times) times.push(at);
    else byEndpoint.set(endpoint, [at]);
  }
  for (const [endpoint, unsorted] of byEndpoint) {
    const times = unsorted.toSorted((a, b) => a - b);
    const second = fullest(times, 1_000);
    const ten = fullest(times, 10_000) / 10;
    const span = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
    peaks[endpoint] = {
      calls: times.length,
      second,
      ten,
      mean: span > 0 ? Math.round(times.length / span) : 0,
    };
    const limit = lineLimits[endpoint] ?? usualLimit;
    if (second > limit) findings.push(`${endpoint}: ${second} requests in a second, LINE takes ${limit}`);
    const set = setRates[endpoint];
    if (set !== undefined && ten > set)
      findings.push(`${endpoint}: ${ten} a second over ten seconds, set were ${set}`);
  }
  return { findings, peaks };
}

/** The most that fall into any stretch of `ms`, its end not included. @param times ascending */
function fullest(times: readonly number[], ms: number): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < times.length; to++) {
    while ((times[to] as number) - (times[from] as number) >= ms) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
