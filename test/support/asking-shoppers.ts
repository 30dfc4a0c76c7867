import type { LinePlatform } from '#simulator/platform.ts';
import { buildMessageEvent } from '#simulator/webhook-events.ts';
import { signWebhook } from '#simulator/webhook-sender.ts';
import { type LoadResult, loadClosed, loadPaced, toRequest } from '../bench/http-load.ts';
import { crowdUserId } from './bound-people.ts';

/** LINE's side of the chats: puts what a shopper types into a webhook, and hears which token was replied to. */
export type ChatSide = {
  write(userId: string, text: string): { token: string; body: Buffer; signature: string };
  onReply(listen: (token: string) => void): void;
};

/** The simulator's. */
export function chatSideOf(platform: LinePlatform): ChatSide {
  const { channelSecret, botUserId } = platform.account;
  return {
    write(userId, text) {
      const source = { type: 'user', userId } as const;
      const event = buildMessageEvent(platform, source, platform.ids.number(), { type: 'text', text });
      const body = Buffer.from(JSON.stringify({ destination: botUserId, events: [event] }));
      return { token: event.replyToken ?? '', body, signature: signWebhook(channelSecret, body) };
    },
    onReply(listen) {
      const { use } = platform.replyTokens;
      platform.replyTokens.use = (token) => {
        use(token);
        listen(token);
      };
    },
  };
}

/** What came of shoppers' messages: when each reply reached LINE, in milliseconds since its webhook was due. */
export type ReplyResult = { webhook: LoadResult; replyMs: number[]; unanswered: number; seconds: number };

/** Texts that are always answered; the last needs a first-time asker, later ones of the same person get silence. */
const questions = ['點數', '會員卡', '優惠券', '說明', '我的優惠券'];
const unknownText = '請問週年慶什麼時候開始？';

/** Bound members (see `seedBoundPeople`) who write to the brand. */
export function createAskingShoppers(line: ChatSide) {
  let answered: (token: string) => void = () => undefined;
  line.onReply((token) => answered(token));

  /** The nth message: people take turns, so that nobody waits behind oneself. */
  function ask(nth: number, people: number): { token: string; request: Buffer } {
    const who = nth % people;
    const isFirstTurn = nth < people;
    const text =
      isFirstTurn && nth % 6 === 5 ? unknownText : (questions[nth % questions.length] ?? unknownText);
    const { token, body, signature } = line.write(crowdUserId(1 + who), text);
    const request = toRequest('/line/webhook', body, {
      'content-type': 'application/json; charset=utf-8',
      'x-line-signature': signature,
    });
    return { token, request };
  }

  return {
    /** So many messages a second, whatever the service does. */
    async steady(load: {
      port: number;
      perSecond: number;
      seconds: number;
      people: number;
      from: number;
    }): Promise<ReplyResult> {
      const count = load.perSecond * load.seconds;
      const waiting = new Map<string, number>();
      const replyMs: number[] = [];
      answered = (token) => {
        const askedAt = waiting.get(token);
        if (askedAt === undefined) return;
        waiting.delete(token);
        replyMs.push(performance.now() - askedAt);
      };
      const startedAt = performance.now();
      const webhook = await loadPaced({
        port: load.port,
        connections: 50,
        perSecond: load.perSecond,
        count,
        next: (nth) => {
          const { token, request } = ask(load.from + nth, load.people);
          waiting.set(token, startedAt + (nth * 1000) / load.perSecond);
          return request;
        },
      });
      const seconds = (performance.now() - startedAt) / 1000;
      const giveUpAt = performance.now() + 10_000;
      while (waiting.size > 0 && performance.now() < giveUpAt)
        await new Promise((done) => setTimeout(done, 20));
      replyMs.sort((a, b) => a - b);
      return { webhook, replyMs, unanswered: waiting.size, seconds };
    },

    /**
     * As many as the service answers, with so many unanswered at a time. Answers a second are events handled a
     * second.
     */
    async saturate(load: {
      port: number;
      unanswered: number;
      seconds: number;
      people: number;
      from: number;
    }): Promise<ReplyResult> {
      const waiting = new Map<string, number>();
      const replyMs: number[] = [];
      let freed: (() => void)[] = [];
      answered = (token) => {
        const askedAt = waiting.get(token);
        if (askedAt === undefined) return;
        waiting.delete(token);
        replyMs.push(performance.now() - askedAt);
        freed.shift()?.();
      };
      const startedAt = performance.now();
      const endsAt = startedAt + load.seconds * 1000;
      const webhook = await loadClosed({
        port: load.port,
        connections: 50,
        ms: load.seconds * 1000,
        async next(nth) {
          while (waiting.size >= load.unanswered && performance.now() < endsAt) {
            await new Promise<void>((free) => {
              freed.push(free);
              setTimeout(free, Math.max(0, endsAt - performance.now())).unref();
            });
          }
          if (performance.now() >= endsAt) return undefined;
          const { token, request } = ask(load.from + nth, load.people);
          waiting.set(token, performance.now());
          return request;
        },
      });
      const seconds = (performance.now() - startedAt) / 1000;
      const inTime = [...replyMs].sort((a, b) => a - b);
      const giveUpAt = performance.now() + 15_000;
      while (waiting.size > 0 && performance.now() < giveUpAt)
        await new Promise((done) => setTimeout(done, 20));
      freed = [];
      return { webhook, replyMs: inTime, unanswered: waiting.size, seconds };
    },
  };
}
