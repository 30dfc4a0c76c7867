import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStaffHouse, sessionCookie, type Visitor } from '../support/staff-client.ts';

const house = await openStaffHouse(await openTestDatabase());

const open = (visitor: Visitor, url: string) =>
  house.http.inject({
    url,
    headers: { cookie: `${sessionCookie}=${visitor.cookies.get(sessionCookie) ?? ''}` },
  });

describe("the documentation of the tills' API", () => {
  it('opens with all its files for those who may read it', async () => {
    const { visitor } = await house.hire('owner');
    let page = await open(visitor, '/api/docs');
    for (let hops = 0; page.statusCode === 308 && hops < 3; hops++)
      page = await open(visitor, String(page.headers.location));
    expect(page.statusCode).toBe(200);
    const files = [...page.body.matchAll(/(?:href|src)="\.\/([^"]+)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await open(visitor, `/api/v1/docs/${file}`)).statusCode).toBe(200);
  });

  it('leads to its own folder from the address without a slash', async () => {
    const { visitor } = await house.hire('auditor');
    const bare = await open(visitor, '/api/v1/docs');
    expect([bare.statusCode, bare.headers.location]).toEqual([302, '/api/v1/docs/']);
  });

  it('is closed to strangers and to roles that write against nothing', async () => {
    expect((await house.http.inject({ url: '/api/v1/docs/' })).statusCode).toBe(401);
    const { visitor } = await house.hire('consultant');
    expect((await open(visitor, '/api/v1/docs/')).statusCode).toBe(403);
  });
});
