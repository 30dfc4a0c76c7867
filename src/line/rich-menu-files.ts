import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { messagingApi } from '@line/bot-sdk';
import { z } from 'zod';

/** A menu as it lies in the folder: NAME.json and NAME.png. */
export type RichMenuFile = {
  /** "guest", "member-card" */
  name: string;
  /** Null for the default menu, which nobody is linked to. */
  alias: string | null;
  isDefault: boolean;
  menu: messagingApi.RichMenuRequest;
  picture: Buffer;
};

const whole = z.number().int().min(0);
const aliasId = z.string().regex(/^[a-z0-9_-]{1,32}$/);
const fileSchema = z.strictObject({
  alias: aliasId.optional(),
  isDefault: z.boolean().default(false),
  menu: z.strictObject({
    size: z.strictObject({ width: whole, height: whole }),
    selected: z.boolean(),
    chatBarText: z.string().min(1),
    areas: z
      .array(
        z.strictObject({
          bounds: z.strictObject({ x: whole, y: whole, width: whole.positive(), height: whole.positive() }),
          action: z.looseObject({ type: z.string(), label: z.string() }),
        }),
      )
      .min(1)
      .max(20),
  }),
});

const pngSignature = '89504e470d0a1a0a';
const maxPictureBytes = 1_000_000;

/** @throws Error naming the file and what is wrong with it */
export async function readRichMenuFiles(folder: string): Promise<RichMenuFile[]> {
  const names = (await readdir(folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'));
  const files = await Promise.all(names.sort().map((name) => readRichMenuFile(folder, name)));
  const faults = findFaults(files);
  if (faults.length > 0)
    throw new Error(`The rich menus in ${folder} cannot be published:\n- ${faults.join('\n- ')}`);
  return files;
}

async function readRichMenuFile(folder: string, name: string): Promise<RichMenuFile> {
  const parsed = fileSchema.safeParse(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')));
  if (!parsed.success) throw new Error(`${name}.json: ${z.prettifyError(parsed.error)}`);
  const { alias, isDefault, menu } = parsed.data;
  return {
    name,
    alias: alias ?? null,
    isDefault,
    // What the schema does not know of an action, LINE's own validation does.
    menu: menu as messagingApi.RichMenuRequest,
    picture: await readFile(join(folder, `${name}.png`)),
  };
}

/** What LINE cannot check for us, or would only find after the first menu is made. */
export function findFaults(files: readonly RichMenuFile[]): string[] {
  const faults = files.flatMap((file) => findPictureFaults(file).map((fault) => `${file.name}: ${fault}`));
  const aliases = files.flatMap((file) => file.alias ?? []);
  if (files.filter((file) => file.isDefault).length !== 1)
    faults.push('exactly one menu must be the default');
  if (new Set(aliases).size !== aliases.length) faults.push('two menus share an alias');
  for (const { name, menu } of files) {
    for (const { bounds, action } of menu.areas ?? []) {
      const right = (bounds?.x ?? 0) + (bounds?.width ?? 0);
      const bottom = (bounds?.y ?? 0) + (bounds?.height ?? 0);
      if (right > (menu.size?.width ?? 0) || bottom > (menu.size?.height ?? 0)) {
        faults.push(`${name}: the area ${action?.label} reaches over the edge`);
      }
      if (action?.type === 'richmenuswitch' && !aliases.includes(action.richMenuAliasId ?? '')) {
        faults.push(`${name}: the tab ${action.label} leads to no menu`);
      }
    }
  }
  return faults;
}

function findPictureFaults({ menu, picture }: RichMenuFile): string[] {
  if (picture.subarray(0, 8).toString('hex') !== pngSignature || picture.length < 24)
    return ['the picture is no PNG'];
  const shown = `${picture.readUInt32BE(16)} × ${picture.readUInt32BE(20)}`;
  const named = `${menu.size?.width} × ${menu.size?.height}`;
  return [
    ...(shown === named ? [] : [`the picture has ${shown} pixels, the JSON says ${named}`]),
    ...(picture.length <= maxPictureBytes
      ? []
      : [`the picture has ${picture.length} bytes, LINE takes 1 MB`]),
  ];
}

/** What LINE keeps as the menu's name: how we know our own menus again, and whether they are still the same. */
export function publishedName(file: RichMenuFile): string {
  const content = createHash('sha256').update(JSON.stringify(file.menu)).update('\0').update(file.picture);
  return `shuke:${file.name}:${content.digest('hex').slice(0, 16)}`;
}

/** The file name in a published name, or null for a menu that is not ours. */
export function ownMenuName(published: string | undefined): string | null {
  return /^shuke:([a-z0-9-]+):[0-9a-f]{16}$/.exec(published ?? '')?.[1] ?? null;
}
