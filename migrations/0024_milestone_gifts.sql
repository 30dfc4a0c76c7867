-- Titles for bringing friends come with a gift. A brand that has decided on rules of its own keeps them as they are.

with usual as (
  select section, effective_from, data from brand_policies b
  where b.section = 'referrals' and b.version = 2 and b.actor_kind = 'system' and b.actor_id = 'migration'
    and not exists (select 1 from brand_policies o where o.section = 'referrals' and o.version > 2)
), gifts as (
  insert into coupons (key, title, reward_kind, amount_off_twd, min_spend_twd, is_claimable, valid_days, per_member,
                       created_at)
  select gift.* from usual, (values
    ('pathfinder-1', '{"zh-TW": "引路人謝禮 NT$50", "en": "Pathfinder: NT$50 off", "ja": "案内人特典 NT$50 OFF"}'::jsonb,
     'amount_off', 50, 0, false, 60, 100, now()),
    ('pathfinder-5', '{"zh-TW": "金牌引路人謝禮 NT$150", "en": "Gold Pathfinder: NT$150 off", "ja": "ゴールド案内人特典 NT$150 OFF"}'::jsonb,
     'amount_off', 150, 0, false, 60, 100, now()),
    ('pathfinder-10', '{"zh-TW": "首席引路人謝禮 NT$300", "en": "Chief Pathfinder: NT$300 off", "ja": "最高案内人特典 NT$300 OFF"}'::jsonb,
     'amount_off', 300, 0, false, 60, 100, now())
  ) as gift
  on conflict (key) do nothing
)
insert into brand_policies (section, version, effective_from, actor_kind, actor_id, data)
select section, 3, effective_from, 'system', 'migration', jsonb_set(data, '{milestones}', (
  select jsonb_agg(case when step ->> 'couponKey' is not null then step
                        else step || jsonb_build_object('couponKey', 'pathfinder-' || (step ->> 'friends')) end
                   order by (step ->> 'friends')::int)
  from jsonb_array_elements(data -> 'milestones') step))
from usual;
