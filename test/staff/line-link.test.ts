import { describe, expect, it } from 'vitest';
import { endSessions } from '#features/staff/sessions/end-sessions.ts';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { pin, sessionCookie } from '../support/staff-client.ts';
import { comeBack, landed, nextUser, openLineHouse, readAttempt, signToken } from './line-login-stand-in.ts';
import { overtake } from './overtake.ts';

const house = await openLineHouse(await openTestDatabase({ max: 20 }));
const owner = await house.hire('owner');

describe('linking a LINE account', () => {
  it('needs the same person at the same browser when LINE answers', async () => {
    const [mine, other] = [await house.hire('marketer'), await house.hire('marketer')];
    const begun = await mine.visitor.post('/session/line-link');
    const { state, nonce } = readAttempt(begun.body.url);
    const user = nextUser();
    house.answerWith(await signToken(house.claimsOf(user, nonce)));
    mine.visitor.cookies.set(sessionCookie, other.visitor.cookies.get(sessionCookie) ?? '');
    expect(landed(await comeBack(mine.visitor, state))).toEqual([303, '/console?line=failed']);
    expect((await other.visitor.get('/session')).body.staff.hasLineLogin).toBe(false);
    expect(landed(await house.passLine(house.visit(), user))).toEqual([303, '/console?line=unknown']);
  });

  it('leads nowhere once the person signed out or was let go, also while LINE answers', async () => {
    const boss = await house.signIn(owner);
    const who = await house.hire('marketer');
    const user = nextUser();
    const begun = await who.visitor.post('/session/line-link');
    const { state, nonce } = readAttempt(begun.body.url);
    const token = await signToken(house.claimsOf(user, nonce));
    await boss.get('/session');
    house.answerWith(token);
    const back = await overtake(
      house,
      who.id,
      () => comeBack(who.visitor, state),
      (tx) => endSessions(tx, { of: { staffId: who.id }, because: 'revoked', wireNow: house.wire.now() }),
      'sessions',
    );
    expect(landed(back)).toEqual([303, '/console?line=failed']);
    expect(landed(await house.passLine(house.visit(), user))).toEqual([303, '/console?line=unknown']);

    const again = await house.hire('marketer');
    const second = readAttempt((await again.visitor.post('/session/line-link')).body.url);
    house.answerWith(await signToken(house.claimsOf(nextUser(), second.nonce)));
    await boss.post(`/people/${again.id}/sign-out`);
    expect(landed(await comeBack(again.visitor, second.state))).toEqual([303, '/console?line=failed']);
  });

  it('gives one LINE account to one person, also when two link it at once', async () => {
    const first = await house.hireLinked();
    const second = await house.hire('marketer');
    expect(landed(await house.link(second.visitor, first.user))).toEqual([
      303,
      '/console?line=linked_elsewhere',
    ]);
    expect((await second.visitor.get('/session')).body.staff.hasLineLogin).toBe(false);
    // Linking one's own again is no fault.
    expect(landed(await house.link(first.visitor, first.user))).toEqual([
      303,
      '/console/account?line=linked',
    ]);

    const user = nextUser();
    const rivals = [await house.hire('marketer'), await house.hire('marketer'), await house.hire('marketer')];
    const attempts = await Promise.all(
      rivals.map(async ({ visitor }) => readAttempt((await visitor.post('/session/line-link')).body.url)),
    );
    const tokens = new Map<string, string>();
    for (const { nonce, state } of attempts) tokens.set(state, await signToken(house.claimsOf(user, nonce)));
    house.answer((form) => ({
      status: 200,
      body: JSON.stringify({ id_token: tokens.get(form.get('code') ?? '') }),
    }));
    const back = await Promise.all(
      rivals.map(({ visitor }, i) => comeBack(visitor, attempts[i]?.state ?? '', attempts[i]?.state)),
    );
    expect(back.map(({ headers }) => headers.location).sort()).toEqual([
      '/console/account?line=linked',
      '/console?line=linked_elsewhere',
      '/console?line=linked_elsewhere',
    ]);
  });

  it('is refused on a shared device, and to requests from other sites', async () => {
    const boss = await house.signIn(owner);
    const manager = await house.hire('manager');
    const { counter } = await house.pair(boss);
    await counter.post('/device/switch', { staffId: String(manager.id), pin });
    const refused = await counter.post('/session/line-link');
    expect([refused.status, refused.body.error.code]).toEqual([403, 'forbidden']);
    const foreign = await manager.visitor.post('/session/line-link', undefined, {
      origin: 'https://evil.example',
    });
    expect([foreign.status, foreign.body.error.code]).toEqual([403, 'csrf']);
    expect((await house.visit().post('/session/line-link')).status).toBe(401);
  });

  it('is noted, and neither LINE’s id nor what opens the way back is stored in the clear', async () => {
    const who = await house.hireLinked();
    const visitor = house.visit();
    const { state } = await house.begin(visitor);
    const rows = await sql<{ all: string }>`
      select (select string_agg(to_jsonb(l)::text, '') from staff_line_logins l)
          || (select string_agg(to_jsonb(a)::text, '') from staff_accounts a)
          || (select string_agg(to_jsonb(e)::text, '') from audit_entries e) as all`.execute(house.db);
    expect(rows.rows[0]?.all).not.toContain(who.user);
    expect(rows.rows[0]?.all).not.toContain(state);
    const noted = await sql<Record<string, unknown>>`
      select action, actor_id from audit_entries where subject_kind = 'staff' and subject_id = ${String(who.id)}
      order by id desc limit 1`.execute(house.db);
    expect(noted.rows).toEqual([{ action: 'staff.line_linked', actor_id: String(who.id) }]);
  });
});
