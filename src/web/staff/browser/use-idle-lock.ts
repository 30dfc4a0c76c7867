import { useEffect, useEffectEvent, useState } from 'react';

/** For how long the screen warns before it locks. */
const warnSeconds = 20;

/**
 * Locks when nobody touched the page for as long as the session allows: no pointer, no key. The clock is the wall's,
 * so that a tablet that slept locks when it wakes. Being active also reaches the server, at most four times in that
 * span, or it would end the session of somebody who works without sending anything.
 * @param input.idleSeconds null = does not lock by itself
 * @returns the seconds that are left while it warns, else null
 */
export function useIdleLock(input: {
  idleSeconds: number | null;
  onIdle: () => void;
  onActive: () => void;
}): number | null {
  const [left, setLeft] = useState<number | null>(null);
  const lock = useEffectEvent(input.onIdle);
  const tellServer = useEffectEvent(input.onActive);
  const { idleSeconds } = input;
  useEffect(() => {
    if (idleSeconds === null) return;
    let touchedAt = Date.now();
    let toldAt = touchedAt;
    const check = () => {
      const seconds = Math.ceil(idleSeconds - (Date.now() - touchedAt) / 1000);
      if (seconds <= 0) lock();
      else setLeft(seconds <= Math.min(warnSeconds, idleSeconds / 2) ? seconds : null);
    };
    const touch = () => {
      // What woke the page comes too late when its time was up meanwhile.
      if (Date.now() - touchedAt >= idleSeconds * 1000) return check();
      touchedAt = Date.now();
      if (touchedAt - toldAt >= (idleSeconds * 1000) / 4) {
        toldAt = touchedAt;
        tellServer();
      }
      check();
    };
    const events = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const event of events) window.addEventListener(event, touch, { passive: true, capture: true });
    const timer = setInterval(check, 500);
    return () => {
      clearInterval(timer);
      for (const event of events) window.removeEventListener(event, touch, { capture: true });
    };
  }, [idleSeconds]);
  return left;
}
