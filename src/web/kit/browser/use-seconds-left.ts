import { useEffect, useState } from 'react';

const left = (iso: string | null): number =>
  iso === null ? 0 : Math.max(0, Math.ceil((Date.parse(iso) - Date.now()) / 1000));

/** Whole seconds until an instant, counting down to 0. */
export function useSecondsLeft(iso: string | null): number {
  const [seconds, setSeconds] = useState(() => left(iso));
  useEffect(() => {
    setSeconds(left(iso));
    if (iso === null) return;
    const timer = setInterval(() => setSeconds(left(iso)), 500);
    return () => clearInterval(timer);
  }, [iso]);
  return seconds;
}

/** "9:05" */
export const sayClock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
