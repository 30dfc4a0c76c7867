import { callApi } from '../../../kit/browser/api-client.ts';
import type { StoreRef } from '../../../kit/browser/contract.ts';

export type Device = {
  id: string;
  name: string;
  store: StoreRef;
  state: 'waiting' | 'paired' | 'revoked';
  pairedAt: string | null;
  lastSeenAt: string | null;
  codeExpiresAt: string | null;
  signedIn: null | { name: string };
};

/** `code` is shown this once: "1234 5678". */
export type PairingCode = { device: Device; code: string; expiresAt: string };

export const deviceCalls = {
  add: (body: { name: string; storeId: string }) => callApi<PairingCode>('POST', 'devices', body),
  newCode: ({ id }: Device) => callApi<PairingCode>('POST', `devices/${id}/code`),
  revoke: ({ id }: Device) => callApi<Device>('POST', `devices/${id}/revoke`),
};
