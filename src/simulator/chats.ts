import type { ChatLine } from './contract.ts';

export type Chats = {
  /** Oldest first. */
  lines(userId: string): ChatLine[];
  append(userId: string, line: ChatLine): void;
  dump(): [string, ChatLine[]][];
  load(saved: [string, ChatLine[]][]): void;
};

const maxLines = 500;

/** The 1:1 chats as a phone shows them; each keeps its last 500 lines. */
export function createChats(): Chats {
  const chats = new Map<string, ChatLine[]>();
  return {
    lines: (userId) => chats.get(userId) ?? [],
    append(userId, line) {
      const lines = chats.get(userId) ?? [];
      lines.push(line);
      if (lines.length > maxLines) lines.shift();
      chats.set(userId, lines);
    },
    dump: () => [...chats.entries()],
    load(saved) {
      chats.clear();
      for (const [userId, lines] of saved) chats.set(userId, lines);
    },
  };
}
