import type { Person } from '../person-reads.ts';
import type { Birthday } from './birthday-rules.ts';

/**
 * Whether whoever proved a phone is the member whom that phone stands for. A member of whom nothing else is known
 * is; one with a birthday must give it (the year counts where both sides know it); one with another LINE account
 * and no birthday cannot be told apart from a stranger.
 */
export function isSameHolder(
  holder: Pick<Person, 'birthMonth' | 'birthDay' | 'birthYear'>,
  hasOtherLine: boolean,
  given: Birthday,
): boolean {
  if (holder.birthMonth === null) return !hasOtherLine;
  return (
    holder.birthMonth === given.month &&
    holder.birthDay === given.day &&
    (holder.birthYear === null || given.year === null || holder.birthYear === given.year)
  );
}
