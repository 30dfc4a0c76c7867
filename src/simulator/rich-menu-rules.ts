import { z } from 'zod';
import { actionAt } from './action-rules.ts';
import { graphemes, listOf, userIdPattern, whole } from './field-rules.ts';
import type { LineProblem } from './line-problem-rules.ts';
import { variant } from './line-problem-rules.ts';
import { readPictureSize } from './picture-rules.ts';

const bounds = z.strictObject({
  x: whole(0, 2147483647),
  y: whole(0, 2147483647),
  width: whole(1, 2147483647),
  height: whole(1, 2147483647),
});

const area = z.strictObject({ bounds, action: actionAt('rich-menu') });

const size = z
  .strictObject({ width: whole(800, 2500), height: whole(250, 2147483647) })
  .refine((value) => value.width / value.height >= 1.45, {
    path: ['height'],
    message: 'width / height must be at least 1.45',
  });

/** A rich menu as LINE accepts it for creation. */
export const richMenuBody = z
  .strictObject({
    size,
    selected: z.boolean(),
    name: graphemes(1, 300),
    chatBarText: graphemes(1, 14),
    areas: listOf(area, 0, 20),
  })
  .superRefine((menu, ctx) => {
    menu.areas.forEach(({ bounds: box }, at) => {
      const problem = (key: string, message: string) =>
        ctx.addIssue({ code: 'custom', path: ['areas', at, 'bounds', key], message });
      if (box.x + box.width > menu.size.width) problem('width', 'Must lie inside the picture');
      if (box.y + box.height > menu.size.height) problem('height', 'Must lie inside the picture');
    });
  });

const aliasId = z.string().regex(/^[a-z0-9_-]{1,32}$/, 'Must match [a-z0-9_-]{1,32}');
const menuId = z.string().min(1, 'May not be empty');
const userIds = listOf(z.string().regex(userIdPattern, 'Must be the id of a user'), 1, 500);

export const aliasBody = z.strictObject({ richMenuAliasId: aliasId, richMenuId: menuId });
export const aliasUpdateBody = z.strictObject({ richMenuId: menuId });
export const bulkLinkBody = z.strictObject({ richMenuId: menuId, userIds });
export const bulkUnlinkBody = z.strictObject({ userIds });

export type BatchOperation =
  | { type: 'link'; from: string; to: string }
  | { type: 'unlink'; from: string }
  | { type: 'unlinkAll' };

const operation = variant('type', () => ({
  link: z.strictObject({ type: z.literal('link'), from: menuId, to: menuId }),
  unlink: z.strictObject({ type: z.literal('unlink'), from: menuId }),
  unlinkAll: z.strictObject({ type: z.literal('unlinkAll') }),
}));

/** A batch: each menu is left once at most, and "unlink all" stands alone. */
export const batchBody = z
  .strictObject({
    operations: listOf(operation, 1, 1000),
    resumeRequestKey: z
      .string()
      .regex(/^[0-9a-zA-Z_-]{1,100}$/, 'Must match [0-9a-zA-Z_-]{1,100}')
      .optional(),
  })
  .superRefine((batch, ctx) => {
    const operations = batch.operations as BatchOperation[];
    const left = new Set<string>();
    operations.forEach((each, at) => {
      const problem = (key: string, message: string) =>
        ctx.addIssue({ code: 'custom', path: ['operations', at, key], message });
      if (each.type === 'unlinkAll') {
        if (operations.length > 1) problem('type', 'unlinkAll must be the only operation');
        return;
      }
      if (left.has(each.from)) problem('from', 'May stand in one operation only');
      left.add(each.from);
    });
  });

const maxPictureBytes = 1_000_000;

/** What LINE would refuse in a rich menu's picture. `size` is the menu's own. */
export function findPictureProblems(
  bytes: Buffer,
  contentType: string,
  size: { width: number; height: number },
): LineProblem[] {
  const problem = (message: string): LineProblem[] => [{ message, property: 'image' }];
  if (bytes.length === 0) return problem('May not be empty');
  if (bytes.length > maxPictureBytes) return problem('A picture may have at most 1 MB');
  const found = readPictureSize(bytes);
  if (found === null) return problem('Must be a PNG or JPEG');
  if (found.contentType !== contentType) return problem(`The bytes are ${found.contentType}`);
  if (found.width !== size.width || found.height !== size.height) {
    return problem(`Is ${found.width}x${found.height}, the menu is ${size.width}x${size.height}`);
  }
  return [];
}
