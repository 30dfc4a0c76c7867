import type {
  ChatView,
  ClockMove,
  Faults,
  LogEntry,
  ShopperAct,
  SimulatedShopper,
  SimulatedSms,
  SimulatorState,
  TillSetup,
} from '#simulator/contract.ts';

/** Asks the simulator's server. @throws Error with the server's own message, or the browser's when it is away */
async function ask<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/simulator/api/${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${messageOf(text)}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** The sentence of an error body, or the start of whatever came instead. */
function messageOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : body;
    if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  } catch {
    // Not JSON: a proxy's page, say.
  }
  return text.slice(0, 200);
}

const user = (userId: string) => encodeURIComponent(userId);

export const simulatorApi = {
  state: () => ask<SimulatorState>('GET', 'state'),
  chat: (userId: string) => ask<ChatView>('GET', `chats/${user(userId)}`),
  sms: () => ask<SimulatedSms[]>('GET', 'sms'),
  log: (after: number) => ask<LogEntry[]>('GET', `log?after=${after}`),
  till: () => ask<TillSetup>('GET', 'till'),
  act: (userId: string, act: ShopperAct) => ask<unknown>('POST', `shoppers/${user(userId)}/events`, act),
  addShopper: (shopper: { displayName: string; language: string }) =>
    ask<SimulatedShopper>('POST', 'shoppers', shopper),
  moveClock: (move: ClockMove) => ask<unknown>('POST', 'clock', move),
  setFaults: (faults: Faults) => ask<unknown>('PUT', 'faults', faults),
};
