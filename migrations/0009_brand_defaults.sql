-- A usable brand from the first boot: policy, tiers, coupons that flows and rules give, flows (off) and their words.

insert into brand_policies (section, version, effective_from, actor_kind, actor_id, data) values
('brand', 1, '2000-01-01T00:00:00Z', 'system', 'migration', '{
  "name": null,
  "zone": "Asia/Taipei",
  "colour": "#0F5B4F",
  "address": "formal",
  "emoji": "few",
  "assistantName": "小幫手",
  "memberSiteUrl": null,
  "privacyNoticeUrl": null,
  "serviceHours": { "from": "10:00", "until": "19:00" },
  "replyWithinMinutes": 30,
  "takeoverMinutes": 60,
  "freeText": "every_12_hours",
  "acceptsForeignPhones": false,
  "welcomeCouponKey": "welcome"
}'),
('points', 1, '2000-01-01T00:00:00Z', 'system', 'migration', '{
  "twdPerPoint": 100,
  "pointValueTwd": 1,
  "returnWindowDays": { "store": 0, "online": 7 },
  "ends": { "kind": "end_of_next_year" }
}'),
('returns', 1, '2000-01-01T00:00:00Z', 'system', 'migration', '{
  "storeDays": 7,
  "onlineDays": 7
}'),
('tiers', 1, '2000-01-01T00:00:00Z', 'system', 'migration', '{
  "windowMonths": 12,
  "tiers": [
    { "key": "general", "name": { "zh-TW": "一般", "en": "Basic", "ja": "レギュラー" }, "thresholdTwd": 0, "look": "general", "menu": "member",
      "benefit": { "zh-TW": "消費累積點數", "en": "points on every purchase", "ja": "お買い物ごとのポイント" } },
    { "key": "silver", "name": { "zh-TW": "銀卡", "en": "Silver", "ja": "シルバー" }, "thresholdTwd": 10000, "look": "silver", "menu": "member",
      "benefit": { "zh-TW": "生日禮和銀卡優惠券", "en": "a birthday gift and Silver coupons", "ja": "誕生日特典とシルバークーポン" } },
    { "key": "gold", "name": { "zh-TW": "金卡", "en": "Gold", "ja": "ゴールド" }, "thresholdTwd": 30000, "look": "gold", "menu": "vip",
      "benefit": { "zh-TW": "生日禮、金卡優惠券和專人服務", "en": "a birthday gift, Gold coupons and personal service", "ja": "誕生日特典、ゴールドクーポン、専任サービス" } }
  ]
}'),
('reach', 1, '2000-01-01T00:00:00Z', 'system', 'migration', '{
  "quietHours": { "from": "21:00", "until": "09:00" },
  "caps": { "perDay": 1, "perSevenDays": 2 },
  "lessDays": 14,
  "notices": { "points_earned": "next_reply", "referral_bound": "next_reply", "referral_rewarded": "push", "tier_risen": "next_reply", "tier_withdrawn": "next_reply" }
}'),
('referrals', 1, '2000-01-01T00:00:00Z', 'system', 'migration', '{
  "bindWithinDays": 30,
  "keptDays": 7,
  "minKeptPurchases": 0,
  "inviterCouponKey": "referral",
  "inviteeCouponKey": "referral"
}');

insert into coupons (key, title, reward_kind, amount_off_twd, percent_off, min_spend_twd, is_claimable, valid_days, per_member, created_at) values
('welcome', '{"zh-TW": "新會員折 NT$100", "en": "NT$100 off for new members", "ja": "新規会員 NT$100 OFF"}', 'amount_off', 100, null, 500, false, 60, 1, now()),
('birthday', '{"zh-TW": "壽星 85 折", "en": "15% off for your birthday", "ja": "バースデー15%OFF"}', 'percent_off', null, 15, 0, false, 45, 100, now()),
('win-back-first', '{"zh-TW": "回購折 NT$100", "en": "NT$100 off your next visit", "ja": "次回 NT$100 OFF"}', 'amount_off', 100, null, 600, false, 30, 100, now()),
('win-back-repeat', '{"zh-TW": "老朋友 9 折", "en": "10% off for regulars", "ja": "おなじみさま 10%OFF"}', 'percent_off', null, 10, 0, false, 30, 100, now()),
('referral', '{"zh-TW": "NT$100 好友折價券", "en": "NT$100 off", "ja": "NT$100 OFFクーポン"}', 'amount_off', 100, null, 0, false, 60, 1000, now());

insert into flows (key, is_on, rank, settings) values
('birthday', false, 1, '{ "couponKey": "birthday", "daysBefore": 30, "minDaysBetween": 300 }'),
('coupon_reminder', false, 2, '{ "daysBefore": [7, 1] }'),
('win_back', false, 3, '{ "windowDays": 90, "oneTimeCouponKey": "win-back-first", "repeatCouponKey": "win-back-repeat", "pointsWithinDays": 60 }');

insert into flow_words (flow_key, step, locale, words) values
('birthday', 'gift', 'zh-TW', '{"headline": "先祝您生日快樂", "text": "{name}，您的生日快到了，先送上 {gift}，可用到 {end}。"}'),
('birthday', 'gift', 'en', '{"headline": "Happy birthday, a little early", "text": "{name}, your birthday is coming up. Here''s {gift}, good through {end}."}'),
('birthday', 'gift', 'ja', '{"headline": "少し早いお祝いです", "text": "{name}さん、もうすぐお誕生日ですね。{gift}をどうぞ（{end}まで）。"}'),
('birthday', 'wish', 'zh-TW', '{"headline": "生日快樂", "text": "{name}，生日快樂！祝您新的一歲平安順心。", "leapText": "{name}，今年沒有 2 月 29 日，今天先祝您生日快樂！", "lateText": "{name}，生日快樂！祝福晚了幾天，祝您新的一歲平安順心。", "giftText": "生日禮 {gift} 還在，可用到 {end}。", "newGiftText": "生日禮 {gift} 也送上，可用到 {end}。"}'),
('birthday', 'wish', 'en', '{"headline": "Happy birthday", "text": "{name}, happy birthday! Wishing you a year that goes your way.", "leapText": "{name}, there is no Feb 29 this year, so happy birthday today!", "lateText": "{name}, happy birthday! A few days late, we wish you a year that goes your way.", "giftText": "Your gift is still here: {gift}, good through {end}.", "newGiftText": "Here''s your gift: {gift}, good through {end}."}'),
('birthday', 'wish', 'ja', '{"headline": "お誕生日おめでとうございます", "text": "{name}さん、お誕生日おめでとうございます！すてきな一年になりますように。", "leapText": "{name}さん、今年は2月29日がないため、今日お祝いします。お誕生日おめでとうございます！", "lateText": "{name}さん、お誕生日おめでとうございます！数日遅れましたが、すてきな一年になりますように。", "giftText": "誕生日特典 {gift}は{end}まで使えます。", "newGiftText": "誕生日特典 {gift}をどうぞ（{end}まで）。"}'),
('coupon_reminder', 'days_7', 'zh-TW', '{"headline": "還有 7 天", "text": "{name}，「{title}」還有 7 天，可用到 {end}。"}'),
('coupon_reminder', 'days_7', 'en', '{"headline": "7 days left", "text": "{name}, 7 days left for \"{title}\": good through {end}."}'),
('coupon_reminder', 'days_7', 'ja', '{"headline": "あと7日", "text": "{name}さん、「{title}」はあと7日です（{end}まで）。"}'),
('coupon_reminder', 'days_1', 'zh-TW', '{"headline": "明天最後一天", "text": "{name}，「{title}」明天（{end}）是最後一天。"}'),
('coupon_reminder', 'days_1', 'en', '{"headline": "Last day tomorrow", "text": "{name}, tomorrow ({end}) is the last day for \"{title}\"."}'),
('coupon_reminder', 'days_1', 'ja', '{"headline": "明日が最終日", "text": "{name}さん、「{title}」は明日（{end}）が最終日です。"}'),
('win_back', 'one_time', 'zh-TW', '{"headline": "{name}，上次的{category}還滿意嗎？", "text": "有問題直接在這裡說。另外留了 {offer} 給您，可用到 {end}。"}'),
('win_back', 'one_time', 'en', '{"headline": "{name}, how was the {category} you took home?", "text": "Tell us here if anything is off. We kept {offer} for you, good through {end}."}'),
('win_back', 'one_time', 'ja', '{"headline": "{name}さん、前回の{category}はいかがでしたか？", "text": "気になる点はこちらへどうぞ。{offer}をご用意しました（{end}まで）。"}'),
('win_back', 'repeat', 'zh-TW', '{"headline": "{name}，好久不見。", "text": "您常買的{category}可以用這張 {offer}，可用到 {end}。", "pointsText": "另外有 {points} 點的期限到 {pointsEnd}。"}'),
('win_back', 'repeat', 'en', '{"headline": "{name}, it''s been a while.", "text": "For the {category} you like, here''s {offer}, good through {end}.", "pointsText": "Also, {points} of your points end on {pointsEnd}."}'),
('win_back', 'repeat', 'ja', '{"headline": "{name}さん、お久しぶりです。", "text": "いつもの{category}に{offer}をお使いください（{end}まで）。", "pointsText": "ほかに{points}ポイントの期限が{pointsEnd}です。"}');
