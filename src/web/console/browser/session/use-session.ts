import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useCallback, useContext } from 'react';
import type { Permission } from '#features/staff/permission-rules.ts';
import { callApi, readSession } from '../../../kit/browser/api-client.ts';
import type { Session, SessionState, SignedPerson } from '../../../kit/browser/contract.ts';

const sessionKey = ['session'];

/**
 * Who is signed in, as the server sees it. Asked every minute: asking does not keep a session alive, so an idle page
 * closes itself when its time is up, and so does one whose account was disabled.
 */
export const useSessionQuery = () =>
  useQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: 30_000, refetchInterval: 60_000 });

/** Reads the session anew; what another person saw before is forgotten. */
export function useRenewSession(): (change?: 'person') => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (change) => {
      if (change === 'person')
        client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      await client.invalidateQueries({ queryKey: sessionKey });
    },
    [client],
  );
}

/** Every step towards being signed in, or away from it. */
export const sessionCalls = {
  signIn: (body: { name: string; password: string }) => change('session/sign-in', body),
  secondFactor: (body: { code: string }) => change('session/second-factor', body),
  /** @param password of whoever is signed in already */
  enrol: (password?: string) =>
    callApi<{ secret: string; uri: string; qr: string }>(
      'POST',
      'session/enrolment',
      password === undefined ? undefined : { password },
    ),
  confirmEnrolment: (body: { code: string }) => change('session/enrolment/confirm', body),
  signOut: () => change('session/sign-out'),
};

const change = (path: string, body?: object) => callApi<{ state: SessionState }>('POST', path, body);

export type SignedIn = Session & { staff: SignedPerson };
export const SignedInContext = createContext<SignedIn | null>(null);

/** Inside the gate: somebody is signed in. */
export function useSignedIn(): SignedIn {
  const session = useContext(SignedInContext);
  if (!session) throw new Error('This stands outside the gate');
  return session;
}

/** Whether whoever is signed in has a right at all; the server decides each case. */
export function useMay(): (permission: Permission) => boolean {
  const { rights } = useSignedIn();
  return (permission) => rights[permission] !== undefined;
}
