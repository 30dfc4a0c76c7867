import { callApi } from '../../../kit/browser/api-client.ts';

export type ApiKey = {
  id: string;
  name: string;
  scopes: string[];
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
};

/** What a key may be for, in the order of the form. */
export const keyScopes = [
  'purchases',
  'returns',
  'activities',
  'members',
  'coupons',
  'stores',
  'flows',
  'campaigns',
  'account-links',
] as const;

/** `key` is shown this once. */
export type NewKey = { apiKey: ApiKey; key: string };

export const keyCalls = {
  create: (body: { name: string; scopes: string[] }) => callApi<NewKey>('POST', 'api-keys', body),
  revoke: ({ id }: ApiKey) => callApi<ApiKey>('POST', `api-keys/${id}/revoke`),
};
