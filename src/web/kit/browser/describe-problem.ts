import { ApiRefusal } from './api-client.ts';
import type { KitWords } from './words.zh-TW.ts';

const has = <T extends object>(words: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(words, key);

/** How long something lasts, in whole minutes from a minute and a half on: "58 秒", "2 分鐘". */
export function sayDuration(words: KitWords, seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 90 ? words.seconds(String(whole)) : words.minutes(String(Math.ceil(whole / 60)));
}

/** What went wrong and what helps, for the person at the screen. */
export function describeProblem(words: KitWords, error: unknown): string {
  if (!(error instanceof ApiRefusal)) return words.problems.unknown;
  if (error.status === 429 && error.retryAfterSeconds !== null) {
    return words.waitFor(sayDuration(words, error.retryAfterSeconds));
  }
  return has(words.problems, error.code) ? words.problems[error.code] : words.problems.unknown;
}

/** What is wrong with one field. @param code of the API's `fields`, or of our own checks */
export function describeFieldProblem(words: KitWords, code: string): string {
  return has(words.fields, code) ? words.fields[code] : words.fields.unknown;
}
