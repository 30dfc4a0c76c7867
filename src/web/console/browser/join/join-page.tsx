import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ApiRefusal, callApi } from '../../../kit/browser/api-client.ts';
import { useKitWords, useWords } from '../../../kit/browser/language.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../../kit/browser/states.tsx';
import { Door } from '../session/door.tsx';
import { useRenewSession } from '../session/use-session.ts';
import { joinBook } from './join-book.ts';
import { type Invitation, JoinForm } from './join-form.tsx';

/** What an invitation's link opens. The token stands after the #, so that no server and no log sees it. */
export function JoinPage() {
  const [token] = useState(() => window.location.hash.slice(1));
  const [isDone, setDone] = useState(false);
  const words = useWords(joinBook);
  const kit = useKitWords();
  const renew = useRenewSession();
  const [, navigate] = useLocation();
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => callApi<Invitation>('POST', 'session/invitation', { token }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  if (isDone) {
    return (
      <Door title={words.done.title}>
        <p>{words.done.text}</p>
      </Door>
    );
  }
  const { data, error } = invitation;
  if (!data) {
    const isOver =
      error instanceof ApiRefusal && error.status >= 400 && error.status < 500 && error.status !== 429;
    return (
      <Door title={words.title}>
        {isOver && <EmptyState title={words.over} text={kit.problems.link_used_up} />}
        {error && !isOver && <ErrorState error={error} onRetry={() => void invitation.refetch()} />}
        {!error && <LoadingState rows={3} />}
      </Door>
    );
  }
  return (
    <Door title={words.hello(data.name)} text={words.text}>
      <JoinForm
        token={token}
        invitation={data}
        onJoined={async (state) => {
          // The used token leaves the address bar and the history's current entry.
          window.history.replaceState(null, '', window.location.pathname);
          if (state === 'signed_out') return setDone(true);
          await renew('person');
          navigate('/', { replace: true });
        }}
      />
    </Door>
  );
}
