import { createBindChat } from '#features/members/binding/bind-chat.ts';
import { wireClock } from '#foundation/clock.ts';
import { type Db, sql, type Tx } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { randomDigits } from '#foundation/ids.ts';
import { touchFriend } from '#friends/touch-friend.ts';
import { findKeyword } from '#inbox/keyword-rules.ts';
import type { Answer, Asked, House, Message, Turn, TurnInput } from '#line/turn.ts';
import { makeTurn } from '../support/turn.ts';

export type Handler = (turn: Turn, tx: Tx) => Promise<Answer>;

export const newUser = () => `U${randomDigits(32)}`;
export const newPhone = () => `09${randomDigits(8)}`;

/** One person's chat: keeps the open question as dispatch does, and answers with what was said. */
export function openChat(parts: {
  db: Db;
  transact: Transact;
  house: House;
  lineUserId?: string;
  locale?: Locale;
  now?: () => Date;
  gift?: { title: Record<Locale, string>; endsOn: string } | null;
  points?: number;
}) {
  const { transact, house } = parts;
  const lineUserId = parts.lineUserId ?? newUser();
  const bind = createBindChat({
    readWelcomeGift: async () => parts.gift ?? null,
    readActivePoints: async () => parts.points ?? 0,
  });
  let asked: Asked | null = null;
  let lateMs = 0;
  let lastMs = 0;
  let count = 0;
  let last: Answer = { messages: [] };

  async function run(handler: Handler, input: TurnInput, over: Partial<Turn> = {}): Promise<string> {
    count += 1;
    // One after the other, however quick they are: at the same instant a block would win over a follow.
    lastMs = Math.max(wireClock.now().getTime(), lastMs + 1);
    const at = new Date(lastMs + lateMs);
    const turn = makeTurn(house, {
      eventKey: `${lineUserId}-${count}`,
      lineUserId,
      locale: parts.locale ?? 'zh-TW',
      input,
      asked,
      eventAt: at,
      receivedAt: at,
      now: parts.now?.() ?? at,
      ...over,
    });
    last = await transact(async (tx) => {
      await touchFriend(tx, { lineUserId, profile: null });
      return handler(turn, tx);
    });
    if (last.ask !== undefined) asked = last.ask && { ...last.ask, isExpired: false };
    return last.messages.map(shownText).join('\n');
  }

  return {
    lineUserId,
    bind,
    run,
    say: (text: string, handler: Handler = bind.answer) =>
      run(handler, { kind: 'text', text, keyword: findKeyword(text) }),
    tap: (
      name: string,
      args: Record<string, string> = {},
      params: Record<string, string> = {},
      handler: Handler = name === 'go:bind' ? bind.start : bind.tap,
    ) => run(handler, { kind: 'postback', name, args, params }),
    answer: () => last,
    asked: () => asked,
    /** The open question runs out, as it does after 30 minutes. */
    expire() {
      if (asked) asked = { ...asked, isExpired: true };
    },
    wait(ms: number) {
      lateMs += ms;
    },
    /** The code in the newest SMS to a phone. */
    code: async (phone: string) =>
      /\d{6}/.exec((await readSms(parts.db, house, phone)).at(-1) ?? '')?.[0] ?? '',
    /** Phone, code, birthday, consent, at one go. */
    async joinWith(phone: string, birthday: string, consent: 'all' | 'service' = 'all'): Promise<string> {
      await this.tap('go:bind');
      await this.say(phone);
      await this.say(await this.code(phone));
      await this.say(birthday);
      return this.tap(`bind:consent:${consent}`);
    },
  };
}

/** All texts sent to a phone ('09…'), oldest first. */
export async function readSms(db: Db, house: House, phone: string): Promise<string[]> {
  const rows = await sql<{ secret: Buffer }>`
    select secret_encrypted as secret from outbox_published_messages where channel = 'sms' order by id`.execute(
    db,
  );
  return rows.rows
    .map(({ secret }) => JSON.parse(house.secrets.decrypt(secret)) as { to: string; text: string })
    .filter(({ to }) => to === `+886${phone.slice(1)}`)
    .map(({ text }) => text);
}

/** What a person reads: the text, or the words of a card from top to bottom. */
export function shownText(message: Message): string {
  if (message.type === 'text') return message.text;
  if (message.type !== 'flex') return message.type;
  const found: string[] = [];
  JSON.stringify(message.contents, (_key, value) => {
    if (value?.type === 'text') found.push(value.text);
    if (value?.action) found.push(`［${value.action.label}］`);
    return value;
  });
  return found.join('');
}
