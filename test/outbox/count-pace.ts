/** The most that fall within any such span. */
export function densest(times: readonly number[], spanMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while ((sorted[to] as number) - (sorted[from] as number) >= spanMs) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

const lookEveryMs = 5;

/** Tells how long this process, which counts, heard nothing at a time: what came meanwhile is counted at once. */
export function listen() {
  let lookedAt = performance.now();
  let deafMs = 0;
  const ear = setInterval(() => {
    const now = performance.now();
    deafMs = Math.max(deafMs, now - lookedAt - lookEveryMs);
    lookedAt = now;
  }, lookEveryMs);
  return {
    deafMs: () => Math.max(deafMs, performance.now() - lookedAt - lookEveryMs),
    stop: () => clearInterval(ear),
  };
}
