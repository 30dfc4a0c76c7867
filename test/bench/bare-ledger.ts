import type pg from 'pg';

/**
 * What our ledger is measured against: the same guard in bare SQL, one statement a call, with no facts, no notices, no
 * causes and no proofs. It keeps a quota and a balance, and explains nothing.
 */
export async function openBareLedger(pool: pg.Pool) {
  await pool.query(`
    create table bare_coupons (id bigint primary key, quota integer not null, claimed integer not null default 0);
    create table bare_claims (coupon_id bigint not null, member_id bigint not null, primary key (coupon_id, member_id));
    create table bare_accounts (id bigint primary key, balance bigint not null check (balance >= 0));
    create table bare_lots (id bigint generated always as identity primary key, account_id bigint not null,
                            remaining bigint not null check (remaining >= 0), ends_on date not null);
    create index bare_lots_open on bare_lots (account_id, ends_on, id) where remaining > 0;
    create table bare_spends (key text primary key, account_id bigint not null, points bigint not null);
    create function bare_spend(spend_key text, account bigint, wanted bigint) returns boolean language plpgsql as $$
    declare held bigint; lot record; part bigint; missing bigint := wanted;
    begin
      select balance into held from bare_accounts where id = account for update;
      if held < wanted then return false; end if;
      insert into bare_spends values (spend_key, account, wanted) on conflict do nothing;
      if not found then return true; end if;
      for lot in select id, remaining from bare_lots
                 where account_id = account and remaining > 0 order by ends_on, id loop
        exit when missing = 0;
        part := least(missing, lot.remaining);
        update bare_lots set remaining = remaining - part where id = lot.id;
        missing := missing - part;
      end loop;
      update bare_accounts set balance = balance - wanted where id = account;
      return true;
    end $$`);
  return {
    async open(coupon: { id: number; quota: number }): Promise<void> {
      await pool.query('insert into bare_coupons (id, quota) values ($1, $2)', [coupon.id, coupon.quota]);
    },
    async credit(accountIds: readonly number[], points: number): Promise<void> {
      await pool.query(
        `insert into bare_accounts select id, $2 from unnest($1::bigint[]) id
         on conflict (id) do update set balance = bare_accounts.balance + excluded.balance`,
        [accountIds, points],
      );
      await pool.query(
        `insert into bare_lots (account_id, remaining, ends_on) select id, $2, '2027-12-31' from unnest($1::bigint[]) id`,
        [accountIds, points],
      );
    },
    async claim(couponId: number, memberId: number): Promise<boolean> {
      const { rowCount } = await pool.query({
        name: 'bare-claim',
        text: `with counted as (
                 update bare_coupons set claimed = claimed + 1 where id = $1 and claimed < quota returning id
               )
               insert into bare_claims select id, $2 from counted`,
        values: [couponId, memberId],
      });
      return rowCount === 1;
    },
    async spend(key: string, accountId: number, points: number): Promise<boolean> {
      const { rows } = await pool.query({
        name: 'bare-spend',
        text: 'select bare_spend($1, $2, $3) as is_spent',
        values: [key, accountId, points],
      });
      return rows[0]?.is_spent;
    },
  };
}
