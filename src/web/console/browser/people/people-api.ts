import type { StaffRole } from '#features/staff/permission-rules.ts';
import { callApi } from '../../../kit/browser/api-client.ts';
import type { StoreRef } from '../../../kit/browser/contract.ts';

export type Person = {
  id: string;
  name: string;
  role: StaffRole;
  stores: StoreRef[];
  state: 'invited' | 'active' | 'disabled';
  hasPassword: boolean;
  hasSecondFactor: boolean;
  hasPin: boolean;
  hasLineLogin: boolean;
  lastSeenAt: string | null;
  signedInOn: number;
  invitation: null | { expiresAt: string };
};

export type OneTimeLink = { link: string; qr: string; expiresAt: string };

type Place = { role: StaffRole; storeIds: string[] };

export const peopleCalls = {
  invite: (body: Place & { name: string }) =>
    callApi<{ person: Person; invitation: OneTimeLink }>('POST', 'people', body),
  newLink: ({ id }: Person) => callApi<OneTimeLink>('POST', `people/${id}/invitation`),
  change: (id: string, body: Place) => callApi<Person>('PUT', `people/${id}`, body),
  disable: ({ id }: Person) => callApi<Person>('POST', `people/${id}/disable`),
  enable: ({ id }: Person) => callApi<Person>('POST', `people/${id}/enable`),
  signOut: ({ id }: Person) => callApi<Person>('POST', `people/${id}/sign-out`),
};
