import type { messagingApi } from '@line/bot-sdk';
import type { Person } from './people.ts';
import type { BatchOperation } from './rich-menu-rules.ts';

export type StoredMenu = {
  richMenuId: string;
  menu: messagingApi.RichMenuRequest;
  image: { contentType: string; bytes: Buffer } | null;
};

export type SavedMenus = {
  menus: (Omit<StoredMenu, 'image'> & { image: { contentType: string; base64: string } | null })[];
  aliases: [string, string][];
  defaultId: string | null;
};

export type SwitchStatus = 'SUCCESS' | 'RICHMENU_ALIAS_ID_NOTFOUND' | 'RICHMENU_NOTFOUND';

/** The rich menus of the account. Which menu a user alone has stands with the user. */
export type RichMenuStore = {
  menus: Map<string, StoredMenu>;
  /** alias id → rich menu id */
  aliases: Map<string, string>;
  defaultId: string | null;
  /** What a user's phone shows: the user's own menu, else the default one. */
  shownTo(person: Person): StoredMenu | null;
  remove(richMenuId: string, people: Person[]): void;
  switchTo(person: Person, aliasId: string): SwitchStatus;
  applyBatch(operations: BatchOperation[], people: Person[]): void;
  dump(): SavedMenus;
  load(saved: SavedMenus): void;
};

export function createRichMenuStore(): RichMenuStore {
  const menus = new Map<string, StoredMenu>();
  const aliases = new Map<string, string>();
  const base64 = new WeakMap<Buffer, string>();

  function encode(bytes: Buffer): string {
    const known = base64.get(bytes) ?? bytes.toString('base64');
    base64.set(bytes, known);
    return known;
  }

  const store: RichMenuStore = {
    menus,
    aliases,
    defaultId: null,
    shownTo(person) {
      const own = person.richMenuId === null ? undefined : menus.get(person.richMenuId);
      return own ?? (store.defaultId === null ? null : (menus.get(store.defaultId) ?? null));
    },
    remove(richMenuId, people) {
      // Aliases stay and point to nothing: switching to one then reports RICHMENU_NOTFOUND.
      menus.delete(richMenuId);
      if (store.defaultId === richMenuId) store.defaultId = null;
      for (const person of people) if (person.richMenuId === richMenuId) person.richMenuId = null;
    },
    switchTo(person, aliasId) {
      const richMenuId = aliases.get(aliasId);
      if (richMenuId === undefined) return 'RICHMENU_ALIAS_ID_NOTFOUND';
      if (!menus.has(richMenuId)) return 'RICHMENU_NOTFOUND';
      person.richMenuId = richMenuId;
      return 'SUCCESS';
    },
    applyBatch(operations, people) {
      const all = operations.some((each) => each.type === 'unlinkAll');
      const moves = new Map<string, string | null>();
      for (const each of operations) {
        if (each.type !== 'unlinkAll') moves.set(each.from, each.type === 'link' ? each.to : null);
      }
      // Operations do not chain: each user moves once, from the menu of before.
      for (const person of people) {
        if (person.richMenuId === null) continue;
        const next = all ? null : moves.get(person.richMenuId);
        if (next !== undefined) person.richMenuId = next;
      }
    },
    dump: () => ({
      menus: [...menus.values()].map(({ image, ...rest }) => ({
        ...rest,
        image: image && { contentType: image.contentType, base64: encode(image.bytes) },
      })),
      aliases: [...aliases.entries()],
      defaultId: store.defaultId,
    }),
    load(saved) {
      menus.clear();
      aliases.clear();
      for (const { image, ...rest } of saved.menus) {
        const bytes = image && Buffer.from(image.base64, 'base64');
        menus.set(rest.richMenuId, {
          ...rest,
          image: image && bytes && { contentType: image.contentType, bytes },
        });
      }
      for (const [aliasId, richMenuId] of saved.aliases) aliases.set(aliasId, richMenuId);
      store.defaultId = saved.defaultId;
    },
  };
  return store;
}
