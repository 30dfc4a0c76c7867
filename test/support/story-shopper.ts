import type { messagingApi } from '@line/bot-sdk';
import type { ShopperAct } from '#simulator/contract.ts';
import { playShopper, type Stage, sendPicture } from '#simulator/shopper-acts.ts';

/** What a button, a quick reply or an area of the menu does when it is tapped. */
export type AnyAction = messagingApi.Action & {
  label?: string;
  data?: string;
  displayText?: string;
  text?: string;
  uri?: string;
};

export type StoryShopper = ReturnType<typeof createStoryShopper>;

/** A person with a phone: acts, and reads what came since. `settle` lets the service finish after each act. */
export function createStoryShopper(stage: Stage, userId: string, settle: () => Promise<void>) {
  const { platform } = stage;
  let seen = 0;
  const messages = () =>
    platform.chats.lines(userId).flatMap((each) => (each.from === 'account' ? [each] : []));
  const all = () => messages().map(({ message }) => message);
  const fresh = () => all().slice(seen);

  /** The words of each message that came since the last act. */
  const answers = (): string[] => fresh().map(wordsOf);

  async function post(what: ShopperAct) {
    const outcome = await playShopper(stage, userId, what);
    if (!outcome.ok) throw new Error(`${what.act}: ${outcome.reason}`);
  }

  async function act(...acts: ShopperAct[]) {
    seen = messages().length;
    await Promise.all(acts.map(post));
    await settle();
    return answers();
  }

  return {
    userId,
    messages,
    answers,
    /** Forgets what came so far: `answers` and `labels` speak of what comes from here on. */
    look: () => {
      seen = messages().length;
    },
    /** The words of every message so far. */
    all: (): string[] => all().map(wordsOf),
    pushes: () => messages().filter((each) => each.via !== 'reply'),
    follow: () => act({ act: 'follow' }),
    block: () => act({ act: 'block' }),
    says: (text: string) => act({ act: 'text', text }),
    sticker: () => act({ act: 'sticker' }),
    async picture() {
      seen = messages().length;
      await sendPicture(stage, userId);
      await settle();
      return answers();
    },
    /** Taps the button with this label in the newest message that has one. */
    async taps(label: string, params?: Record<string, string>) {
      return act(...toAct(findAction(all(), label), params));
    },
    /** Taps it so many times at once, as an impatient thumb does. */
    async tapsOften(label: string, times: number) {
      const acts = toAct(findAction(all(), label));
      return act(...Array.from({ length: times }, () => acts).flat());
    },
    /** Taps 領取 on the ticket with this title in what came last. */
    async claims(title: string) {
      const tickets = fresh().flatMap((message): unknown[] =>
        message.type === 'flex' && message.contents.type === 'carousel'
          ? message.contents.contents
          : [message],
      );
      const ticket = tickets.find((each) => wordsOf(each).includes(title));
      return act(...toAct(findAction([ticket], '領取')));
    },
    /** An action that was kept from an earlier message. */
    repeats: (action: AnyAction) => act(...toAct(action)),
    action: (label: string): AnyAction => findAction(all(), label),
    postback: (data: string, params?: Record<string, string>) =>
      act({ act: 'postback', data, ...(params && { params }) }),
    /** The address behind the button with this label. */
    link: (label: string): string => findAction(all(), label).uri ?? '',
    /** What can be tapped in what came since the last act. */
    labels: (): string[] => fresh().flatMap((message) => actionsIn(message).map(({ label }) => label ?? '')),
    /** The areas of the menu that this person sees. */
    menuActions(): AnyAction[] {
      const person = platform.people.find(userId);
      const areas = person ? (platform.richMenus.shownTo(person)?.menu.areas ?? []) : [];
      return areas.flatMap(({ action }) => (action ? [action] : []));
    },
    menu: () => {
      const person = platform.people.find(userId);
      return person ? (platform.richMenus.shownTo(person)?.menu.name?.split(':')[1] ?? null) : null;
    },
    async unsends(text: string) {
      const line = platform.chats
        .lines(userId)
        .findLast((each) => each.from === 'shopper' && each.text === text);
      return act({ act: 'unsend', lineId: line?.id ?? '' });
    },
    /** The whole binding, in the language of the person's buttons: phone, code, birthday, consent. */
    async binds(with_: { phone: string; birthday: string; consent?: string }) {
      if (!platform.people.find(userId)?.following) await act({ act: 'follow' });
      await act({ act: 'text', text: '綁定會員' });
      await act({ act: 'text', text: with_.phone });
      await act({ act: 'text', text: codeIn(platform.sms.list()[0]?.text) });
      await act({ act: 'text', text: with_.birthday });
      return act(...toAct(findAction(all(), with_.consent ?? '同意，也收優惠訊息')));
    },
  };
}

/** The six digits of a text message. */
export const codeIn = (text: string | undefined): string => /\d{6}/.exec(text ?? '')?.[0] ?? '';

function toAct(action: AnyAction, params?: Record<string, string>): ShopperAct[] {
  if (action.type === 'message') return [{ act: 'text', text: action.text ?? '' }];
  if (action.type === 'uri' || action.type === 'clipboard') return [];
  return [
    {
      act: 'postback',
      data: action.data ?? '',
      ...(action.displayText && { displayText: action.displayText }),
      ...(params && { params }),
    },
  ];
}

/** Every text of a message, in reading order. */
export function wordsOf(message: unknown): string {
  if (Array.isArray(message)) return message.map(wordsOf).filter(Boolean).join(' ');
  if (typeof message !== 'object' || message === null) return '';
  const node = message as Record<string, unknown>;
  const own =
    typeof node.text === 'string' && (node.type === 'text' || node.type === 'span') ? node.text : '';
  const inner = ['hero', 'header', 'body', 'footer', 'contents'].map((key) => wordsOf(node[key]));
  return [own, ...inner].filter(Boolean).join(' ');
}

function actionsIn(node: unknown): AnyAction[] {
  if (Array.isArray(node)) return node.flatMap(actionsIn);
  if (typeof node !== 'object' || node === null) return [];
  const record = node as Record<string, unknown>;
  const own = typeof record.action === 'object' && record.action !== null ? [record.action as AnyAction] : [];
  return [
    ...own,
    ...Object.entries(record).flatMap(([key, value]) => (key === 'action' ? [] : actionsIn(value))),
  ];
}

function findAction(messages: readonly unknown[], label: string): AnyAction {
  for (const message of messages.toReversed()) {
    const found = actionsIn(message).find((action) => action.label === label);
    if (found) return found;
  }
  throw new Error(`No button says ${label}`);
}
