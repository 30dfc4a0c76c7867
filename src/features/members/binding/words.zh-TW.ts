import { han } from '#foundation/han-spacing-rules.ts';
/** The signs with which a date is written in Chinese and Japanese. */
export const dateWords = {
  year: '年',
  month: '月',
  /** A month alone may be called so. */
  part: '份',
  day: '[日號号]',
  /** At the place of its value; the last is another way to write nought. */
  digits: '〇一二三四五六七八九零',
  ten: '十',
  twenty: '廿',
  thirty: '卅',
  first: '元',
  /** Name of an era → the Western year before its first. */
  eras: {
    '(?:中華)?民[國国]': 1911,
    roc: 1911,
    明治: 1867,
    大正: 1911,
    昭和: 1925,
    平成: 1988,
    令和: 2018,
  },
  around: /^(?:我的)?(?:生日|誕生日)?[是は:]?|(?:生日|生まれ|です|生)$/g,
};

/** "It did not come", in the three languages, while a code is awaited. */
export const notReceived =
  /沒收到|没收到|收不到|沒有收到|未收到|didn.?t (?:get|receive|arrive)|not (?:received|arrived)|no (?:code|sms|text)|届かない|届いてい?ない|届きません|来ない/i;

/** Whole labels that agree, typed where buttons cannot be tapped. */
export const typedConsent = {
  withOffers: ['同意，也收優惠訊息', 'Agree, with offers', '同意・お知らせあり'],
  service: ['同意，不收優惠訊息', 'Agree, no offers', '同意・お知らせなし', '同意', 'agree', '同意する'],
};

type Gift = { title: string; end: string };

const you = { formal: '您', familiar: '你' };
type Address = keyof typeof you;

export const zhTW = {
  askPhone: () => '第 1 步，共 4 步：請輸入手機號碼，例如 0912345678。號碼用來寄驗證碼、確認會員身分。',
  codeSent: (tail: string) =>
    `第 2 步，共 4 步：驗證碼已用簡訊寄往尾碼 ${tail} 的手機，請在 5 分鐘內輸入 6 位數字。`,
  wrongCode: (left: string) => `數字對不上，還可以再試 ${left}。請看最新的那封簡訊。`,
  codeSms: (brand: string, code: string) =>
    `【${brand}】驗證碼 ${code}，5 分鐘內有效。請勿告訴他人，我們不會來電索取。`,
  askBirthday: () => '第 3 步，共 4 步：生日是幾月幾日？例如 2/29 或 2 月 29 日。生日禮會照這一天送。',
  askNewBirthday: () => '新的生日是幾月幾日？例如 2/29 或 2 月 29 日。生日禮會照這一天送。',
  askDay: (month: number, lastDay: number) => `${month} 月幾日？請輸入數字，例如 ${lastDay}。`,
  month: (month: number) => `${month} 月`,
  yearWithRoc: (year: number, roc: number | null) =>
    roc === null ? `${year} 年` : `${year} 年（民國 ${roc} 年）`,
  echoBirthday: (day: string) => `生日是 ${day}，對嗎？`,
  birthdayWithYear: (year: string, day: string) => `${year}${day}`,
  consentTitle: () => '第 4 步，共 4 步：確認',
  consentWho: (tail: string, birthday: string) => `手機尾碼 ${tail}，生日 ${birthday}`,
  consentService: () => '會員服務（必要）：記錄消費、點數和優惠券，在這裡回覆查詢。',
  consentOffers: () => '優惠訊息（可不選）：生日禮、到期提醒、專屬優惠，隨時可輸入「停止」。',
  consentLeapDay: (to: Address) => `沒有 29 日的年份，2 月 28 日祝${you[to]}生日快樂。`,
  consentMinor: () => '未滿 18 歲，請和監護人一起看過再同意。',
  consentAlt: () => '綁定確認',
  guardian: () => '未滿 18 歲需要監護人同意。請和監護人一起看過條款，再點「監護人已同意」。',
  editWhich: () => '要改哪一項？',
  cancelled: () => '好的，先不綁定，剛才的手機和生日不會存進會員資料。想綁定時再輸入「綁定會員」。',
  joined: (gift: Gift | null) =>
    `綁定完成！${gift ? han`見面禮 ${gift.title} 已放進「我的優惠券」，可用到 ${gift.end}。` : ''}以前在門市消費過、點數沒進來，請點「找回點數」。`,
  found: (points: string | null, gift: Gift | null) =>
    `綁定完成！以前的消費紀錄也併進來了${points ? `，現在有 ${points}` : ''}。${gift ? han`見面禮 ${gift.title} 已放進「我的優惠券」，可用到 ${gift.end}。` : ''}`,
  askMove: () =>
    '這支手機的會員卡綁在另一個 LINE。要改綁到這裡嗎？原本的 LINE 會收到通知，點數和優惠券 24 小時後才能使用。',
  moved: (from: string) => han`改綁完成。消費照常累積，點數和優惠券從 ${from} 起可以使用。`,
  held: (from: string) => han`改綁後的 24 小時保護還沒結束，${from} 起可以使用。`,
  cardMoved: (to: Address, until: string) =>
    han`${you[to]}的會員卡剛改綁到另一個 LINE。不是${you[to]}本人嗎？請在 ${until} 以前點「不是我」，我們會先鎖住點數和優惠券。`,
  cardMovedSms: (brand: string, to: Address) =>
    `【${brand}】${you[to]}的會員卡已改綁到另一個 LINE。若非本人操作，請到門市或在官方帳號輸入「真人」。`,
  locked: (to: Address) => `已經鎖住點數和優惠券，專人會在這裡和${you[to]}確認。`,
  moveAcknowledged: () => '好的，維持改綁後的設定。',
  guardTooLate: () => '24 小時的保護已經結束。有問題請輸入「真人」，請專人協助。',
  resume: (step: string) => `剛才綁定做到「${step}」，接著做嗎？`,
  steps: {
    phone: '輸入手機號碼',
    code: '輸入驗證碼',
    birthday: '輸入生日',
    consent: '確認',
    guardian: '監護人同意',
    move: '確認改綁',
  },
  nothingToResend: () => '還沒有驗證碼可以重寄，要先有手機號碼。',
  phoneProven: () => '手機號碼已經驗證過了，不用再寄驗證碼。',
  birthdayLater: () => '生日在第 3 步才填，先把手機號碼驗證完。',
  startAnew: () => '綁定停了超過 30 分鐘，為了安全要重新開始，大約 1 分鐘。',
  alreadyBound: (lastFour: string) => `已經綁定了，會員編號末四碼 ${lastFour}。`,
  needsBinding: () => '先綁定會員就看得到了，大約 1 分鐘。',
  confirmBirthday: (day: string) => han`生日只能改一次。要改成 ${day} 嗎？`,
  birthdayUsedUp: () => '生日已經改過一次。需要再改，請帶證件到門市，或輸入「真人」。',
  birthdayChanged: (day: string) => `改好了，生日是 ${day}。`,
  birthdayKept: () => '好的，生日不改。想改時再輸入「改生日」。',
  askUnbind: (kept: string | null) =>
    `解除後，這個 LINE 看不到會員卡。${kept ? `${kept}會留著、期限不變，` : '會員資料會留著，'}用同一支手機和生日重新綁定就看得到。要解除嗎？`,
  kept: (points: string | null, coupons: string | null) =>
    [points, coupons].filter((part) => part !== null).join('和 '),
  coupons: (count: string) => `${count} 張優惠券`,
  unbindAlt: () => '解除綁定確認',
  unbound: () => '已經解除綁定。想刪除個人資料，請輸入「真人」。',
  staysBound: () => '好的，維持綁定。',
  offerSite: () => '在會員網站登入，就能把會員卡綁到這個 LINE，大約 1 分鐘。之後隨時可以輸入「解除綁定」。',
  linkRanOut: () => '這個連結已經用過或超過 10 分鐘了，再點一次「綁定會員」就有新的。',
  offersOff: () => '優惠訊息目前沒有開啟，想收請輸入「恢復」。',
  labels: {
    bind: '綁定會員',
    privacy: '個資告知',
    notNow: '先不綁定',
    resend: '重寄驗證碼',
    changePhone: '改手機號碼',
    stores: '門市',
    coupons: '優惠券',
    pickDate: '用日曆選',
    correct: '對',
    changeBirthday: '改生日',
    consentAll: '同意，也收優惠訊息',
    consentService: '同意，不收優惠訊息',
    edit: '改資料',
    terms: '看條款',
    guardianAgreed: '監護人已同意',
    card: '會員卡',
    mine: '我的優惠券',
    findPoints: '找回點數',
    move: '改綁到這裡',
    keep: '維持原樣',
    notMe: '不是我',
    wasMe: '是我改的',
    resume: '接著綁定',
    birthdayYes: '改成這一天',
    birthdayNo: '不改',
    unbindYes: '確定解除',
    unbindNo: '不解除',
    site: '會員登入',
    byPhone: '改用手機綁定',
    offersOn: '恢復',
  },
};

export type BindingWords = typeof zhTW;
