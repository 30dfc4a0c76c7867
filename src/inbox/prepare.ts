import type { Logger } from '../foundation/log.ts';
import type { Friend } from '../friends/friend-reads.ts';
import type { LineClient } from '../line/client.ts';
import type { House, TurnInput } from '../line/turn.ts';

/** `language` is BCP 47, as LINE gives it. */
export type Profile = { displayName: string; language: string | null };

export type Prepared = { profile: Profile | null; linkToken: string | null };

export type Unprepared = { lineUserId: string; input: TurnInput; friend: Friend | null; house: House };

/** What dispatch may ask LINE for before it opens the transaction. */
export type Prepare = (turn: Unprepared) => Promise<Prepared>;

/** Of a turn for which LINE need not be asked. */
export const nothingPrepared: Prepared = { profile: null, linkToken: null };

const withinMs = 800;

/**
 * Fetches the profile of people we do not know by name, and a link token where the brand binds through its own site.
 * Both side by side, at most 800 ms; what does not come in time is null, and the stored name serves.
 */
export function createPrepare(client: Pick<LineClient, 'profile' | 'linkToken'>, log: Logger): Prepare {
  return async (turn) => {
    const { lineUserId } = turn;
    const { wantsProfile, wantsToken } = readWants(turn);
    const [profile, linkToken] = await Promise.all([
      wantsProfile ? inTime(client.profile(lineUserId)) : null,
      wantsToken ? inTime(client.linkToken(lineUserId)) : null,
    ]);
    if (wantsProfile && profile?.outcome !== 'ok') log.debug('went on without the profile');
    return {
      profile:
        profile?.outcome === 'ok'
          ? { displayName: profile.body.displayName, language: profile.body.language ?? null }
          : null,
      linkToken: linkToken?.outcome === 'ok' ? linkToken.body.linkToken : null,
    };
  };
}

/** Whether a turn has to wait for LINE before its transaction. */
export function asksLine(turn: Unprepared): boolean {
  const { wantsProfile, wantsToken } = readWants(turn);
  return wantsProfile || wantsToken;
}

function readWants({ input, friend, house }: Unprepared) {
  return {
    wantsProfile: input.kind !== 'unfollow' && (friend?.displayName == null || input.kind === 'follow'),
    wantsToken: house.brand.memberSiteUrl !== null && asksToBind(input),
  };
}

function asksToBind(input: TurnInput): boolean {
  return (
    (input.kind === 'text' && input.keyword === 'bind') ||
    (input.kind === 'postback' && input.name === 'go:bind')
  );
}

/** The answer, or null when it takes longer than a turn may wait. */
async function inTime<T>(call: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), withinMs);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
