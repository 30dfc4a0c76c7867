-- Thanks for an order on the internet: a coupon that is good in a store. A coupon of the same key stays as it is.

insert into coupons (key, title, reward_kind, amount_off_twd, min_spend_twd, channels, is_claimable, valid_days,
                     per_member, created_at)
values ('online-thanks', '{"zh-TW": "門市見面折 NT$80", "en": "See you in store: NT$80", "ja": "店舗で使えるNT$80 OFF"}',
        'amount_off', 80, 300, array['store'], false, 30, 100, now())
on conflict (key) do nothing;

insert into flows (key, is_on, rank, settings) values
('online_thanks', false, 4, '{ "couponKey": "online-thanks", "purchases": "first" }');

insert into flow_words (flow_key, step, locale, words) values
('online_thanks', 'thanks', 'zh-TW', '{"headline": "謝謝您在網路下單", "text": "{name}，下次來門市，這張 {gift} 留給您，可用到 {end}。"}'),
('online_thanks', 'thanks', 'en', '{"headline": "Thank you for your order", "text": "{name}, next time you come by a store, here''s {gift}, good through {end}."}'),
('online_thanks', 'thanks', 'ja', '{"headline": "ご注文ありがとうございます", "text": "{name}さん、次に店舗へお越しの際は{gift}をお使いください（{end}まで）。"}');
