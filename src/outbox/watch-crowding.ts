const lookEveryMs = 3;
/** Later than this by a look and others in the process have been waiting. */
const lateMs = 3;
const forgottenMs = 1_000;

/**
 * Tells whether the process has more to do than it gets done in time. Whoever can wait asks before taking on more, so
 * that a campaign leaves the processor to the chats that share its process. Looks only while somebody asks.
 */
export function createCrowdingWatch() {
  let timer: NodeJS.Timeout | undefined;
  let lookedAt = 0;
  let askedAt = 0;
  let wasLate = false;

  const isLate = (now: number) => now - lookedAt > lookEveryMs + lateMs;

  function look(): void {
    const now = performance.now();
    wasLate = isLate(now);
    lookedAt = now;
    if (now - askedAt > forgottenMs) stop();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    isCrowded(): boolean {
      askedAt = performance.now();
      if (!timer) {
        lookedAt = askedAt;
        wasLate = false;
        timer = setInterval(look, lookEveryMs).unref();
      }
      return wasLate || isLate(askedAt);
    },
    stop,
  };
}
