import type { InboxWords, Keywords } from './words.zh-TW.ts';

export const keywordsEn: Keywords = {
  bind: ['join', 'bind', 'sign up', 'register'],
  card: ['card', 'my card', 'member card', 'membership card', 'membership', 'member'],
  code: ['code', 'member code', 'my code', 'barcode'],
  points: ['points', 'my points', 'point', 'balance'],
  why: ['why', 'why this number', 'why this tier'],
  coupons: ['coupons', 'coupon', 'see coupons', 'vouchers', 'voucher'],
  my_coupons: ['my coupons', 'my coupon'],
  invite: [
    'invite',
    'invite friends',
    'invite a friend',
    'invite code',
    'invitation',
    'refer',
    'refer a friend',
    'referral',
  ],
  stores: ['stores', 'store', 'shops', 'shop', 'opening hours', 'hours', 'address'],
  returns: ['returns', 'return', 'refund', 'exchange'],
  rules: ['rules', 'rule', 'member rules', 'membership rules', 'terms'],
  help: ['help', 'menu'],
  less: ['less', 'fewer'],
  stop: ['stop', 'unsubscribe'],
  resume: ['resume', 'start'],
  agent: ['agent', 'human', 'staff', 'support'],
  unbind: ['unbind', 'unlink'],
  settings: ['settings', 'setting'],
  resend: ['resend', 'resend code'],
  change_phone: ['change phone', 'change number'],
  change_birthday: ['birthday', 'change birthday'],
  cancel_bind: ['not now'],
  back: ['back', 'go back', 'previous', 'previous step'],
  lang_zh: ['chinese'],
  lang_en: ['english'],
  lang_ja: ['japanese'],
  yes: ['yes', 'y', 'ok', 'okay'],
  no: ['no', 'n', 'cancel', 'keep it'],
};

export const en: InboxWords = {
  groupNotice: (brand) =>
    `Please check member details in your 1:1 chat with ${brand}; nothing personal is shown here.`,
  notDone: () =>
    'Sorry, that didn\'t go through; your points and coupons are unchanged. Try again in a minute, or type "agent".',
  points: () => 'Points',
  agent: () => 'Agent',
  openChat: () => 'Open 1:1 chat',
};
