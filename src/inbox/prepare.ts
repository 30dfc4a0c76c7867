import type { Logger } from '../foundation/log.ts';
import type { Friend } from '../friends/friend-reads.ts';
import type { House, TurnInput } from '../line/turn.ts';

export type Prepared = { displayName: string | null; language: string | null; linkToken: string | null };

/** What dispatch may ask LINE for before it opens the transaction. */
export type Prepare = (turn: {
  lineUserId: string;
  input: TurnInput;
  friend: Friend | null;
  house: House;
}) => Promise<Prepared>;

/** The calls of the LINE client that are needed here; each gives null where LINE has no answer. */
export type PreparePort = {
  profile(
    lineUserId: string,
    signal: AbortSignal,
  ): Promise<{ displayName: string; language: string | null } | null>;
  linkToken(lineUserId: string, signal: AbortSignal): Promise<string | null>;
};

const withinMs = 800;

/**
 * Fetches the profile of people we do not know by name, and a link token where the brand binds through its own site.
 * Both side by side, at most 800 ms; what does not come in time is null, and the stored name serves.
 */
export function createPrepare(port: PreparePort, log: Logger): Prepare {
  return async ({ lineUserId, input, friend, house }) => {
    const wantsProfile =
      input.kind !== 'unfollow' && (friend?.displayName == null || input.kind === 'follow');
    const wantsToken = house.brand.memberSiteUrl !== null && asksToBind(input);
    if (!wantsProfile && !wantsToken) return { displayName: null, language: null, linkToken: null };
    const signal = AbortSignal.timeout(withinMs);
    const unless = <T>(wanted: boolean, call: () => Promise<T | null>): Promise<T | null> =>
      wanted
        ? Promise.race([call(), expiry(signal)]).catch((error: Error) => {
            log.info({ err: error.message }, 'prepared without LINE');
            return null;
          })
        : Promise.resolve(null);
    const [profile, linkToken] = await Promise.all([
      unless(wantsProfile, () => port.profile(lineUserId, signal)),
      unless(wantsToken, () => port.linkToken(lineUserId, signal)),
    ]);
    return { displayName: profile?.displayName ?? null, language: profile?.language ?? null, linkToken };
  };
}

function asksToBind(input: TurnInput): boolean {
  return (
    (input.kind === 'text' && input.keyword === 'bind') ||
    (input.kind === 'postback' && input.name === 'go:bind')
  );
}

function expiry(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
