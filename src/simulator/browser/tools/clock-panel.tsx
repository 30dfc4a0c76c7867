import { useEffect, useState } from 'react';
import { type ClockMove, furthestDays } from '#simulator/contract.ts';
import { businessDate, businessMinute, dayInWords } from '../business-time.ts';
import { simulatorApi } from '../simulator-api.ts';
import { usePageLanguage, useWords } from '../words/words.tsx';

/** The business time now: what the server said, plus what has passed here since. */
export function useBusinessNow(now: string): Date {
  const [elapsed, setElapsed] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer of the server starts the count anew
  useEffect(() => {
    const heard = performance.now();
    setElapsed(0);
    const timer = setInterval(() => setElapsed(performance.now() - heard), 5_000);
    return () => clearInterval(timer);
  }, [now]);
  return new Date(Date.parse(now) + elapsed);
}

export function ClockPanel({ now, onMoved }: { now: string; onMoved: () => void }) {
  const words = useWords();
  const language = usePageLanguage();
  const shown = useBusinessNow(now);
  const today = businessDate(shown);
  const [moving, setMoving] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [wanted, setWanted] = useState('');
  const move = async (clockMove: ClockMove) => {
    setMoving(true);
    setFailure(null);
    try {
      await simulatorApi.moveClock(clockMove);
      setWanted('');
      onMoved();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setMoving(false);
    }
  };
  return (
    <div className="card clock">
      <h2>{words.clock.title}</h2>
      <p className="clock-now">
        <span>{dayInWords(shown, language)}</span>
        <strong>{businessMinute(shown)}</strong>
      </p>
      <div className="button-row">
        <button type="button" disabled={moving} onClick={() => move({ move: 'next-morning' })}>
          {words.clock.nextMorning}
        </button>
        <button type="button" disabled={moving} onClick={() => move({ move: 'days', days: 7 })}>
          {words.clock.plusWeek}
        </button>
      </div>
      <form
        className="button-row"
        onSubmit={(event) => {
          event.preventDefault();
          void move({ move: 'date', date: wanted });
        }}
      >
        <input
          type="date"
          required
          min={today}
          max={businessDate(new Date(shown.getTime() + furthestDays * 86_400_000))}
          value={wanted}
          aria-label={words.clock.date}
          onChange={(event) => setWanted(event.target.value)}
        />
        <button type="submit" disabled={moving || wanted === ''}>
          {words.clock.jump}
        </button>
      </form>
      <p role="status" className={failure ? 'problem' : 'hint'}>
        {moving ? words.clock.moving : failure ? `${words.clock.failed}：${failure}` : ''}
      </p>
    </div>
  );
}
