import { useState } from 'react';
import type { LogEntry } from '#simulator/contract.ts';
import { useWords } from '../words/words.tsx';
import { LogRow } from './log-row.tsx';

const filters = ['all', 'webhook', 'line-api', 'sms'] as const;

/** The live list of what passed between LINE's stand-in and the service, newest first. */
export function Inspector({ log, onClear }: { log: LogEntry[]; onClear: () => void }) {
  const words = useWords();
  const [filter, setFilter] = useState<(typeof filters)[number]>('all');
  const shown = filter === 'all' ? log : log.filter((entry) => entry.kind === filter);
  return (
    <div className="card inspector">
      <div className="inspector-head">
        <h2>{words.inspector.title}</h2>
        <button type="button" className="quiet" disabled={log.length === 0} onClick={onClear}>
          {words.inspector.clear}
        </button>
      </div>
      <fieldset className="filters" aria-label={words.inspector.filter}>
        {filters.map((each) => (
          <button key={each} type="button" aria-pressed={each === filter} onClick={() => setFilter(each)}>
            {words.inspector.kinds[each]}
          </button>
        ))}
      </fieldset>
      {shown.length === 0 ? (
        <p className="hint">{log.length === 0 ? words.inspector.empty : words.inspector.emptyFilter}</p>
      ) : (
        <ol className="log">
          {shown.map((entry) => (
            <LogRow key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
    </div>
  );
}
