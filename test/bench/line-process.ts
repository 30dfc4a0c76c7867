import { randomUUID } from 'node:crypto';
import { type ChatSide, createAskingShoppers } from '../support/asking-shoppers.ts';
import { serveCommands } from '../support/processes.ts';
import { sign, webhookBody } from '../support/webhook.ts';
import { type LeanAnswer, type LeanCall, leanAccessToken, openLeanLine } from './lean-line-server.ts';
import { sentText } from './signed-events.ts';

/** Tokens that were given out and not replied to. */
const openTokens = new Set<string>();
let heard: (token: string) => void = () => undefined;

/** A LINE that answers after `latencyMs`, or never. */
async function open({ latencyMs = null }: { latencyMs?: number | null }) {
  return { url: await openLeanLine(latencyMs, take), channelAccessToken: leanAccessToken };
}

/** A reply counts when it arrives under a token that is open; the second one under it is refused. */
function take({ path, body }: LeanCall): LeanAnswer {
  if (!path.endsWith('/reply')) return { status: 404, text: '{"message":"Not found"}' };
  const { replyToken, messages } = JSON.parse(body.toString()) as { replyToken: string; messages: unknown[] };
  if (!openTokens.delete(replyToken)) return { status: 400, text: '{"message":"Invalid reply token"}' };
  heard(replyToken);
  const sentMessages = messages.map(() => ({ id: randomUUID(), quoteToken: randomUUID() }));
  return { status: 200, text: JSON.stringify({ sentMessages }) };
}

const chats: ChatSide = {
  write(userId, text) {
    const token = randomUUID().replaceAll('-', '');
    openTokens.add(token);
    const message = { quoteToken: randomUUID(), markAsReadToken: randomUUID() };
    const body = webhookBody(sentText(userId, text, { message, replyToken: token }));
    return { token, body, signature: sign(body) };
  },
  onReply(listen) {
    heard = listen;
  },
};

const shoppers = createAskingShoppers(chats);

const commands = { open, steady: shoppers.steady, saturate: shoppers.saturate };
export type LineForBench = typeof commands;
serveCommands(commands);
