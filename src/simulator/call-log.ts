import type { LogEntry } from './contract.ts';

export type CallLog = {
  add(entry: Omit<LogEntry, 'id'>): LogEntry;
  /** Oldest first; only those newer than `id`. */
  after(id: number): LogEntry[];
  nextId(): number;
  /** So that a page which stays open over a restart sees what comes then. */
  continueFrom(id: number): void;
};

const maxEntries = 500;

/** The last 500 webhooks, calls and text messages, for the inspector. */
export function createCallLog(): CallLog {
  const entries: LogEntry[] = [];
  let nextId = 1;
  return {
    add(entry) {
      const added = { id: nextId, ...entry };
      nextId += 1;
      entries.push(added);
      if (entries.length > maxEntries) entries.shift();
      return added;
    },
    after: (id) => entries.filter((entry) => entry.id > id),
    nextId: () => nextId,
    continueFrom(id) {
      nextId = Math.max(nextId, id);
    },
  };
}
