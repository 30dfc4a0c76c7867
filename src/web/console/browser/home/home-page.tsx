import { Alert, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { callApi } from '../../../kit/browser/api-client.ts';
import type { PageOf } from '../../../kit/browser/contract.ts';
import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { PageHeader } from '../../../kit/browser/page-header.tsx';
import { sayList } from '../../../kit/browser/say.ts';
import { ErrorState, LoadingState } from '../../../kit/browser/states.tsx';
import { useWaitingApprovals } from '../approvals/approvals-api.ts';
import { consoleBook } from '../console-book.ts';
import type { Device } from '../devices/devices-api.ts';
import type { Person } from '../people/people-api.ts';
import { useMay, useSignedIn } from '../session/use-session.ts';
import { homeBook } from './home-book.ts';

/** Whoever has none of these finds only the own account in the menu. */
const pageRights = [
  'approvals.decide',
  'points.adjust',
  'people.read',
  'devices.read',
  'api_keys.read',
  'audit.read',
] as const;

type Waiting = { key: string; path: string; title: string; text: string };

/** Who is here and what waits for them. */
export function HomePage() {
  const words = useWords(homeBook);
  const shared = useWords(consoleBook);
  const { language } = useLanguage();
  const { staff, brandName } = useSignedIn();
  const places =
    staff.stores.length > 0
      ? sayList(
          language,
          staff.stores.map(({ name }) => name),
        )
      : shared.everyStore;
  return (
    <>
      <PageHeader
        title={words.hello(staff.name)}
        text={words.who(brandName, shared.roles[staff.role], places)}
      />
      {isLineNews() && (
        <Alert color="brand" mb="lg" role="status">
          {words.lineFailed}
        </Alert>
      )}
      <Title order={2} size="h4" mb="md">
        {words.waiting}
      </Title>
      <WaitingList />
    </>
  );
}

/** LINE Login comes back here when linking an account was not completed. */
const isLineNews = (): boolean => new URLSearchParams(window.location.search).has('line');

function WaitingList() {
  const words = useWords(homeBook);
  const may = useMay();
  const { staff } = useSignedIn();
  const approvals = useWaitingApprovals();
  const devices = useFirstPage<Device>('devices', may('devices.read'));
  const people = useFirstPage<Person>('people', may('people.manage'));
  const queries = [approvals.query, devices, people];
  const broken = queries.find(({ error }) => error !== null);
  if (broken) return <ErrorState error={broken.error} onRetry={() => void broken.refetch()} />;
  if (queries.some(({ isLoading }) => isLoading)) return <LoadingState rows={2} />;

  const waitingDevices = devices.data?.items.filter(({ state }) => state === 'waiting').length ?? 0;
  const invited = people.data?.items.filter(({ state }) => state === 'invited').length ?? 0;
  const list: (Waiting | false)[] = [
    approvals.forMe > 0 && {
      key: 'approvals',
      path: '/approvals',
      ...words.approvals(String(approvals.forMe)),
    },
    waitingDevices > 0 && { key: 'devices', path: '/devices', ...words.devices(String(waitingDevices)) },
    invited > 0 && { key: 'people', path: '/people', ...words.invited(String(invited)) },
    !staff.hasSecondFactor && { key: 'factor', path: '/account', ...words.secondFactor },
  ];
  const hasPages = pageRights.some(may);
  const waiting = list.filter((each) => each !== false);
  if (waiting.length === 0)
    return <p className="panel panel-pad">{hasPages ? words.nothing : words.nothingHere}</p>;
  return (
    <ul className="waiting">
      {waiting.map((each) => (
        <li key={each.key}>
          <Link href={each.path} className="panel waiting-card">
            <Text fw={600} component="span">
              {each.title}
            </Text>
            <Text c="dimmed" component="span">
              {each.text}
            </Text>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const useFirstPage = <T,>(path: string, enabled: boolean) =>
  useQuery({
    queryKey: [path, 'first'],
    queryFn: () => callApi<PageOf<T>>('GET', path),
    enabled,
  });
