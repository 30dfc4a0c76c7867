import { z } from 'zod';
import type { Clock } from '#foundation/clock.ts';
import type { Secrets } from '#foundation/secrets.ts';
import type { LineClient } from '#line/client.ts';
import { menuAliasFor } from '#line/rich-menus.ts';
import { backOff, type Errand, type Judgement, judgeAnswer, judgeReply, spreadOf } from './retry-rules.ts';
import { type PortOutcome, postJson, type SmsPort } from './sms-port.ts';

export type Sender = (errand: Errand) => Promise<Judgement>;

export type SenderParts = {
  client: Pick<
    LineClient,
    'reply' | 'push' | 'multicast' | 'linkRichMenu' | 'unlinkRichMenu' | 'resolveAlias'
  >;
  /** null: no way to send SMS is configured. */
  sms: SmsPort | null;
  secrets: Secrets;
  /** Age of reply tokens. */
  wire: Clock;
  fetch?: typeof fetch;
};

const aliasFreshMs = 60_000;
const maxPortTries = 4;

const sealedSms = z.object({ to: z.string(), text: z.string() });
const sealedWebhook = z.object({ url: z.string(), payload: z.unknown() });
const menuBody = z.object({ menu: z.enum(['guest', 'member', 'vip']) });

/** Makes the one call that an errand stands for, and judges the answer. Never throws for what the outside does. */
export function createSender(parts: SenderParts): Sender {
  const { client } = parts;
  const menuIds = new Map<string, { id: string; until: number }>();

  async function sendMenu(errand: Errand): Promise<Judgement> {
    const { menu } = menuBody.parse(JSON.parse(errand.body.toString('utf8')));
    const lineUserId = errand.lineUserId as string;
    const alias = menuAliasFor(menu);
    if (alias === null) return judgeAnswer(errand, await client.unlinkRichMenu(lineUserId));
    let known = menuIds.get(alias);
    if (!known || known.until < performance.now()) {
      const answer = await client.resolveAlias(alias);
      if (answer.outcome !== 'ok') return judgeAnswer(errand, answer);
      known = { id: answer.body.richMenuId, until: performance.now() + aliasFreshMs };
      menuIds.set(alias, known);
    }
    const answer = await client.linkRichMenu(lineUserId, known.id);
    // The menu behind the alias may have been replaced since: the next person asks anew.
    if (answer.outcome === 'refused') menuIds.delete(alias);
    return judgeAnswer(errand, answer);
  }

  async function sendSms(errand: Errand): Promise<Judgement> {
    if (!parts.sms) return { verdict: { to: 'failed', status: null, reason: 'no SMS port is configured' } };
    return judgePort(errand, await parts.sms.send(sealedSms.parse(open(errand))));
  }

  async function sendWebhook(errand: Errand): Promise<Judgement> {
    const { url, payload } = sealedWebhook.parse(open(errand));
    return judgePort(errand, await postJson({ url, ...(parts.fetch && { fetch: parts.fetch }) }, payload));
  }

  const open = (errand: Errand): unknown => JSON.parse(parts.secrets.decrypt(errand.secret as Buffer));

  return async (errand) => {
    if (errand.channel === 'sms') return sendSms(errand);
    if (errand.channel === 'webhook') return sendWebhook(errand);
    if (errand.channel === 'rich_menu_link') return sendMenu(errand);
    if (errand.method === 'reply') {
      const answer = await client.reply(errand.body);
      return judgeReply(errand, answer, parts.wire.now());
    }
    if (errand.method === 'multicast') {
      return judgeAnswer(errand, await client.multicast(errand.body, errand.retryKey));
    }
    return judgeAnswer(errand, await client.push(errand.body, errand.retryKey));
  };
}

/** At most four tries within some minutes; what they carry is of no use later. */
function judgePort(errand: Errand, outcome: PortOutcome): Judgement {
  if (outcome.ok) return { verdict: { to: 'sent', status: outcome.status, requestId: null } };
  const { status, reason, isFinal } = outcome;
  if (isFinal || errand.attempts >= maxPortTries) return { verdict: { to: 'failed', status, reason } };
  const delayMs = 4 * backOff(errand.attempts * 2, spreadOf(errand));
  return { verdict: { to: 'again', delayMs, isDefinite: status !== null, status, reason } };
}
