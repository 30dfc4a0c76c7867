import type { BindingWords } from './words.zh-TW.ts';

export const ja: BindingWords = {
  askPhone: () =>
    '手順1（全4手順）：携帯番号を入力してください（例：0912345678）。認証コードの送信と本人確認に使います。',
  codeSent: (tail) =>
    `手順2（全4手順）：末尾${tail}の番号に認証コードを送りました。5分以内に6桁を入力してください。`,
  badPhone: () => '携帯番号ではないようです。09から始まる10桁で入力してください（例：0912345678）。',
  landline: (prefix) =>
    `${prefix}から始まる番号は固定電話のため、SMSが届きません。携帯番号を入力してください。`,
  foreignPhone: () => '海外の番号は国番号を付けてください（例：+81 90 1234 5678）。',
  wrongCode: (left) => `数字が一致しません。あと${left}入力できます。最新のSMSをご確認ください。`,
  codeExpired: () => '発行から5分を過ぎました。新しいコードを送ります。',
  triesUsed: () => '5回一致しなかったため、このコードは使えなくなりました。再送してください。',
  sendsUsed: () =>
    '本日の認証コードの送信回数を使い切りました。明日もう一度お試しいただくか、店舗でお尋ねください。',
  notReceived: () =>
    'SMSの到着に1〜2分かかることがあります。迷惑SMSもご確認ください。届かないときは再送できます。',
  smsIsDown: () => '申し訳ありません、今SMSを送れません。10分後に「コードを再送」を押してください。',
  codeSms: (brand, code) => `【${brand}】認証コード ${code}（5分間有効）。他の人に教えないでください。`,
  askBirthday: () => '手順3（全4手順）：誕生日は何月何日ですか？（例：2/29）誕生日特典をお届けします。',
  askNewBirthday: () => '誕生日は何月何日ですか？（例：2/29）誕生日特典をお届けします。',
  askDay: (month, lastDay) => `${month}月の何日ですか？数字を入力してください（例：${lastDay}）。`,
  month: (month) => `${month}月`,
  noSuchDay: (month, day) => `${month}月に${day}日はありません。もう一度入力してください（例：2/29）。`,
  noSuchDayInYear: (year, month, lastDay) =>
    `${year}の${month}月は${lastDay}日までです。もう一度ご確認ください。`,
  yearWithRoc: (year, roc) => (roc === null ? `${year}年` : `${year}年（民国${roc}年）`),
  futureBirthday: () => 'まだ来ていない日です。年をもう一度ご確認ください。',
  echoBirthday: (day) => `誕生日は${day}でよろしいですか？`,
  birthdayWithYear: (year, day) => `${year}${day}`,
  consentTitle: () => '手順4（全4手順）：確認',
  consentWho: (tail, birthday) => `番号の末尾${tail}、誕生日${birthday}`,
  consentService: () => '会員サービス（必須）：購入、ポイント、クーポンを記録し、ここでお答えします。',
  consentOffers: () => 'お知らせ（任意）：誕生日特典、期限、会員限定。いつでも「停止」で止められます。',
  consentLeapDay: () => '29日がない年は、2月28日にお祝いします。',
  consentMinor: () => '18歳未満の方は保護者とお読みください。',
  consentAlt: () => '会員連携の確認',
  guardian: () =>
    '18歳未満の方は保護者の同意が必要です。一緒に規約を読み、「保護者が同意」を押してください。',
  editWhich: () => 'どちらを修正しますか？',
  cancelled: () =>
    '今は連携しません。入力した番号と誕生日は会員情報に残りません。連携するときは「会員連携」と入力してください。',
  joined: (gift) =>
    `連携できました。${gift ? `${gift.title}を「マイクーポン」に入れました（${gift.end}まで）。` : ''}以前のポイントがない場合は「ポイントを探す」へ。`,
  found: (points, gift) =>
    `連携できました。以前の購入履歴もまとめました${points ? `。現在${points}です` : ''}。${gift ? `${gift.title}を「マイクーポン」に入れました（${gift.end}まで）。` : ''}`,
  askMove: () =>
    'この番号の会員証は別のLINEに連携されています。こちらへ移しますか？元のLINEに通知し、ポイントとクーポンは24時間後から使えます。',
  moved: (from) =>
    `会員証を移しました。お買い物のポイントはこれまで通り。ポイントとクーポンは${from}から使えます。`,
  held: (from) => `移行後24時間の保護期間中です。${from}から使えます。`,
  cardMoved: (_to, until) =>
    `会員証が別のLINEに移されました。お心当たりがなければ、${until}までに「私ではない」を押してください。ポイントとクーポンをロックします。`,
  cardMovedSms: (brand) =>
    `【${brand}】会員証が別のLINEに移されました。お心当たりがなければ店舗かLINEの「オペレーター」へ。`,
  locked: () => 'ポイントとクーポンをロックしました。担当者がここで確認します。',
  moveAcknowledged: () => '承知しました。このままにします。',
  guardTooLate: () =>
    '24時間の保護期間が終わりました。お心当たりがなければ「オペレーター」と入力してください。',
  resume: (step) => `先ほどは「${step}」まで進みました。続けますか？`,
  steps: {
    phone: '携帯番号の入力',
    code: '認証コードの入力',
    birthday: '誕生日の入力',
    consent: '確認',
    guardian: '保護者の同意',
    move: '移行の確認',
  },
  startAnew: () => '30分を過ぎたため、安全のため最初からやり直します（約1分）。',
  alreadyBound: (lastFour) => `すでに連携済みです。会員番号の下4桁は${lastFour}です。`,
  needsBinding: () => '会員連携をするとご覧になれます（約1分）。',
  confirmBirthday: (day) => `誕生日の変更は1回だけです。${day}に変更しますか？`,
  birthdayUsedUp: () =>
    '誕生日は一度変更されています。再度の変更は身分証をお持ちの上店舗へ、または「オペレーター」と入力してください。',
  birthdayChanged: (day) => `変更しました。誕生日は${day}です。`,
  birthdayKept: () => '誕生日はそのままにします。',
  askUnbind: (kept) =>
    `解除すると、このLINEで会員証を見られなくなります。${kept ? `${kept}は期限そのままで残り` : '会員情報は残り'}、同じ番号と誕生日で再連携できます。解除しますか？`,
  kept: (points, coupons) => [points, coupons].filter((part) => part !== null).join('と'),
  coupons: (count) => `クーポン${count}枚`,
  unbindAlt: () => '連携解除の確認',
  unbound: () => '連携を解除しました。個人情報の削除をご希望の方は「オペレーター」と入力してください。',
  staysBound: () => '連携はそのままです。',
  offerSite: () =>
    '会員サイトにログインすると、会員証をこのLINEに連携できます（約1分）。解除はいつでも「連携解除」と入力してください。',
  linkRanOut: () => 'このリンクは使用済みか10分を過ぎています。もう一度「会員連携」を押してください。',
  offersOff: () => 'お知らせは停止中です。受け取るには「再開」と入力してください。',
  labels: {
    bind: '会員連携',
    privacy: '個人情報の扱い',
    notNow: '今はしない',
    resend: 'コードを再送',
    changePhone: '番号を変更',
    stores: '店舗',
    coupons: 'クーポン',
    pickDate: 'カレンダー',
    correct: 'はい',
    changeBirthday: '誕生日を変更',
    consentAll: '同意・お知らせあり',
    consentService: '同意・お知らせなし',
    edit: '修正',
    terms: '規約を読む',
    guardianAgreed: '保護者が同意',
    card: '会員証',
    mine: 'マイクーポン',
    findPoints: 'ポイントを探す',
    move: 'こちらへ移す',
    keep: 'そのままにする',
    notMe: '私ではない',
    wasMe: '私です',
    resume: '続ける',
    birthdayYes: 'この日に変更',
    birthdayNo: '変更しない',
    unbindYes: '解除する',
    unbindNo: '解除しない',
    site: 'ログイン',
    byPhone: '番号で連携',
    offersOn: '再開',
  },
};
