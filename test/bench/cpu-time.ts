import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms. */
const tickMs = 10;

/** CPU milliseconds that a process and all that it started have used; null where /proc does not tell. */
function readCpuMs(pid: number): number | null {
  try {
    const children = new Map<number, { pid: number; ms: number }[]>();
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const known = readStat(Number(name));
      if (known) children.set(known.parent, [...(children.get(known.parent) ?? []), known]);
    }
    const root = readStat(pid);
    if (!root) return null;
    const sum = (of: { pid: number; ms: number }): number =>
      (children.get(of.pid) ?? []).reduce((total, child) => total + sum(child), of.ms);
    return sum(root);
  } catch {
    return null;
  }
}

/**
 * Measures what the service and the database spend on a load. On a machine that others use too, CPU an event is
 * steadier than events a second, though it grows as well when caches are fought over.
 */
export function createCpuMeter(pids: { service: number; database: number }) {
  let before = { service: 0, database: 0 };
  const read = () => ({ service: readCpuMs(pids.service) ?? 0, database: readCpuMs(pids.database) ?? 0 });
  return {
    start(): void {
      before = read();
    },
    /** Microseconds an event, "service/database". */
    usPer(events: number): string {
      const now = read();
      const us = (name: 'service' | 'database') =>
        Math.round(((now[name] - before[name]) * 1000) / Math.max(1, events));
      return `${us('service')}/${us('database')}`;
    },
  };
}

/** Own time and that of children already buried (PostgreSQL's ended backends). */
function readStat(pid: number): { pid: number; parent: number; ms: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, user = 0, system = 0, buriedUser = 0, buriedSystem = 0] = [1, 11, 12, 13, 14].map(
      (at) => fields[at] ?? 0,
    );
    return { pid, parent, ms: (user + system + buriedUser + buriedSystem) * tickMs };
  } catch {
    return null;
  }
}
