import { callApi, readSession } from '../../kit/browser/api-client.ts';
import type { DeviceRef, Language, PageOf, Session, SignedPerson } from '../../kit/browser/contract.ts';

export type CounterPerson = { id: string; name: string };

/** What a device knows of itself; `device` null = not paired, or no longer. */
export type CounterState = { device: DeviceRef | null; people: CounterPerson[]; brandName: string };

/** Somebody at work on this device. */
export type AtWork = Session & { staff: SignedPerson; device: DeviceRef };

export const counterCalls = {
  read: () => callApi<CounterState>('GET', 'device'),
  pair: (code: string) => callApi<{ device: DeviceRef }>('POST', 'device/pair', { code }),
  switchTo: (staffId: string, pin: string) => callApi('POST', 'device/switch', { staffId, pin }),
  lock: () => callApi('POST', 'device/lock'),
  setLanguage: (language: Language) => callApi('PUT', 'session/language', { language }),
  /** What this person asked for and nobody decided yet. A request like this keeps the session alive. */
  readWaiting: () => callApi<PageOf<{ isMine: boolean }>>('GET', 'approvals?state=waiting'),
};

/** Who works here now, if anybody. Asking does not keep the session alive. */
export async function readAtWork(): Promise<AtWork | null> {
  const session = await readSession();
  const { state, staff, device } = session;
  return state === 'signed_in' && staff && device ? { ...session, staff, device } : null;
}
