import type { CastMember } from './cast.ts';
import type { SimulatedShopper } from './contract.ts';
import { userIdPattern } from './field-rules.ts';
import type { IdSource } from './ids.ts';
import { createShardedMap } from './sharded-map.ts';

/** A LINE user as the platform knows one. */
export type Person = SimulatedShopper & {
  /** When this user last wrote in the 1:1 chat, wire milliseconds. */
  lastWroteAt: number | null;
  /** The rich menu linked to this user alone. */
  richMenuId: string | null;
};

export type People = {
  list(): Person[];
  /** Null for an id that no LINE user has. */
  find(userId: string): Person | null;
  add(member: CastMember): Person;
  /** Would a push reach this user now? */
  canReceive(person: Person, now: number): boolean;
  dump(): Person[];
  load(people: Person[]): void;
};

// A user who is no friend can be written to for 7 days after writing to the account.
const strangerWindowMs = 7 * 24 * 3_600_000;

/**
 * @param unknownUsers `befriend`: every well-formed id belongs to a friend, made on first sight, for
 *   benches with many users; `refuse`: an id is known or does not exist.
 */
export function createPeople(ids: IdSource, cast: CastMember[], unknownUsers: 'refuse' | 'befriend'): People {
  const people = createShardedMap<Person>();
  /** In the order in which they came. */
  const everybody: Person[] = [];

  function put(userId: string, member: CastMember, following: boolean): Person {
    const person: Person = {
      userId,
      displayName: member.displayName,
      language: member.language,
      following,
      hasFollowedBefore: following,
      lastWroteAt: null,
      richMenuId: null,
    };
    people.shardOf(userId).set(userId, person);
    everybody.push(person);
    return person;
  }

  function add(member: CastMember): Person {
    return put(`U${ids.named('user', `${everybody.length}/${member.displayName}`, 32)}`, member, false);
  }

  for (const member of cast) add(member);

  return {
    list: () => [...everybody],
    find(userId) {
      const known = people.get(userId);
      if (known !== undefined) return known;
      if (unknownUsers === 'refuse' || !userIdPattern.test(userId)) return null;
      return put(userId, { displayName: `LINE ${userId.slice(1, 7)}`, language: 'zh-TW' }, true);
    },
    add,
    canReceive(person, now) {
      if (person.following) return true;
      // Whoever followed once and does not now has blocked the account: nothing arrives.
      if (person.hasFollowedBefore || person.lastWroteAt === null) return false;
      return now - person.lastWroteAt <= strangerWindowMs;
    },
    dump: () => [...everybody],
    load(saved) {
      people.clear();
      everybody.length = 0;
      for (const person of saved) {
        people.shardOf(person.userId).set(person.userId, person);
        everybody.push(person);
      }
    },
  };
}
