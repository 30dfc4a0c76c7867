import { Route, Switch } from 'wouter';
import { ConsoleShell } from './console-shell.tsx';
import { JoinPage } from './join/join-page.tsx';
import { SessionGate } from './session/session-gate.tsx';

/** An invitation opens for whoever holds it; everything else is behind the sign-in. */
export function ConsoleApp() {
  return (
    <Switch>
      <Route path="/join">
        <JoinPage />
      </Route>
      <Route>
        <SessionGate>
          <ConsoleShell />
        </SessionGate>
      </Route>
    </Switch>
  );
}
