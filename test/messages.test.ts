import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { countGraphemes, type Locale, locales } from '#foundation/i18n.ts';
import { readPolicy } from '#foundation/policy.ts';
import { parsePostback } from '#line/postback.ts';
import type { House, Message } from '#line/turn.ts';
import { messages as lineMessages } from '#simulator/message-rules.ts';
import { openTestDatabase } from './support/database.ts';
import { renderSamples } from './support/sample-messages.ts';
import { makeHouse } from './support/turn.ts';

const { db } = await openTestDatabase();
const usual = await makeHouse(db);
const talkative: House = {
  ...usual,
  brandName: '日常選物生活旗艦門市',
  brand: {
    ...usual.brand,
    address: 'familiar',
    emoji: 'off',
    privacyNoticeUrl: 'https://shuke.example/privacy',
    acceptsForeignPhones: true,
  },
};
const tiers = await readPolicy(db, tiersPolicy, new Date('2026-11-21T04:00:00Z'));

type Rendered = { from: string; locale: Locale; isLong: boolean; messages: Message[] };
const rendered: Rendered[] = [];
const builders = new Set<string>();
for (const locale of locales) {
  for (const isLong of [false, true]) {
    const samples = await renderSamples({ house: isLong ? talkative : usual, tiers, locale, isLong });
    for (const [from, answers] of Object.entries(samples)) {
      builders.add(from);
      for (const messages of answers) rendered.push({ from, locale, isLong, messages });
    }
  }
}

/** Parts and words of messages, and kinds that read the database: rendered in the tests of their rooms. */
const noBuilders = new Set([
  ...[
    'notNowAction',
    'bindAction',
    'inviteAction',
    'codeAction',
    'showCodeAction',
    'howAction',
    'joinMessages',
    'cardMovedSms',
  ],
  ...[
    'drawClaimable',
    'drawHeld',
    'drawUsed',
    'drawOffer',
    'drawCondition',
    'tellCondition',
    'createFiller',
    'flowWordsOf',
  ],
  ...[
    'referralBoundKind',
    'referralRewardedKind',
    'pointsEarnedKind',
    'tierBelowKind',
    'tierReviewKind',
    'pointsActivityKind',
    'sayBonuses',
    'tierRisenKind',
    'tierWithdrawnKind',
  ],
  ...['referralFullKind', 'referralMilestoneKind', 'sayHonour'],
  ...['flowBirthdayGift', 'flowBirthdayWish', 'flowCouponReminder', 'flowWinBack', 'flowOnlineThanks'],
  'campaignKind',
]);

type Node = Record<string, unknown>;
function nodesOf(part: unknown): Node[] {
  if (Array.isArray(part)) return part.flatMap(nodesOf);
  if (typeof part !== 'object' || part === null) return [];
  return [part as Node, ...Object.values(part).flatMap(nodesOf)];
}
const isAction = (node: Node) =>
  ['postback', 'message', 'uri', 'clipboard', 'datetimepicker'].includes(node.type as string);
const actionsOf = (messages: readonly Message[]) => nodesOf(messages).filter(isAction);
const flexOf = (messages: readonly Message[]) => messages.filter((message) => message.type === 'flex');
const bubblesOf = (messages: readonly Message[]) =>
  nodesOf(messages.map((message) => (message.type === 'flex' ? message.contents : null))).filter(
    (node) => node.type === 'bubble',
  );
/** What breaks the rule: which builder, in which language, and how it looks. */
const broken = <T>(parts: (each: Rendered) => readonly T[], isRight: (part: T, each: Rendered) => boolean) =>
  rendered.flatMap((each) =>
    parts(each)
      .filter((part) => !isRight(part, each))
      .map((part) => `${each.from} ${each.locale}: ${JSON.stringify(part).slice(0, 200)}`),
  );

describe('the messages of all rooms', () => {
  it('are all rendered here, but for parts and for kinds that read the database', async () => {
    const missing: string[] = [];
    for (const file of globSync('src/**/*-messages.ts').filter((path) => !path.includes('simulator'))) {
      const exported = (await import(join(process.cwd(), file))) as Record<string, unknown>;
      for (const [name, what] of Object.entries(exported)) {
        const isKind = typeof what === 'object' && what !== null && 'render' in what;
        const isKnown = builders.has(name) || noBuilders.has(name);
        if ((typeof what === 'function' || isKind) && !isKnown) missing.push(`${file}: ${name}`);
      }
    }
    expect(missing).toEqual([]);
    expect(rendered.length).toBeGreaterThan(500);
  });

  it('are taken by LINE as they are', () => {
    const refused = rendered.flatMap(({ from, locale, messages }) =>
      (lineMessages.safeParse(messages).error?.issues ?? []).map(
        (issue) => `${from} ${locale}: ${issue.path.join('.')} ${issue.message}`,
      ),
    );
    expect(refused).toEqual([]);
  });

  it('have buttons of at most 20 signs, whose postbacks can be read back', () => {
    const labels = (each: Rendered) => actionsOf(each.messages).map((action) => String(action.label));
    expect(broken(labels, (label) => countGraphemes(label) <= 20)).toEqual([]);
    const emoji = /\p{Extended_Pictographic}/u;
    expect(broken(labels, (label) => !emoji.test(label))).toEqual([]);
    const postbacks = (each: Rendered) =>
      actionsOf(each.messages).flatMap((action) =>
        action.type === 'postback' || action.type === 'datetimepicker' ? [String(action.data)] : [],
      );
    expect(broken(postbacks, (data) => parsePostback(data)?.version === 1)).toEqual([]);
  });

  it('have an altText that stands alone on a lock screen', () => {
    const alts = (each: Rendered) => flexOf(each.messages).map((message) => message.altText);
    expect(broken(alts, (alt) => countGraphemes(alt) <= 60)).toEqual([]);
    const shown = (alt: string) => alt.replace('0912345678', 'a sample number');
    expect(broken(alts, (alt) => !/\p{Extended_Pictographic}|\d{10}/u.test(shown(alt)))).toEqual([]);
    // Points, spending and what is left to spend of the one who holds the phone.
    expect(broken(alts, (alt) => !alt.includes('9,876,543'))).toEqual([]);
    const ofUsual = (each: Rendered) => (each.isLong ? [] : alts(each));
    // English takes more letters: it may end with a whole word.
    expect(broken(ofUsual, (alt, { locale }) => locale === 'en' || !alt.endsWith('…'))).toEqual([]);
  });

  it('have quick replies under the last message only', () => {
    const early = (each: Rendered) => each.messages.slice(0, -1);
    expect(broken(early, (message) => message.quickReply === undefined)).toEqual([]);
  });

  it('are cards with their own colours, that grow with the reader, and light enough', () => {
    const texts = (each: Rendered) =>
      nodesOf(bubblesOf(each.messages)).filter((node) => node.type === 'text');
    expect(broken(texts, (text) => Boolean(text.color) && text.scaling === true)).toEqual([]);
    const sheets = (each: Rendered) =>
      bubblesOf(each.messages).flatMap(({ header, body, footer }) =>
        [header, body, footer].filter((block) => block !== undefined),
      );
    expect(broken(sheets, (block) => Boolean((block as Node).backgroundColor))).toEqual([]);
    const bubbles = (each: Rendered) => bubblesOf(each.messages);
    const primaries = (bubble: Node) => nodesOf(bubble).filter((node) => node.style === 'primary').length;
    expect(broken(bubbles, (bubble) => primaries(bubble) <= 1)).toEqual([]);
    // A history of ten rows is the heaviest card.
    expect(broken(bubbles, (bubble) => Buffer.byteLength(JSON.stringify(bubble)) <= 7_000)).toEqual([]);
  });

  it('colour no button that takes something away', () => {
    const coloured = (each: Rendered) =>
      nodesOf(bubblesOf(each.messages))
        .filter((node) => node.style === 'primary')
        .map((node) => String((node.action as Node).data ?? ''));
    expect(broken(coloured, (data) => !/unbind:yes|bind:cancel|guard:deny|consent/.test(data))).toEqual([]);
  });

  it('carry no Han into English but the names that the shop gave', () => {
    const ours = rendered.filter((each) => each.locale === 'en' && !each.isLong);
    const words = ours.flatMap(({ from, messages }) =>
      nodesOf(messages).flatMap((node) =>
        [node.text, node.altText, node.label]
          .filter((text) => typeof text === 'string' && /\p{Script=Han}/u.test(text))
          .map((text) => `${from}: ${text}`),
      ),
    );
    const given = /信義|台北|中文|日本語/;
    expect(words.filter((text) => !given.test(text))).toEqual([]);
  });
});
