import type { ReferralWords } from './words.zh-TW.ts';

export const ja: ReferralWords = {
  title: () => '友だち紹介でお二人に特典',
  alt: (reward) => `友だち紹介：お二人に${reward}`,
  whoGets: (invitee, inviter) => `友だちには${invitee}、ご本人には${inviter}を差し上げます。`,
  when: (days) => `友だちが会員連携し、初回購入から${days}日間返品がなければお届けします。`,
  codeLabel: () => '紹介コード',
  counts: (bound, waiting) => `参加${bound}人、待ち${waiting}人`,
  keepingOne: (day) => `1人が購入済み。${day}を過ぎて返品がなければお届けします`,
  keeping: (count, day) => `${count}人が購入済み。最初の方は${day}を過ぎて返品がなければお届けします`,
  queued: (count, days, most, isOne) =>
    `${count}人分の特典は順番待ちです（${isOne ? '24時間' : `${days}日`}で${most}人まで）`,
  inProgress: (count) => `${count}人分の特典は手続き中です`,
  share: () => '友だちに送る',
  copy: () => 'コードをコピー',
  marker: () => 'リンクから紹介コード',
  invitation: (brand, code, reward, link) =>
    `${brand}によく行きます。一緒にどうですか？リンクから紹介コード ${code} を送り、会員連携と初回購入で、お二人とも${reward}がもらえます。${link}`,
  shortInvitation: (code, link) => `リンクから紹介コード ${code} を送ってください：${link}`,
  notYet: (needed, done) => `${needed}回のお買い物（返品期間後）で友だちを紹介できます。現在${done}回です。`,
  received: (bindDays, keptDays, reward) =>
    `紹介コードを受け取りました。${bindDays}日以内に会員連携し、初回購入から${keptDays}日間返品がなければ、お二人に${reward}を差し上げます。`,
  friendBound: (keptDays) =>
    `紹介コードで友だちが参加しました。初回購入から${keptDays}日間返品がなければ、特典をお届けします。`,
  rewardedInviter: (reward, emoji) =>
    `友だちの初回購入が確認できました。${emoji}${reward}を「マイクーポン」に入れました。ご紹介ありがとうございます。`,
  rewardedInvitee: (days, reward, emoji) =>
    `初回購入から${days}日たちました。${emoji}紹介特典の${reward}を「マイクーポン」に入れました。`,
  whoGetsFull: (invitee, most) =>
    `友だちには${invitee}を差し上げます。紹介特典はお一人${most}回までで、すべてお届けしました。`,
  invitationFull: (brand, code, invitee, link) =>
    `${brand}によく行きます。一緒にどうですか？リンクから紹介コード ${code} を送り、会員連携と初回購入で、${invitee}がもらえます。${link}`,
  atLeast: (money) => `初回購入は${money}以上が対象です。`,
  receivedFull: (bindDays, keptDays, invitee) =>
    `紹介コードを受け取りました。${bindDays}日以内に会員連携し、初回購入から${keptDays}日間返品がなければ、${invitee}を差し上げます。`,
  full: (most, emoji) =>
    `友だちの初回購入が確認でき、友だちに特典をお届けしました。${emoji}紹介特典はお一人${most}回までで、すべてお届け済みです。`,
  milestone: (friends, title, emoji) =>
    `ご紹介の友だちが${friends}人になりました。ありがとうございます。${emoji}「${title}」の称号を会員証に載せました。`,
  milestoneGift: (friends, title, gift, emoji) =>
    `ご紹介の友だちが${friends}人になりました。${emoji}「${title}」の称号を会員証に載せ、${gift}を「マイクーポン」に入れました。`,
  honour: (title, friends) => `${title}・紹介${friends}人`,
  ownCode: () => 'ご自身の紹介コードです。友だちにお送りください。',
  ring: () => '互いの紹介は特典の対象外です。そのほかの会員特典はそのままです。',
  secondInviter: () => '紹介コードは1人1回です。すでに別のコードをお使いです。',
  alreadyMember: () =>
    '紹介コードは、まだ会員でない友だち用です。すでに会員ですので、友だちをご紹介ください。',
  tooLate: (days) =>
    `この紹介コードは${days}日以内に連携がありませんでした。友だちにもう一度送ってもらってください。`,
  unknownCode: () =>
    'この紹介コードは見つかりません。8文字をご確認いただくか、友だちに転送してもらってください。',
  gift: () => 'ご紹介特典',
  invite: () => '友だち紹介',
  card: () => '会員証',
  bind: () => '会員連携',
  myCoupons: () => 'マイクーポン',
};
