import type { wordsZhTw } from './words.zh-TW.ts';

type Wider<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Wider<T[K]> };

/** What every language must say. */
export type PageWords = Wider<typeof wordsZhTw>;
