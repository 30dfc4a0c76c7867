import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { usesConsole } from '#features/staff/permission-rules.ts';
import { onSignedOut } from '../../../kit/browser/api-client.ts';
import type { Session } from '../../../kit/browser/contract.ts';
import { useLanguage } from '../../../kit/browser/language.tsx';
import { ErrorState, LoadingState } from '../../../kit/browser/states.tsx';
import { CounterOnly } from './counter-only.tsx';
import { Door } from './door.tsx';
import { EnrolmentPanel } from './enrolment-panel.tsx';
import { SecondFactorForm } from './second-factor-form.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SignedInContext, useSessionQuery } from './use-session.ts';

/**
 * Lets only those through who are signed in. The address stays while somebody signs in, so the way back is the
 * address itself and can lead nowhere else.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const query = useSessionQuery();
  const client = useQueryClient();
  const [wasSignedOut, setSignedOut] = useState(false);
  const session = query.data;
  const { speak } = useLanguage();
  const accountLanguage = session?.state === 'signed_in' ? session.staff?.language : undefined;
  useEffect(() => {
    onSignedOut(() => {
      setSignedOut(true);
      void client.invalidateQueries({ queryKey: ['session'] });
    });
  }, [client]);
  useEffect(() => {
    if (session?.state === 'signed_in') setSignedOut(false);
  }, [session?.state]);
  useEffect(() => {
    if (accountLanguage) speak(accountLanguage);
  }, [accountLanguage, speak]);

  if (!session) {
    return (
      <Door>
        {query.error ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <LoadingState rows={3} />
        )}
      </Door>
    );
  }
  if (session.state === 'signed_in' && session.staff) {
    if (session.device || !usesConsole(session.staff.role)) return <CounterOnly session={session} />;
    return <SignedInContext value={{ ...session, staff: session.staff }}>{children}</SignedInContext>;
  }
  return <Entrance session={session} wasSignedOut={wasSignedOut} />;
}

function Entrance({ session, wasSignedOut }: { session: Session; wasSignedOut: boolean }) {
  if (session.state === 'second_factor') return <SecondFactorForm brandName={session.brandName} />;
  if (session.state === 'enrolment') return <EnrolmentPanel brandName={session.brandName} />;
  return <SignInForm session={session} wasSignedOut={wasSignedOut} />;
}
