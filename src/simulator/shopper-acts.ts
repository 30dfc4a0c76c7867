import type { webhook } from '@line/bot-sdk';
import type { ChatLine, ShopperAct } from './contract.ts';
import type { Person } from './people.ts';
import type { LinePlatform } from './platform.ts';
import type { EventBody } from './webhook-events.ts';
import { buildEvent, buildMessageEvent } from './webhook-events.ts';
import type { WebhookAnswer, WebhookSender } from './webhook-sender.ts';

export type ActRefusal =
  | 'unknown_shopper'
  | 'already_following'
  | 'not_following'
  | 'blocked'
  | 'unknown_line'
  | 'already_unsent'
  | 'link_token_ended'
  | 'bad_nonce';

/** What the webhook answered, or why a phone would not let the person do it. */
export type ActOutcome = { ok: true; webhook: WebhookAnswer } | { ok: false; reason: ActRefusal };

export type Stage = { platform: LinePlatform; sender: WebhookSender };

/** A person does something with the phone: the chat shows it, the webhook hears of it. */
export async function playShopper(stage: Stage, userId: string, act: ShopperAct): Promise<ActOutcome> {
  const person = stage.platform.people.find(userId);
  if (person === null) return { ok: false, reason: 'unknown_shopper' };
  switch (act.act) {
    case 'follow':
      return await follow(stage, person);
    case 'block':
      return await block(stage, person);
    case 'unsend':
      return await unsend(stage, person, act.lineId);
    default:
      break;
  }
  // Whoever has blocked an account finds no box to type in and no menu to tap.
  if (person.hasFollowedBefore && !person.following) return { ok: false, reason: 'blocked' };
  switch (act.act) {
    case 'text':
      return await write(stage, person, act.text, { type: 'text', text: act.text });
    case 'sticker':
      return await write(stage, person, '［貼圖］', {
        type: 'sticker',
        packageId: '446',
        stickerId: '1988',
        stickerResourceType: 'STATIC',
        keywords: ['Hello'],
      });
    case 'postback': {
      if (act.displayText !== undefined) appendOwn(stage.platform, person, act.displayText);
      const params = act.params === undefined ? {} : { params: act.params };
      return await post(stage, person, { type: 'postback', postback: { data: act.data, ...params } });
    }
    case 'switch-menu': {
      const status = stage.platform.richMenus.switchTo(person, act.aliasId);
      // LINE names the alias only where the switch worked.
      const params = status === 'SUCCESS' ? { newRichMenuAliasId: act.aliasId, status } : { status };
      return await post(stage, person, { type: 'postback', postback: { data: act.data, params } });
    }
  }
}

/** A person sends a picture; its content can be fetched from the server. */
export async function sendPicture(stage: Stage, userId: string): Promise<ActOutcome> {
  const person = stage.platform.people.find(userId);
  if (person === null) return { ok: false, reason: 'unknown_shopper' };
  return await write(stage, person, '［圖片］', { type: 'image', contentProvider: { type: 'line' } });
}

/** A person comes back from the account-link dialog. An ended token causes no event at all. */
export async function linkAccount(
  stage: Stage,
  input: { linkToken: string; nonce: string },
): Promise<ActOutcome> {
  const { platform } = stage;
  if (input.nonce.length < 10 || input.nonce.length > 255) return { ok: false, reason: 'bad_nonce' };
  const userId = platform.linkTokens.use(input.linkToken, platform.now());
  const person = userId === null ? null : platform.people.find(userId);
  if (person === null) return { ok: false, reason: 'link_token_ended' };
  return await post(stage, person, {
    type: 'accountLink',
    link: { result: 'ok', nonce: input.nonce },
  });
}

/** Somebody writes in a group that the account is in, mentioning it or not. */
export async function writeInGroup(
  stage: Stage,
  input: { groupId: string; userId: string; text: string; mentionsAccount: boolean },
): Promise<ActOutcome> {
  const { platform, sender } = stage;
  const { groupId, userId } = input;
  platform.groups.add(groupId);
  const name = `@${platform.account.displayName}`;
  const mentionees = [
    { index: 0, length: name.length, type: 'user', userId: platform.account.botUserId, isSelf: true },
  ];
  const content = input.mentionsAccount
    ? { type: 'text', text: `${name} ${input.text}`, mention: { mentionees } }
    : { type: 'text', text: input.text };
  const source: webhook.GroupSource = { type: 'group', groupId, userId };
  const event = buildMessageEvent(platform, source, platform.ids.number(), content);
  return { ok: true, webhook: await sender.post([event]) };
}

async function follow(stage: Stage, person: Person): Promise<ActOutcome> {
  if (person.following) return { ok: false, reason: 'already_following' };
  const isUnblocked = person.hasFollowedBefore;
  person.following = true;
  person.hasFollowedBefore = true;
  note(stage.platform, person, isUnblocked ? '已解除封鎖' : '已加入好友');
  return await post(stage, person, { type: 'follow', follow: { isUnblocked } });
}

async function block(stage: Stage, person: Person): Promise<ActOutcome> {
  if (!person.following) return { ok: false, reason: 'not_following' };
  person.following = false;
  // The stricter reading: a menu of one's own does not outlive the friendship and is linked anew.
  person.richMenuId = null;
  note(stage.platform, person, '已封鎖');
  return await post(stage, person, { type: 'unfollow' });
}

async function unsend(stage: Stage, person: Person, lineId: string): Promise<ActOutcome> {
  const line = stage.platform.chats.lines(person.userId).find(({ id }) => id === lineId);
  if (line?.from !== 'shopper') return { ok: false, reason: 'unknown_line' };
  if (line.unsent) return { ok: false, reason: 'already_unsent' };
  line.unsent = true;
  line.text = '';
  return await post(stage, person, { type: 'unsend', unsend: { messageId: lineId } });
}

async function write(
  stage: Stage,
  person: Person,
  shown: string,
  content: { type: string } & Record<string, unknown>,
): Promise<ActOutcome> {
  const { platform, sender } = stage;
  const messageId = appendOwn(platform, person, shown);
  person.lastWroteAt = platform.now();
  if (content.type === 'image') platform.pictures.add(messageId);
  const event = buildMessageEvent(platform, userSource(person), messageId, content);
  platform.changed({ kind: 'chat', userId: person.userId });
  return { ok: true, webhook: await sender.post([event]) };
}

async function post({ platform, sender }: Stage, person: Person, body: EventBody): Promise<ActOutcome> {
  const event = buildEvent(platform, userSource(person), body);
  platform.changed({ kind: 'chat', userId: person.userId });
  platform.changed({ kind: 'state' });
  return { ok: true, webhook: await sender.post([event]) };
}

function userSource({ userId }: Person): webhook.UserSource {
  return { type: 'user', userId };
}

function appendOwn(platform: LinePlatform, person: Person, text: string): string {
  const line: ChatLine = {
    id: platform.ids.number(),
    at: platform.shownIso(),
    from: 'shopper',
    text,
    unsent: false,
  };
  platform.chats.append(person.userId, line);
  return line.id;
}

function note(platform: LinePlatform, person: Person, text: string): void {
  const line: ChatLine = { id: platform.ids.number(), at: platform.shownIso(), from: 'system', text };
  platform.chats.append(person.userId, line);
}
