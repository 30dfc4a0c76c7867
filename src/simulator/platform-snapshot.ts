import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { ChatLine, Faults, SimulatedSms } from './contract.ts';
import type { Person } from './people.ts';
import type { LinePlatform } from './platform.ts';
import type { QuotaState } from './quota.ts';
import type { ReplyToken } from './reply-tokens.ts';
import type { AcceptedKey } from './retry-keys.ts';
import type { SavedMenus } from './rich-menu-store.ts';

/** What became of a state file when it was opened. */
export type SaveOutcome = 'restored' | 'new' | 'corrupt';

export type SavedFile = {
  open(file: string): Promise<SaveOutcome>;
  /** Something changed: write within 250 ms. */
  touch(): void;
  close(): Promise<void>;
};

const at = z.number();
const record = z.record(z.string(), z.unknown());
const chatLine = z.looseObject({
  id: z.string(),
  at: z.string(),
  from: z.enum(['account', 'shopper', 'system']),
});

const snapshotShape = z.object({
  version: z.literal(1),
  botUserId: z.string(),
  position: z.number(),
  nextLogId: z.number(),
  faults: record as unknown as z.ZodType<Faults>,
  people: z.array(
    z.object({
      userId: z.string(),
      displayName: z.string(),
      language: z.string(),
      following: z.boolean(),
      hasFollowedBefore: z.boolean(),
      lastWroteAt: at.nullable(),
      richMenuId: z.string().nullable(),
    }),
  ) satisfies z.ZodType<Person[]>,
  groups: z.array(z.string()),
  chats: z.array(z.tuple([z.string(), z.array(chatLine)])) as unknown as z.ZodType<[string, ChatLine[]][]>,
  replyTokens: z.array(
    z.object({ token: z.string(), to: z.string(), eventAt: at, deliveredAt: at, used: z.boolean() }),
  ) satisfies z.ZodType<ReplyToken[]>,
  retryKeys: z.array(
    z.object({
      key: z.string(),
      at,
      requestId: z.string(),
      bodyHash: z.string(),
      sentMessages: z.array(z.object({ id: z.string(), quoteToken: z.string() })).nullable(),
    }),
  ) satisfies z.ZodType<AcceptedKey[]>,
  richMenus: z.object({
    menus: z.array(
      z.object({
        richMenuId: z.string(),
        menu: record,
        image: z.object({ contentType: z.string(), base64: z.string() }).nullable(),
      }),
    ),
    aliases: z.array(z.tuple([z.string(), z.string()])),
    defaultId: z.string().nullable(),
  }) as unknown as z.ZodType<SavedMenus>,
  quota: z.object({
    month: z.string(),
    used: z.number(),
    days: z.record(z.string(), z.object({ reply: z.number(), push: z.number(), multicast: z.number() })),
  }) satisfies z.ZodType<QuotaState>,
  sms: z.array(
    z.object({ id: z.string(), at: z.string(), to: z.string(), text: z.string() }),
  ) satisfies z.ZodType<SimulatedSms[]>,
});

type Snapshot = z.infer<typeof snapshotShape>;

const writeAfterMs = 200;

/** Keeps a platform's state in a JSON file: whole or not at all, at most 250 ms behind. */
export function createSavedFile(platform: LinePlatform): SavedFile {
  let file: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function write(): Promise<void> {
    const target = file;
    if (target === null) return writing;
    writing = writing.then(() => writeAtomically(target, JSON.stringify(takeSnapshot(platform)))).catch(warn);
    return writing;
  }

  return {
    async open(path) {
      const outcome = await restore(platform, path);
      file = path;
      await write();
      return outcome;
    },
    touch() {
      if (file === null || timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        void write();
      }, writeAfterMs);
      timer.unref();
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await write();
      file = null;
    },
  };
}

function warn(error: unknown): void {
  console.warn('SIMULATOR: its state could not be written', error);
}

async function restore(platform: LinePlatform, file: string): Promise<SaveOutcome> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'new';
    throw error;
  }
  try {
    const snapshot = snapshotShape.parse(JSON.parse(text));
    if (snapshot.botUserId !== platform.account.botUserId) throw new Error('It belongs to another account');
    loadSnapshot(platform, snapshot);
    return 'restored';
  } catch (error) {
    const aside = `${file}.corrupt`;
    await rename(file, aside);
    console.warn(
      `SIMULATOR: ${file} CANNOT BE READ. It was set aside as ${aside}, and all chats start anew.`,
      error,
    );
    return 'corrupt';
  }
}

function takeSnapshot(platform: LinePlatform): Snapshot {
  const now = platform.now();
  return {
    version: 1,
    botUserId: platform.account.botUserId,
    position: platform.ids.position(),
    nextLogId: platform.log.nextId(),
    faults: platform.faults(),
    people: platform.people.dump(),
    groups: [...platform.groups],
    chats: platform.chats.dump(),
    replyTokens: platform.replyTokens.dump(now),
    retryKeys: platform.retryKeys.dump(now),
    richMenus: platform.richMenus.dump(),
    quota: platform.quota.dump(),
    sms: platform.sms.dump(),
  };
}

function loadSnapshot(platform: LinePlatform, snapshot: Snapshot): void {
  platform.ids.moveTo(snapshot.position);
  platform.log.continueFrom(snapshot.nextLogId);
  platform.setFaults({ ...platform.faults(), ...snapshot.faults });
  platform.people.load(snapshot.people);
  for (const group of snapshot.groups) platform.groups.add(group);
  platform.chats.load(snapshot.chats);
  platform.replyTokens.load(snapshot.replyTokens);
  platform.retryKeys.load(snapshot.retryKeys);
  platform.richMenus.load(snapshot.richMenus);
  platform.quota.load(snapshot.quota);
  platform.sms.load(snapshot.sms);
}

async function writeAtomically(file: string, text: string): Promise<void> {
  const draft = `${file}.tmp`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
