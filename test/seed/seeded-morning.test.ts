import { expect, it } from 'vitest';
import { defaultCast } from '#simulator/cast.ts';
import { seedDemoBrand } from '#simulator/seed/seed-demo-brand.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';

const database = await openTestDatabase({ max: 4 });

it('the morning after the seed brings a wish, a reminder and a win-back to the phones of three', async () => {
  const story = await openStory(database, { now: '2026-11-21T06:00:00Z' });
  const shoppers = defaultCast.map((member) => story.platform.people.add(member));
  const seeded = await seedDemoBrand(story.app.db, {
    secrets: story.app.secrets,
    now: story.clock.now(),
    shoppers: shoppers.map(({ userId, displayName, language }) => ({ userId, displayName, language })),
  });
  if (!seeded.ok) throw new Error(seeded.reason);
  for (const userId of seeded.followers) {
    Object.assign(story.platform.people.find(userId) ?? {}, { following: true, hasFollowedBefore: true });
  }
  await story.at('2026-11-22T00:51:00Z');
  const heard = () =>
    shoppers.map(({ userId }) =>
      story.platform.chats
        .lines(userId)
        .flatMap((line) =>
          line.from === 'account' && line.message.type === 'flex' ? [line.message.altText] : [],
        ),
    );
  expect(heard().flat()).toEqual([]);
  await story.at('2026-11-22T01:00:00Z');
  expect(heard()).toEqual([
    [],
    ['日日好茶祝您生日快樂'],
    ['優惠券還有 7 天：新會員折 NT$100'],
    [],
    ['あなたへの特典：おなじみさま 10%OFF、12月22日まで'],
  ]);
  await story.at('2026-11-22T02:00:00Z');
  expect(heard().flat()).toHaveLength(3);
});
