import { buffer } from 'node:stream/consumers';
import type { messagingApi } from '@line/bot-sdk';
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { findProblems } from '#simulator/line-problem-rules.ts';
import { readPictureSize } from '#simulator/picture-rules.ts';
import { batchBody, findPictureProblems, richMenuBody } from '#simulator/rich-menu-rules.ts';
import type { Stage } from './stage.ts';
import { befriend, createHandClock, hour, openStage, refusalOf } from './stage.ts';

const size = { width: 800, height: 400 };
const tap: messagingApi.Action = { type: 'postback', label: 'Card', data: 'card' };
const menu = (more: object = {}): messagingApi.RichMenuRequest => ({
  size,
  selected: true,
  name: 'Guests',
  chatBarText: 'Menu',
  areas: [{ bounds: { x: 0, y: 0, width: 800, height: 400 }, action: tap }],
  ...more,
});
const png = createCanvas(size.width, size.height).toBuffer('image/png');
const jpeg = createCanvas(size.width, size.height).toBuffer('image/jpeg');
const blobOf = (bytes: Buffer, type = 'image/png') => new Blob([new Uint8Array(bytes)], { type });

async function createShown(stage: Stage, name: string): Promise<string> {
  const { richMenuId } = await stage.line.createRichMenu(menu({ name }));
  await stage.blob.setRichMenuImage(richMenuId, blobOf(png));
  return richMenuId;
}

describe('a rich menu that LINE refuses', () => {
  const area = (bounds: object, action: object = tap) => ({ areas: [{ bounds, action }] });
  const whole = { x: 0, y: 0, width: 800, height: 400 };
  const refused: [string, object, string][] = [
    ['a width of 799', { size: { width: 799, height: 400 } }, 'size.width'],
    ['a width of 2,501', { size: { width: 2501, height: 400 } }, 'size.width'],
    ['a height of 249', { size: { width: 800, height: 249 } }, 'size.height'],
    ['a picture that is too high', { size: { width: 800, height: 552 } }, 'size.height'],
    ['no selection', { selected: undefined }, 'selected'],
    ['a name of 301', { name: 'x'.repeat(301) }, 'name'],
    ['15 characters on the bar', { chatBarText: '會'.repeat(15) }, 'chatBarText'],
    ['21 areas', { areas: Array.from({ length: 21 }, () => ({ bounds: whole, action: tap })) }, 'areas'],
    ['an area beyond the right edge', area({ ...whole, x: 1 }), 'areas[0].bounds.width'],
    ['an area beyond the lower edge', area({ ...whole, y: 1 }), 'areas[0].bounds.height'],
    ['an area of no width', area({ ...whole, width: 0 }), 'areas[0].bounds.width'],
    ['an area at half a pixel', area({ ...whole, x: 0.5 }), 'areas[0].bounds.x'],
    [
      'an alias in capitals',
      area(whole, { type: 'richmenuswitch', richMenuAliasId: 'VIP', data: 'a' }),
      'areas[0].action.richMenuAliasId',
    ],
    ['a camera', area(whole, { type: 'camera', label: 'a' }), 'areas[0].action.type'],
    ['a label of 21', area(whole, { ...tap, label: 'x'.repeat(21) }), 'areas[0].action.label'],
    ['an unknown property', { colour: 'red' }, 'colour'],
  ];

  it.each(refused)('names the property: %s', (_name, more, property) => {
    const problems = findProblems(richMenuBody, menu(more));
    expect(problems.map((problem) => problem.property)).toContain(property);
  });

  it('is refused alike on creation and on validation', async () => {
    await using stage = await openStage();
    for (const call of [
      stage.line.createRichMenu(menu({ name: '' })),
      stage.line.validateRichMenuObject(menu({ name: '' })),
    ]) {
      expect((await refusalOf(call)).body.details?.[0]?.property).toBe('name');
    }
    expect(await stage.line.validateRichMenuObject(menu())).toEqual({});
  });
});

describe('a picture', () => {
  it('is measured by its own bytes', () => {
    expect(readPictureSize(png)).toEqual({ contentType: 'image/png', ...size });
    expect(readPictureSize(jpeg)).toEqual({ contentType: 'image/jpeg', ...size });
    expect(readPictureSize(Buffer.from('GIF89a'))).toBeNull();
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'image/png', size],
    ['something else', Buffer.from('<svg/>'), 'image/png', size],
    ['a PNG called JPEG', png, 'image/jpeg', size],
    ['another size', png, 'image/png', { width: 800, height: 401 }],
    ['more than 1 MB', Buffer.concat([png, Buffer.alloc(1_000_001)]), 'image/png', size],
  ])('is refused for %s', (_name, bytes, type, menuSize) => {
    expect(findPictureProblems(bytes, type, menuSize)).toHaveLength(1);
  });

  it('is given once to a menu and comes back as it was', async () => {
    await using stage = await openStage();
    const { richMenuId } = await stage.line.createRichMenu(menu());
    expect((await refusalOf(stage.blob.setRichMenuImage(richMenuId, blobOf(Buffer.from('x'))))).status).toBe(
      400,
    );
    expect((await refusalOf(stage.blob.setRichMenuImage(richMenuId, blobOf(png, 'image/gif')))).status).toBe(
      415,
    );
    await stage.blob.setRichMenuImage(richMenuId, blobOf(jpeg, 'image/jpeg'));
    const { httpResponse, body } = await stage.blob.getRichMenuImageWithHttpInfo(richMenuId);
    expect(httpResponse.headers.get('content-type')).toBe('image/jpeg');
    expect((await buffer(body)).equals(jpeg)).toBe(true);
    const again = await refusalOf(stage.blob.setRichMenuImage(richMenuId, blobOf(png)));
    expect(again.body.message).toContain('already been uploaded');
  });
});

describe('rich menus', () => {
  it('are made, read, listed and deleted', async () => {
    await using stage = await openStage();
    const { richMenuId } = await stage.line.createRichMenu(menu());
    expect(await stage.line.getRichMenu(richMenuId)).toEqual({ richMenuId, ...menu() });
    expect(await stage.line.getRichMenuList()).toEqual({ richmenus: [{ richMenuId, ...menu() }] });
    await stage.line.deleteRichMenu(richMenuId);
    expect((await refusalOf(stage.line.getRichMenu(richMenuId))).status).toBe(404);
    expect((await refusalOf(stage.line.deleteRichMenu(richMenuId))).status).toBe(404);
  });

  it('are made 100 times an hour at most', async () => {
    const clock = createHandClock();
    await using stage = await openStage({ now: clock.now });
    for (let i = 0; i < 100; i += 1) await stage.line.createRichMenu(menu());
    expect((await refusalOf(stage.line.createRichMenu(menu()))).status).toBe(429);
    await stage.line.validateRichMenuObject(menu());
    clock.pass(hour / 100);
    await stage.line.createRichMenu(menu());
  });

  it('show to everybody by default and to one user by a link, which goes first', async () => {
    await using stage = await openStage();
    const friend = befriend(stage.platform);
    const stranger = stage.platform.people.list()[1]!;
    expect((await refusalOf(stage.line.getDefaultRichMenuId())).status).toBe(404);
    const [common, own] = [await createShown(stage, 'common'), await createShown(stage, 'own')];
    await stage.line.setDefaultRichMenu(common);
    expect(await stage.line.getDefaultRichMenuId()).toEqual({ richMenuId: common });
    await stage.line.linkRichMenuIdToUser(friend.userId, own);
    await stage.line.linkRichMenuIdToUser(stranger.userId, own);
    const shown = (person: typeof friend) => stage.platform.richMenus.shownTo(person)?.richMenuId;
    expect([shown(friend), shown(stranger)]).toEqual([own, common]);
    expect(await stage.line.getRichMenuIdOfUser(friend.userId)).toEqual({ richMenuId: own });
    expect((await refusalOf(stage.line.getRichMenuIdOfUser(stranger.userId))).status).toBe(404);
    await stage.line.unlinkRichMenuIdFromUser(friend.userId);
    expect(shown(friend)).toBe(common);
    await stage.line.cancelDefaultRichMenu();
    expect(shown(friend)).toBeUndefined();
  });

  it('are shown to nobody without a picture', async () => {
    await using stage = await openStage();
    const { userId } = befriend(stage.platform);
    const { richMenuId } = await stage.line.createRichMenu(menu());
    const richMenuAliasId = 'tab';
    for (const call of [
      stage.line.setDefaultRichMenu(richMenuId),
      stage.line.linkRichMenuIdToUser(userId, richMenuId),
      stage.line.linkRichMenuIdToUsers({ richMenuId, userIds: [userId] }),
      stage.line.createRichMenuAlias({ richMenuAliasId, richMenuId }),
    ]) {
      expect(await refusalOf(call)).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining('must upload') },
      });
    }
    expect((await refusalOf(stage.line.setDefaultRichMenu('richmenu-none'))).status).toBe(404);
  });

  it('are linked and unlinked in bulk, 500 users at a time', async () => {
    await using stage = await openStage();
    const people = [befriend(stage.platform, 0), befriend(stage.platform, 1)];
    const userIds = people.map(({ userId }) => userId);
    const richMenuId = await createShown(stage, 'bulk');
    const linked = await stage.line.linkRichMenuIdToUsersWithHttpInfo({ richMenuId, userIds });
    expect(linked.httpResponse.status).toBe(202);
    expect(people.map((person) => person.richMenuId)).toEqual([richMenuId, richMenuId]);
    await stage.line.unlinkRichMenuIdFromUsers({ userIds });
    expect(people.map((person) => person.richMenuId)).toEqual([null, null]);
    const many = Array.from({ length: 501 }, () => userIds[0]!);
    const refusal = await refusalOf(stage.line.unlinkRichMenuIdFromUsers({ userIds: many }));
    expect(refusal.body.details?.[0]?.property).toBe('userIds');
  });

  it('have aliases that can be made, moved, listed and taken away', async () => {
    await using stage = await openStage();
    const [one, two] = [await createShown(stage, 'one'), await createShown(stage, 'two')];
    await stage.line.createRichMenuAlias({ richMenuAliasId: 'tab-a', richMenuId: one });
    const twice = stage.line.createRichMenuAlias({ richMenuAliasId: 'tab-a', richMenuId: two });
    expect((await refusalOf(twice)).body.message).toContain('conflict');
    await stage.line.updateRichMenuAlias('tab-a', { richMenuId: two });
    expect(await stage.line.getRichMenuAlias('tab-a')).toEqual({ richMenuAliasId: 'tab-a', richMenuId: two });
    expect((await stage.line.getRichMenuAliasList()).aliases).toHaveLength(1);
    await stage.line.deleteRichMenuAlias('tab-a');
    expect((await refusalOf(stage.line.getRichMenuAlias('tab-a'))).status).toBe(404);
    expect((await refusalOf(stage.line.deleteRichMenuAlias('tab-a'))).status).toBe(404);
    expect((await refusalOf(stage.line.updateRichMenuAlias('tab-a', { richMenuId: two }))).status).toBe(404);
    const bad = stage.line.createRichMenuAlias({ richMenuAliasId: 'Tab A', richMenuId: one });
    expect((await refusalOf(bad)).body.details?.[0]?.property).toBe('richMenuAliasId');
  });
});

describe('a rich-menu batch', () => {
  it('moves users from menu to menu without chaining, and reports its progress', async () => {
    const clock = createHandClock();
    await using stage = await openStage({ now: clock.now, batchMs: 1000 });
    const people = [befriend(stage.platform, 0), befriend(stage.platform, 1)];
    const [one, two, three] = [
      await createShown(stage, 'one'),
      await createShown(stage, 'two'),
      await createShown(stage, 'three'),
    ];
    people[0]!.richMenuId = one;
    people[1]!.richMenuId = two;
    const operations = [
      { type: 'link' as const, from: one, to: two },
      { type: 'link' as const, from: two, to: three },
    ];
    const { httpResponse } = await stage.line.richMenuBatchWithHttpInfo({ operations });
    expect(httpResponse.status).toBe(202);
    expect(people.map((person) => person.richMenuId)).toEqual([two, three]);
    const requestId = httpResponse.headers.get('x-line-request-id') ?? '';
    const acceptedTime = new Date(clock.now()).toISOString();
    expect(await stage.line.getRichMenuBatchProgress(requestId)).toEqual({ phase: 'ongoing', acceptedTime });
    clock.pass(1000);
    expect(await stage.line.getRichMenuBatchProgress(requestId)).toEqual({
      phase: 'succeeded',
      acceptedTime,
      completedTime: new Date(clock.now()).toISOString(),
    });
    expect((await refusalOf(stage.line.getRichMenuBatchProgress('none'))).status).toBe(404);
  });

  it('runs three times an hour, and its validation as often as one likes', async () => {
    const clock = createHandClock();
    await using stage = await openStage({ now: clock.now });
    const operations = [{ type: 'unlinkAll' as const }];
    for (let i = 0; i < 3; i += 1) await stage.line.richMenuBatch({ operations });
    expect((await refusalOf(stage.line.richMenuBatch({ operations }))).status).toBe(429);
    expect(await stage.line.validateRichMenuBatchRequest({ operations })).toEqual({});
  });

  it.each([
    ['no operation', { operations: [] }, 'operations'],
    ['an unknown operation', { operations: [{ type: 'move' }] }, 'operations[0].type'],
    [
      'the same menu left twice',
      {
        operations: [
          { type: 'unlink', from: 'a' },
          { type: 'link', from: 'a', to: 'b' },
        ],
      },
      'operations[1].from',
    ],
    [
      'unlinkAll beside another',
      { operations: [{ type: 'unlinkAll' }, { type: 'unlink', from: 'a' }] },
      'operations[0].type',
    ],
    [
      'a resume key with a space',
      { operations: [{ type: 'unlinkAll' }], resumeRequestKey: 'a b' },
      'resumeRequestKey',
    ],
  ])('is refused for %s', (_name, body, property) => {
    expect(findProblems(batchBody, body).map((problem) => problem.property)).toContain(property);
  });
});
