import { useCallback, useEffect, useState } from 'react';
import { useWords } from '../../kit/browser/language.tsx';
import { type AtWork, type CounterPerson, counterCalls } from './counter-api.ts';
import { LockWarning } from './lock-warning.tsx';
import { staffBook } from './staff-book.ts';
import { TopBar } from './top-bar.tsx';
import { useIdleLock } from './use-idle-lock.ts';

type Of = { session: AtWork; onLock: (chosen: CounterPerson | null) => void };

/** Who works here, in which store; nothing of it stays when the device locks. */
export function AtWorkPage({ session, onLock }: Of) {
  const words = useWords(staffBook);
  const { staff, device, brandName, idleSeconds } = session;
  const [waitingCount, setWaitingCount] = useState(0);
  const touch = useCallback(async () => {
    const waiting = await counterCalls.readWaiting().catch(() => null);
    if (waiting) setWaitingCount(waiting.items.filter(({ isMine }) => isMine).length);
  }, []);
  useEffect(() => void touch(), [touch]);
  const secondsLeft = useIdleLock({
    idleSeconds,
    onIdle: () => onLock({ id: staff.id, name: staff.name }),
    onActive: touch,
  });
  return (
    <>
      <TopBar
        brandName={brandName}
        device={device}
        onLanguage={(language) => void counterCalls.setLanguage(language).catch(() => undefined)}
      />
      <main className="at-work">
        <section className="card">
          <h1>{words.atWork.hello(staff.name)}</h1>
          <p>{words.atWork.where(device.store.name)}</p>
          {waitingCount > 0 && <p>{words.atWork.waiting(String(waitingCount))}</p>}
        </section>
        <section className="card">
          <h2>{words.atWork.before}</h2>
          <p>{words.atWork.beforeText}</p>
          <button type="button" className="primary" onClick={() => onLock(null)}>
            {words.atWork.lock}
          </button>
        </section>
      </main>
      {secondsLeft !== null && <LockWarning seconds={secondsLeft} />}
    </>
  );
}
