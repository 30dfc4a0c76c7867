import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { Permission } from '#features/staff/permission-rules.ts';
import { useWords } from '../../kit/browser/language.tsx';
import { type NavEntry, Shell } from '../../kit/browser/shell.tsx';
import { LoadingState } from '../../kit/browser/states.tsx';
import { useAction } from '../../kit/browser/use-action.ts';
import { AccountLanguage } from './account/account-language.tsx';
import { useWaitingApprovals } from './approvals/approvals-api.ts';
import { consoleBook } from './console-book.ts';
import { HomePage } from './home/home-page.tsx';
import { icons } from './icons.tsx';
import { NoPage, NoRight } from './no-page.tsx';
import { sessionCalls, useMay, useRenewSession, useSignedIn } from './session/use-session.ts';

/** Each page: where it is, whose it is (any one of the rights; none = everybody's), and its code. */
const pages = [
  { name: 'approvals', rights: ['approvals.decide', 'points.adjust'], page: lazy(() => loadApprovals()) },
  { name: 'people', rights: ['people.read'], page: lazy(() => loadPeople()) },
  { name: 'devices', rights: ['devices.read'], page: lazy(() => loadDevices()) },
  { name: 'keys', rights: ['api_keys.read'], page: lazy(() => loadKeys()) },
  { name: 'audit', rights: ['audit.read'], page: lazy(() => loadAudit()) },
  { name: 'account', rights: [], page: lazy(() => loadAccount()) },
] as const satisfies readonly { name: string; rights: readonly Permission[]; page: unknown }[];

const loadApprovals = async () => ({
  default: (await import('./approvals/approvals-page.tsx')).ApprovalsPage,
});
const loadPeople = async () => ({ default: (await import('./people/people-page.tsx')).PeoplePage });
const loadDevices = async () => ({ default: (await import('./devices/devices-page.tsx')).DevicesPage });
const loadKeys = async () => ({ default: (await import('./keys/keys-page.tsx')).KeysPage });
const loadAudit = async () => ({ default: (await import('./audit/audit-page.tsx')).AuditPage });
const loadAccount = async () => ({ default: (await import('./account/account-page.tsx')).AccountPage });

/** The console for whoever is signed in: only what their rights allow is in the menu. */
export function ConsoleShell() {
  const words = useWords(consoleBook);
  const { staff, brandName } = useSignedIn();
  const may = useMay();
  const isOpen = (page: (typeof pages)[number]) => page.rights.length === 0 || page.rights.some(may);
  const waiting = useWaitingApprovals();
  const entries: NavEntry[] = [
    { path: '/', label: words.nav.home, icon: icons.home },
    ...pages.filter(isOpen).map(({ name }) => ({
      path: `/${name}`,
      label: words.nav[name],
      icon: icons[name],
      ...(name === 'approvals' && { waiting: waiting.forMe }),
    })),
  ];
  return (
    <Shell
      brandName={brandName}
      person={{ name: staff.name, role: words.roles[staff.role] }}
      entries={entries}
      foot={<Foot />}
    >
      <Suspense fallback={<LoadingState />}>
        <Switch>
          <Route path="/" component={HomePage} />
          {/* Where LINE Login comes back to when the sign-in page had no path of its own. */}
          <Route path="/sign-in">
            <Redirect to="/" replace />
          </Route>
          {pages.map((page) => (
            <Route key={page.name} path={`/${page.name}`} component={isOpen(page) ? page.page : NoRight} />
          ))}
          <Route component={NoPage} />
        </Switch>
      </Suspense>
    </Shell>
  );
}

function Foot() {
  const words = useWords(consoleBook);
  const renew = useRenewSession();
  const [, navigate] = useLocation();
  const signOut = useAction({
    act: () => sessionCalls.signOut(),
    renews: [],
    after: () => {
      navigate('/');
      void renew('person');
    },
  });
  return (
    <>
      <AccountLanguage />
      <Button variant="subtle" px={12} loading={signOut.isRunning} onClick={() => signOut.run(undefined)}>
        {words.signOut}
      </Button>
    </>
  );
}
