import type { BindingWords } from './words.zh-TW.ts';

export const en: BindingWords = {
  askPhone: () =>
    "Step 1 of 4: type your mobile number, e.g. 0912345678. We use it to send a code and to confirm it's you.",
  codeSent: (tail) =>
    `Step 2 of 4: we've texted a code to the number ending ${tail}. Type the 6 digits within 5 minutes.`,
  wrongCode: (left) => `Those digits don't match. ${left} left. Please use the latest text message.`,
  codeSms: (brand, code) =>
    `[${brand}] Your code is ${code}, valid for 5 minutes. Never share it; we never call to ask for it.`,
  askBirthday: () =>
    'Step 3 of 4: when is your birthday? Month and day, e.g. 2/29. Your birthday gift follows it.',
  askNewBirthday: () => 'When is your birthday? Month and day, e.g. 2/29. Your birthday gift follows it.',
  askDay: (month, lastDay) => `Which day in ${monthNames[month - 1]}? Type the number, e.g. ${lastDay}.`,
  month: (month) => monthNames[month - 1] ?? String(month),
  yearWithRoc: (year, roc) => (roc === null ? `${year}` : `${year} (ROC ${roc})`),
  echoBirthday: (day) => `Your birthday is ${day}, right?`,
  birthdayWithYear: (year, day) => `${day}, ${year}`,
  consentTitle: () => 'Step 4 of 4: confirm',
  consentWho: (tail, birthday) => `Number ending ${tail}, birthday ${birthday}`,
  consentService: () => 'Membership (needed): we record purchases, points and coupons and answer you here.',
  consentOffers: () => 'Offers (optional): birthday gift, reminders, member offers; type "stop" any time.',
  consentLeapDay: () => 'In years without Feb 29 we wish you a happy birthday on Feb 28.',
  consentMinor: () => 'Under 18? Please read this with a guardian.',
  consentAlt: () => 'Confirm to join',
  guardian: () =>
    'Under 18, a guardian has to agree. Please read the terms together, then tap "Guardian agreed".',
  editWhich: () => 'What would you like to change?',
  cancelled: () =>
    'OK, not now. The number and birthday you gave are not kept as member data. Type "join" when you like.',
  joined: (gift) =>
    `You're in! ${gift ? `${gift.title} is in My coupons, good through ${gift.end}. ` : ''}Bought here before and points are missing? Tap Find my points.`,
  found: (points, gift) =>
    `You're in! Your earlier purchases came along${points ? `: you have ${points} now` : ''}.${gift ? ` ${gift.title} is in My coupons, good through ${gift.end}.` : ''}`,
  askMove: () =>
    "This number's card is linked to another LINE account. Move it here? That account will be told, and points and coupons can be used after 24 hours.",
  moved: (from) => `Moved. You collect points as always; points and coupons can be used from ${from}.`,
  held: (from) => `The 24 hours of protection after the move are not over: points and coupons from ${from}.`,
  cardMoved: (_to, until) =>
    `Your card was just moved to another LINE account. Not you? Tap "Not me" before ${until} and we'll lock your points and coupons.`,
  cardMovedSms: (brand) =>
    `[${brand}] Your member card was moved to another LINE account. Not you? Ask in a store or type "agent" in our LINE chat.`,
  locked: () => 'Your points and coupons are locked. Our staff will check with you here.',
  moveAcknowledged: () => 'OK, the move stays as it is.',
  guardTooLate: () => 'The 24 hours of protection are over. If something is wrong, type "agent".',
  resume: (step) => `You got as far as "${step}". Go on?`,
  steps: {
    phone: 'mobile number',
    code: 'code',
    birthday: 'birthday',
    consent: 'confirm',
    guardian: "guardian's consent",
    move: 'confirm the move',
  },
  nothingToResend: () => 'There is no code to send again yet: we need your mobile number first.',
  phoneProven: () => 'Your number is confirmed already, no new code is needed.',
  birthdayLater: () => 'Your birthday comes in step 3, once your number is confirmed.',
  startAnew: () => 'More than 30 minutes went by, so for safety please start again. It takes about a minute.',
  alreadyBound: (lastFour) => `You've joined already; your member number ends in ${lastFour}.`,
  needsBinding: () => 'Join first to see this. It takes about a minute.',
  confirmBirthday: (day) => `You can change your birthday only once. Change it to ${day}?`,
  birthdayUsedUp: () =>
    'Your birthday was changed once before. To change it again, bring an ID to a store or type "agent".',
  birthdayChanged: (day) => `Done, your birthday is ${day}.`,
  birthdayKept: () => 'OK, your birthday stays as it is. Type "birthday" when you want to change it.',
  askUnbind: (kept) =>
    `This LINE will no longer show your card. ${kept ? `Your ${kept} are kept with the same end dates` : 'Your membership is kept'}; join again with the same phone and birthday to see ${kept ? 'them' : 'it'}. Unlink?`,
  kept: (points, coupons) => [points, coupons].filter((part) => part !== null).join(' and '),
  coupons: (count) => (count === '1' ? '1 coupon' : `${count} coupons`),
  unbindAlt: () => 'Unlink your card?',
  unbound: () => 'Unlinked. To have your personal data deleted, type "agent".',
  staysBound: () => 'OK, your card stays linked.',
  offerSite: () =>
    'Sign in on our member site to link your card to this LINE. It takes about a minute; type "unbind" to unlink any time.',
  linkRanOut: () =>
    'That link was used before or is over 10 minutes old. Tap "Join" once more for a new one.',
  offersOff: () => 'Offers are off; type "resume" to get them.',
  labels: {
    bind: 'Join',
    privacy: 'Privacy notice',
    notNow: 'Not now',
    resend: 'Resend code',
    changePhone: 'Change number',
    stores: 'Stores',
    coupons: 'Coupons',
    pickDate: 'Pick a date',
    correct: "That's right",
    changeBirthday: 'Change birthday',
    consentAll: 'Agree, with offers',
    consentService: 'Agree, no offers',
    edit: 'Edit',
    terms: 'Read the terms',
    guardianAgreed: 'Guardian agreed',
    card: 'Card',
    mine: 'My coupons',
    findPoints: 'Find my points',
    move: 'Move it here',
    keep: 'Leave as is',
    notMe: 'Not me',
    wasMe: 'It was me',
    resume: 'Go on',
    birthdayYes: 'Change it',
    birthdayNo: 'Keep it',
    unbindYes: 'Unlink',
    unbindNo: 'Keep',
    site: 'Sign in',
    byPhone: 'Use my number',
    offersOn: 'Resume',
  },
};

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
