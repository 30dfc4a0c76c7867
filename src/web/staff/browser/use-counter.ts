import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiRefusal } from '../../kit/browser/api-client.ts';
import {
  type AtWork,
  type CounterPerson,
  type CounterState,
  counterCalls,
  readAtWork,
} from './counter-api.ts';

export type CounterView =
  | { kind: 'loading' }
  | { kind: 'broken'; error: unknown }
  | { kind: 'pairing'; brandName: string }
  /** `chosen` begins at the PIN of whoever worked here before the device locked itself. */
  | { kind: 'people'; counter: CounterState; chosen: CounterPerson | null }
  | { kind: 'at_work'; counter: CounterState; session: AtWork };

const lookEveryMs = 30_000;
const lockAgainMs = 5_000;

/** What the device shows. It looks again now and then: it may have been revoked, or the person let go. */
export function useCounter() {
  const [view, setView] = useState<CounterView>({ kind: 'loading' });
  const [owesLock, setOwesLock] = useState(false);

  /** Counts the locks: what was asked before one is no answer after it. */
  const locks = useRef(0);

  const load = useCallback(async () => {
    const asked = locks.current;
    try {
      const [counter, session] = await Promise.all([counterCalls.read(), readAtWork()]);
      if (asked === locks.current) setView((was) => next(was, counter, session));
    } catch (error) {
      // What is on the screen stays: a short gap in the network is no reason to take it away.
      setView((was) => (was.kind === 'loading' || was.kind === 'broken' ? { kind: 'broken', error } : was));
    }
  }, []);

  useEffect(() => {
    // Until the server has heard of the lock, it would say that somebody is still at work.
    if (owesLock) return;
    void load();
    const look = () => document.visibilityState === 'visible' && void load();
    const timer = setInterval(look, lookEveryMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [load, owesLock]);

  // The screen locks at once; the server is told until it has heard.
  useEffect(() => {
    if (!owesLock) return;
    let timer: ReturnType<typeof setTimeout>;
    const tell = async () => {
      try {
        await counterCalls.lock();
      } catch (error) {
        const isHeard = error instanceof ApiRefusal && error.status === 401;
        if (!isHeard) {
          timer = setTimeout(tell, lockAgainMs);
          return;
        }
      }
      setOwesLock(false);
    };
    void tell();
    return () => clearTimeout(timer);
  }, [owesLock]);

  const lock = useCallback((chosen: CounterPerson | null) => {
    setView((was) => (was.kind === 'at_work' ? { kind: 'people', counter: was.counter, chosen } : was));
    locks.current += 1;
    setOwesLock(true);
  }, []);

  /** Somebody gave their PIN: the former session is over with that. */
  const takeOver = useCallback(() => {
    setOwesLock(false);
    return load();
  }, [load]);

  return { view, load, lock, takeOver };
}

function next(was: CounterView, counter: CounterState, session: AtWork | null): CounterView {
  if (!counter.device) return { kind: 'pairing', brandName: counter.brandName };
  if (session) return { kind: 'at_work', counter, session };
  return { kind: 'people', counter, chosen: was.kind === 'people' ? was.chosen : null };
}
