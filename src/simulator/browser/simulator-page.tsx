import { useRef, useState } from 'react';
import { Inspector } from './inspector/inspector.tsx';
import { PhonePanel } from './phone/phone-panel.tsx';
import { Till } from './till/till.tsx';
import { ClockPanel } from './tools/clock-panel.tsx';
import { FaultsPanel } from './tools/faults-panel.tsx';
import { useSimulator } from './use-simulator.ts';
import { LanguageSwitch, useWords } from './words/words.tsx';

const tabs = ['phone', 'till', 'tools', 'inspector'] as const;

/** The whole page: side by side on a desk, one tab at a time on a phone. */
export function SimulatorPage() {
  const words = useWords();
  const simulator = useSimulator();
  const [tab, setTab] = useState<(typeof tabs)[number]>('phone');
  const phonePage = useRef<HTMLIFrameElement>(null);
  const state = simulator.state.value;
  return (
    <div className="page">
      <header className="page-head">
        <div className="page-head-inside">
          <h1>{words.title}</h1>
          <Connection connection={simulator.connection} />
          <p className="demo-banner">{words.banner}</p>
          <LanguageSwitch />
        </div>
      </header>
      <nav className="tabs" aria-label={words.title}>
        {tabs.map((each) => (
          <button
            key={each}
            type="button"
            aria-current={each === tab ? 'page' : undefined}
            onClick={() => setTab(each)}
          >
            {words.tabs[each]}
          </button>
        ))}
      </nav>
      {state ? (
        <main className="columns" data-tab={tab}>
          <section className="column column-phone" data-tabs="phone" aria-label={words.tabs.phone}>
            <PhonePanel simulator={simulator} state={state} phonePage={phonePage} />
          </section>
          <div className="column column-middle">
            <section data-tabs="till" aria-label={words.tabs.till}>
              <Till now={state.now} sms={simulator.sms} phonePage={phonePage} />
            </section>
            <section data-tabs="tools" aria-label={words.faults.title}>
              <FaultsPanel state={state} onChanged={simulator.state.refresh} />
            </section>
          </div>
          <div className="column column-right">
            <section data-tabs="tools" aria-label={words.clock.title}>
              <ClockPanel now={state.now} onMoved={simulator.state.refresh} />
            </section>
            <section data-tabs="inspector" aria-label={words.tabs.inspector}>
              <Inspector log={simulator.log} onClear={simulator.clearLog} />
            </section>
          </div>
        </main>
      ) : (
        <NotReady failure={simulator.state.failure} onRetry={simulator.state.refresh} />
      )}
    </div>
  );
}

function Connection({ connection }: { connection: 'connecting' | 'live' | 'lost' }) {
  const words = useWords();
  return (
    <span className={`connection connection-${connection}`} role="status">
      {words.connection[connection]}
    </span>
  );
}

function NotReady({ failure, onRetry }: { failure: string | null; onRetry: () => void }) {
  const words = useWords();
  if (failure === null) return <p className="not-ready">{words.loading}</p>;
  return (
    <div className="not-ready" role="alert">
      <p>{words.noServer}</p>
      <p className="detail">{failure}</p>
      <button type="button" className="primary" onClick={onRetry}>
        {words.tryAgain}
      </button>
    </div>
  );
}
