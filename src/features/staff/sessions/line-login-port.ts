import { createHash } from 'node:crypto';
import { jwtVerify } from 'jose';
import { type Dispatcher, request } from 'undici';
import { randomToken } from '#foundation/secrets.ts';

/** LINE Login v2.1 for the web: an authorization code with state, nonce and PKCE. */
export type LineLoginPort = {
  /** Where the browser goes. */
  authorizeUrl(input: { state: string; nonce: string; verifier: string; redirectUri: string }): string;
  /** Whose code it is: LINE's user id, or null for whatever does not hold. */
  exchange(input: {
    code: string;
    nonce: string;
    verifier: string;
    redirectUri: string;
    wireNow: Date;
  }): Promise<string | null>;
};

export type LineLoginSettings = {
  channelId: string;
  channelSecret: string;
  /** https://access.line.me and https://api.line.me, unless a test stands in. */
  accessBaseUrl: string;
  apiBaseUrl: string;
};

const issuer = 'https://access.line.me';
const timeoutMs = 8_000;

/** RFC 7636: a verifier of 43 characters. */
export const newVerifier = (): string => randomToken(32);

export function createLineLogin(settings: LineLoginSettings, dispatcher?: Dispatcher): LineLoginPort {
  const { channelId, channelSecret } = settings;

  return {
    authorizeUrl({ state, nonce, verifier, redirectUri }) {
      const url = new URL('/oauth2/v2.1/authorize', settings.accessBaseUrl);
      url.search = new URLSearchParams({
        response_type: 'code',
        client_id: channelId,
        redirect_uri: redirectUri,
        state,
        nonce,
        scope: 'openid',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString();
      return url.href;
    },

    async exchange({ code, nonce, verifier, redirectUri, wireNow }) {
      const answer = await request(new URL('/oauth2/v2.1/token', settings.apiBaseUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          client_id: channelId,
          client_secret: channelSecret,
          code_verifier: verifier,
        }).toString(),
        signal: AbortSignal.timeout(timeoutMs),
        ...(dispatcher && { dispatcher }),
      });
      const body: unknown = await answer.body.json();
      if (answer.statusCode !== 200 || typeof body !== 'object' || body === null) return null;
      const idToken = (body as { id_token?: unknown }).id_token;
      if (typeof idToken !== 'string') return null;
      return readIdToken(idToken, { channelId, channelSecret, nonce, wireNow });
    },
  };
}

/**
 * The user of an id token that LINE issued to this channel for this very attempt. Web tokens are HS256 with the
 * channel secret: any other algorithm is refused, whatever the token says of itself.
 */
export async function readIdToken(
  idToken: string,
  expected: { channelId: string; channelSecret: string; nonce: string; wireNow: Date },
): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(idToken, new TextEncoder().encode(expected.channelSecret), {
      algorithms: ['HS256'],
      issuer,
      audience: expected.channelId,
      currentDate: expected.wireNow,
      requiredClaims: ['sub', 'exp', 'nonce'],
    });
    if (payload.nonce !== expected.nonce || typeof payload.sub !== 'string') return null;
    return /^U[0-9a-f]{32}$/.test(payload.sub) ? payload.sub : null;
  } catch {
    return null;
  }
}
