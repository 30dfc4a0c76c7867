import { useState } from 'react';
import type { LogEntry } from '#simulator/contract.ts';
import { businessMinute } from '../business-time.ts';
import { useWords } from '../words/words.tsx';

function statusMood(status: number | null): 'ok' | 'refused' | 'failed' | 'silent' {
  if (status === null) return 'silent';
  if (status < 400) return 'ok';
  return status < 500 ? 'refused' : 'failed';
}

export function LogRow({ entry }: { entry: LogEntry }) {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  const mood = statusMood(entry.status);
  return (
    <li className="log-row">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span className={`log-kind log-kind-${entry.kind}`}>{words.inspector.kinds[entry.kind]}</span>
          <span className="log-path">
            <b>{entry.method}</b> {entry.path}
          </span>
          <span className={`log-status log-${mood}`}>
            {entry.status ?? ''} {words.inspector.status[mood]}
          </span>
          <span className="log-time">
            {businessMinute(entry.at)} · {words.inspector.took(Math.round(entry.durationMs))}
          </span>
        </summary>
        {isOpen && (
          <>
            <Body title={words.inspector.request} value={entry.request} />
            <Body title={words.inspector.response} value={entry.response} />
          </>
        )}
      </details>
    </li>
  );
}

function Body({ title, value }: { title: string; value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <div className="log-body">
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long body scrolls, so the keyboard must reach it */}
      <pre tabIndex={0}>{text ?? '—'}</pre>
    </div>
  );
}
