export type SendKind = 'reply' | 'push' | 'multicast';

export type QuotaState = { month: string; used: number; days: Record<string, Record<SendKind, number>> };

export type Quota = {
  limit(): number | null;
  setLimit(limit: number | null): void;
  used(): number;
  /** Would `recipients` more fit? A used-up quota refuses even those whom nothing reaches. */
  allows(recipients: number): boolean;
  /** Counts recipients, not message objects; replies are free and only counted by day. */
  count(kind: SendKind, recipients: number): void;
  /** @param day yyyyMMdd in UTC+9 */
  sentOn(day: string, kind: SendKind): number;
  /** yyyyMMdd in UTC+9 */
  today(): string;
  dump(): QuotaState;
  load(state: QuotaState): void;
};

// LINE's dates are UTC+9, in Taiwan too.
const offsetMs = 9 * 3_600_000;

/** The monthly message quota. `now` in milliseconds; a new month starts from nothing. */
export function createQuota(initialLimit: number | null, now: () => number): Quota {
  let limit = initialLimit;
  let state: QuotaState = { month: '', used: 0, days: {} };

  const today = () => new Date(now() + offsetMs).toISOString().slice(0, 10).replaceAll('-', '');

  function current(): QuotaState {
    const month = today().slice(0, 6);
    if (state.month !== month) state = { ...state, month, used: 0 };
    return state;
  }

  return {
    limit: () => limit,
    setLimit(next) {
      limit = next;
    },
    used: () => current().used,
    allows(recipients) {
      if (limit === null) return true;
      const { used } = current();
      return used < limit && used + recipients <= limit;
    },
    count(kind, recipients) {
      const day = today();
      const counts = current().days;
      const ofDay = counts[day] ?? { reply: 0, push: 0, multicast: 0 };
      counts[day] = ofDay;
      ofDay[kind] += recipients;
      if (kind !== 'reply') state.used += recipients;
    },
    sentOn: (day, kind) => state.days[day]?.[kind] ?? 0,
    today,
    dump: () => current(),
    load(saved) {
      state = saved;
    },
  };
}
