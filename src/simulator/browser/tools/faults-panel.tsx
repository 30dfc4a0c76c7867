import { useState } from 'react';
import type { Faults, SimulatorState } from '#simulator/contract.ts';
import { simulatorApi } from '../simulator-api.ts';
import { useWords } from '../words/words.tsx';

const faultNames = [
  'rateLimited',
  'serverError',
  'timeoutAfterAccept',
  'duplicateWebhook',
  'outOfQuota',
] as const satisfies readonly (keyof Faults)[];

export function FaultsPanel({ state, onChanged }: { state: SimulatorState; onChanged: () => void }) {
  const words = useWords();
  const [failure, setFailure] = useState<string | null>(null);
  const toggle = async (name: keyof Faults) => {
    setFailure(null);
    try {
      await simulatorApi.setFaults({ ...state.faults, [name]: !state.faults[name] });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
    onChanged();
  };
  return (
    <div className="card">
      <h2>{words.faults.title}</h2>
      <p className="hint">{words.faults.hint}</p>
      <ul className="faults">
        {faultNames.map((name) => {
          const isOn = state.faults[name];
          const [title, hint] = words.faults[name];
          return (
            <li key={name}>
              <span id={`fault-${name}`}>
                <strong>{title}</strong> <span className="hint">{hint}</span>
              </span>
              <button
                type="button"
                role="switch"
                aria-checked={isOn}
                aria-labelledby={`fault-${name}`}
                className="switch"
                onClick={() => toggle(name)}
              >
                {isOn ? words.faults.on : words.faults.off}
              </button>
            </li>
          );
        })}
      </ul>
      {failure && (
        <p className="problem" role="alert">
          {failure}
        </p>
      )}
      <Quota quota={state.quota} />
    </div>
  );
}

function Quota({ quota }: { quota: SimulatorState['quota'] }) {
  const words = useWords();
  const used = quota.used.toLocaleString('en');
  const share = quota.limit === null ? 0 : Math.min(1, quota.used / Math.max(1, quota.limit));
  return (
    <div className="quota">
      <h3>{words.quota.title}</h3>
      <p>
        {quota.limit === null
          ? words.quota.noLimit(used)
          : words.quota.of(used, quota.limit.toLocaleString('en'))}{' '}
        <span className="hint">{words.quota.free}</span>
      </p>
      {quota.limit !== null && (
        <div className="quota-track">
          <div style={{ width: `${share * 100}%` }} />
        </div>
      )}
    </div>
  );
}
