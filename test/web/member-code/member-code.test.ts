import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerCode } from '#features/members/code/code-chat.ts';
import { openCodeLink } from '#features/members/code/open-code-link.ts';
import { findPerson } from '#features/members/find-person-reads.ts';
import { readPersonByLine } from '#features/members/person-reads.ts';
import { spendMemberCode } from '#features/members/spend-member-code.ts';
import { createFixedClock } from '#foundation/clock.ts';
import { createTransact } from '#foundation/facts.ts';
import type { House } from '#line/turn.ts';
import { memberCodeRoutes } from '#web/member-code/member-code-routes.ts';
import { newPhone, openChat } from '../../members/chat-driver.ts';
import { openTestDatabase } from '../../support/database.ts';
import { makeHouse } from '../../support/turn.ts';

const database = await openTestDatabase();
const { db } = database;
const transact = createTransact(db, []);
const wire = createFixedClock('2026-11-21T04:00:00Z');
const app = Fastify({ trustProxy: true });
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
  await app.register(
    memberCodeRoutes({ db, transact, secrets: house.secrets, house: async () => house, wire }),
  );
  await app.ready();
});
afterAll(() => app.close());

async function member() {
  const chat = openChat({ db, transact, house });
  await chat.joinWith(newPhone(), '3/5');
  const person = await readPersonByLine(db, chat.lineUserId);
  if (!person) throw new Error('nobody was bound');
  const link = () =>
    transact((tx) =>
      openCodeLink(tx, house.secrets, {
        memberId: person.memberId,
        lineUserId: chat.lineUserId,
        wireNow: wire.now(),
      }),
    );
  return { chat, person, link };
}

type Headers = Record<string, string>;
const get = (url: string, headers: Headers = {}) => app.inject({ method: 'GET', url, headers });
const open = async (token: string, headers: Headers = {}) => {
  const answer = await get(`/m/${token}`, headers);
  return { answer, cookie: String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? '' };
};
const codeOn = (html: string) => /data-member-code="(\d+)"/.exec(html)?.[1] ?? '';
const lookUp = (memberCode: string) => findPerson(db, house.secrets, { memberCode }, wire.now());
const later = (ms: number) => wire.set(new Date(wire.now().getTime() + ms));

describe('the member code in the chat', () => {
  it('is a link on the page of the house, never the code itself', async () => {
    const { chat } = await member();
    const said = await chat.tap('code', {}, {}, answerCode);
    expect(said).toBe('會員碼準備好了，請在 5 分鐘內用手機打開，讓店員掃描。［打開會員碼］');
    expect(JSON.stringify(chat.answer().messages)).toMatch(
      /"https:\/\/shuke\.example\/m\/[A-Za-z0-9_-]{24}"/,
    );
  });

  it('needs a membership', async () => {
    const chat = openChat({ db, transact, house });
    expect(await chat.tap('code', {}, {}, answerCode)).toBe(
      '先綁定會員就看得到了，大約 1 分鐘。［綁定會員］',
    );
  });
});

describe('the member-code page', () => {
  it('shows a code that finds the member, which a look-up does not spend and a writing call does', async () => {
    const { person, link } = await member();
    const { answer, cookie } = await open(await link());
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/m']);
    const page = await get('/m', { cookie });
    expect(page.statusCode).toBe(200);
    const code = codeOn(page.body);
    expect(code).toMatch(/^\d{24}$/);
    const found = await lookUp(code);
    expect(found).toMatchObject({ ok: true, person: { memberId: person.memberId } });
    expect(await lookUp(code)).toMatchObject({ ok: true });
    if (!found.ok || !found.codeNonce) throw new Error('not found');
    const nonce = found.codeNonce;
    const spent = await Promise.all(
      Array.from({ length: 8 }, () =>
        transact((tx) => spendMemberCode(tx, { nonce, memberId: person.memberId })),
      ),
    );
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await lookUp(code)).toEqual({ ok: false, reason: 'code_used' });
  });

  it('renews the code, and an old one is told apart from garbage', async () => {
    const { link } = await member();
    const { cookie } = await open(await link());
    const first = (await get('/m/current', { cookie })).json();
    expect(first.shown.replaceAll(' ', '')).toBe(first.code);
    expect(first.refreshInMs).toBeLessThanOrEqual(30_000);
    later(30_000);
    expect(await lookUp(first.code)).toMatchObject({ ok: true });
    later(60_000);
    expect(await lookUp(first.code)).toEqual({ ok: false, reason: 'code_expired' });
    const second = (await get('/m/current', { cookie })).json();
    expect(second.code).not.toBe(first.code);
    expect(await lookUp(second.shown)).toMatchObject({ ok: true });
    later(-60_000);
    expect(await lookUp(second.code)).toEqual({ ok: false, reason: 'bad_code' });
  });

  it.each(['', '1', '0'.repeat(24), '1'.repeat(4096), 'https://shuke.example/m/x', 'a'.repeat(24), '\u0000'])(
    'finds nobody by the code %j',
    async (code) => {
      expect(await lookUp(code.slice(0, 5000))).toEqual({ ok: false, reason: 'bad_code' });
    },
  );

  it('finds nobody by a code with one digit changed', async () => {
    const { link } = await member();
    const { cookie } = await open(await link());
    const { code } = (await get('/m/current', { cookie })).json();
    for (let at = 0; at < code.length; at++) {
      const changed = code.slice(0, at) + ((Number(code[at]) + 1) % 10) + code.slice(at + 1);
      expect((await lookUp(changed)).ok).toBe(false);
    }
  });

  it('exchanges a link once, however many come at once, and lets its own browser come back', async () => {
    const { link } = await member();
    const token = await link();
    const answers = await Promise.all(Array.from({ length: 6 }, () => open(token)));
    const winners = answers.filter(({ cookie }) => cookie !== '');
    expect(winners).toHaveLength(1);
    expect(answers.map(({ answer }) => answer.statusCode).filter((status) => status === 410)).toHaveLength(5);
    expect((await open(token, { cookie: winners[0]?.cookie ?? '' })).answer.statusCode).toBe(303);
  });

  it('is not used up by looking at the link with HEAD', async () => {
    const { link } = await member();
    const token = await link();
    expect((await app.inject({ method: 'HEAD', url: `/m/${token}` })).statusCode).toBe(404);
    expect((await open(token)).answer.statusCode).toBe(303);
  });

  it('says when the link is too old, and leads back into the chat', async () => {
    const { link } = await member();
    const token = await link();
    later(5 * 60_000);
    const { answer } = await open(token, { 'accept-language': 'zh-TW,zh;q=0.9' });
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('這一頁過期了，回到 LINE 再點一次「出示會員碼」就有新的。');
    expect(answer.body).toContain(`https://line.me/R/oaMessage/%40shuke/?${encodeURIComponent('會員碼')}`);
  });

  it('ends after 15 minutes, or as soon as the card leaves that LINE account', async () => {
    const { chat, link } = await member();
    const { cookie } = await open(await link());
    const { cookie: second } = await open(await link());
    later(15 * 60_000 - 1);
    expect((await get('/m/current', { cookie })).statusCode).toBe(200);
    later(1);
    expect((await get('/m/current', { cookie })).statusCode).toBe(401);
    expect((await get('/m', { cookie: second })).statusCode).toBe(410);
    const { cookie: third } = await open(await link());
    const { createUnbindChat } = await import('#features/members/binding/unbind-chat.ts');
    const unbind = createUnbindChat({ readHoldings: async () => ({ points: 0, coupons: 0 }) });
    await chat.tap('unbind:yes', {}, {}, unbind.confirm);
    expect((await get('/m/current', { cookie: third })).statusCode).toBe(401);
  });

  it('keeps its cookie to https where it is reached by https', async () => {
    const { link } = await member();
    const plain = await open(await link());
    expect(String(plain.answer.headers['set-cookie'])).toMatch(
      /^shuke-code=[^;]+; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const secure = await open(await link(), { 'x-forwarded-proto': 'https' });
    expect(String(secure.answer.headers['set-cookie'])).toMatch(
      /^__Host-shuke-code=[^;]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('is kept nowhere, tells no referrer, and runs nothing but its own script', async () => {
    for (const url of ['/m', '/m/nothing', '/m/current', '/m/member-code.js', '/m/member-code.css']) {
      const { headers } = await get(url);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
    }
    const { link } = await member();
    const { cookie } = await open(await link());
    const { body } = await get('/m', { cookie });
    expect(body).not.toMatch(/<script(?![^>]*src=)|\sstyle=|\son[a-z]+=/);
  });

  it('shows the brand as a name, whatever is in it', async () => {
    const named = house.brandName;
    house = { ...house, brandName: '<img src=x onerror=alert(1)>"&' };
    const { link } = await member();
    const { cookie } = await open(await link());
    const { body } = await get('/m', { cookie });
    expect(body).not.toContain('<img');
    expect(body).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#38;');
    house = { ...house, brandName: named };
  });

  it.each(['../../etc/passwd', '%00', 'a'.repeat(5000), '%F0%9F%8E%82', "' or 1=1--"])(
    'answers the token %j as expired or unknown, never with a fault',
    async (token) => {
      const { statusCode } = await get(`/m/${encodeURIComponent(token)}`);
      expect([404, 410, 414]).toContain(statusCode);
    },
  );
});
