import { it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { openStaffHouse } from '../support/staff-client.ts';
const house = await openStaffHouse(await openTestDatabase());
it('prints', async () => { console.log(house.http.printRoutes({ commonPrefix: false }));
const o = await house.hire('owner'); console.log(await o.visitor.state());
const r = await house.db.selectFrom('staff_accounts').selectAll().execute(); console.log(r);
});
