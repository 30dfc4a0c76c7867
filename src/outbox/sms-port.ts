import { describeError } from '#foundation/errors.ts';

export type Sms = { to: string; text: string };

/** `isFinal`: another try would be refused as well. */
export type PortOutcome =
  | { ok: true; status: number }
  | { ok: false; isFinal: boolean; status: number | null; reason: string };

/** Whoever carries SMS. Numbers and texts never reach a log. */
export type SmsPort = { send(sms: Sms): Promise<PortOutcome> };

const timeoutMs = 5_000;

/** POSTs JSON { to, text } with a bearer token. */
export function createHttpSmsPort(options: {
  url: string;
  token?: string | undefined;
  fetch?: typeof fetch;
}): SmsPort {
  return { send: (sms) => postJson(options, sms) };
}

/** Any 2xx is success; 4xx is final but for 408 and 429. Redirects are not followed. */
export async function postJson(
  options: { url: string; token?: string | undefined; fetch?: typeof fetch },
  payload: unknown,
): Promise<PortOutcome> {
  try {
    const answer = await (options.fetch ?? fetch)(options.url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...(options.token && { authorization: `Bearer ${options.token}` }),
      },
      body: JSON.stringify(payload),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    const { status } = answer;
    if (answer.ok) return { ok: true, status };
    const isFinal = status < 500 && status !== 408 && status !== 429;
    return { ok: false, isFinal, status, reason: `answered ${status}` };
  } catch (error) {
    return { ok: false, isFinal: false, status: null, reason: describeError(error) };
  }
}
