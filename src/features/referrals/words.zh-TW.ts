import type { BrandPolicy } from '#foundation/brand.ts';
import { han } from '#foundation/han-spacing-rules.ts';

type Address = BrandPolicy['address'];

const you = (address: Address): string => (address === 'formal' ? '您' : '你');

/** Every value is ready to show. `emoji` is '' or an emoji and a space. */
export const zhTW = {
  title: () => '邀請好友，兩人都有禮',
  alt: (reward: string) => han`邀請好友：兩個人都會收到 ${reward}`,
  whoGets: (invitee: string, inviter: string, address: Address) =>
    han`朋友會收到 ${invitee}，${you(address)}會收到 ${inviter}。`,
  when: (days: string) => `朋友綁定會員，第一次消費滿 ${days} 天沒有退貨就送出。`,
  codeLabel: () => '邀請碼',
  counts: (bound: string, waiting: string) => `已加入 ${bound} 位，等待中 ${waiting} 位`,
  /** Friends who have bought and whose reward waits. `day`: past it, if nothing comes back. */
  keepingOne: (day: string) => `1 位已消費，過了 ${day}沒有退貨就送出`,
  keeping: (count: string, day: string) => `${count} 位已消費，最早的過了 ${day}沒有退貨就送出`,
  queued: (count: string, days: string, most: string, isOne: boolean) =>
    isOne
      ? `${count} 位的邀請禮在排隊：24 小時內最多 ${most} 位，輪到就送出`
      : `${count} 位的邀請禮在排隊：${days} 天內最多 ${most} 位，輪到就送出`,
  inProgress: (count: string, _isOne: boolean) => `${count} 位的邀請禮處理中`,
  share: () => '轉傳給朋友',
  copy: () => '複製邀請碼',
  /** What stands before the code in `invitation`: by it a forwarded invitation is known. */
  marker: () => '點連結送出邀請碼',
  invitation: (brand: string, code: string, reward: string, link: string) =>
    han`我常去 ${brand}，一起加入吧。點連結送出邀請碼 ${code}，綁定會員並完成第一次消費，兩個人都會收到 ${reward}。${link}`,
  shortInvitation: (code: string, link: string) => `點連結送出邀請碼 ${code}：${link}`,
  notYet: (needed: string, done: string) =>
    `完成 ${needed} 次消費（過了退貨期）就能邀請好友，目前 ${done} 次。`,
  received: (bindDays: string, keptDays: string, reward: string, address: Address) =>
    han`收到邀請碼！${bindDays} 天內綁定會員，第一次消費滿 ${keptDays} 天沒有退貨，${you(address)}和朋友都會收到 ${reward}。`,
  friendBound: (keptDays: string, address: Address) =>
    `有位朋友用${you(address)}的邀請碼加入了。朋友第一次消費滿 ${keptDays} 天沒有退貨，獎勵就會送出。`,
  rewardedInviter: (reward: string, emoji: string, address: Address) =>
    han`朋友的第一次消費確認了，${reward} 已經放進「我的優惠券」。${emoji}謝謝${you(address)}的介紹！`,
  rewardedInvitee: (days: string, reward: string, emoji: string) =>
    han`第一次消費滿 ${days} 天了，邀請禮 ${reward} 已經放進「我的優惠券」。${emoji}`.trim(),
  /** To an inviter who has had as many gifts as one gets. */
  whoGetsFull: (invitee: string, most: string) =>
    han`朋友會收到 ${invitee}。邀請禮每人最多 ${most} 份，已經送滿了。`,
  invitationFull: (brand: string, code: string, invitee: string, link: string) =>
    han`我常去 ${brand}，一起加入吧。點連結送出邀請碼 ${code}，綁定會員並完成第一次消費，就會收到 ${invitee}。${link}`,
  /** The least that the friend's first purchase must come to. */
  atLeast: (money: string) => `第一次消費要滿 ${money}。`,
  receivedFull: (bindDays: string, keptDays: string, invitee: string, address: Address) =>
    han`收到邀請碼！${bindDays} 天內綁定會員，第一次消費滿 ${keptDays} 天沒有退貨，${you(address)}會收到 ${invitee}。`,
  full: (most: string, emoji: string) =>
    `朋友的第一次消費確認了，朋友的邀請禮已經送出。${emoji}謝謝介紹！邀請禮每人最多 ${most} 份，已經送滿了。`,
  milestone: (friends: string, title: string, emoji: string, _isOne: boolean) =>
    han`介紹來的朋友滿 ${friends} 位了，謝謝！${emoji}「${title}」的稱號已經放上會員卡。`,
  milestoneGift: (friends: string, title: string, gift: string, emoji: string, _isOne: boolean) =>
    han`介紹來的朋友滿 ${friends} 位了，謝謝！${emoji}「${title}」的稱號已經放上會員卡，${gift} 也放進「我的優惠券」。`,
  /** Under the name on the member card. */
  honour: (title: string, friends: string) => han`${title} · 介紹 ${friends} 位朋友`,
  ownCode: (address: Address) => `這是${you(address)}自己的邀請碼，傳給朋友用吧。`,
  ring: () => '互相邀請不列入獎勵，會員的其他好處照常。',
  secondInviter: () => '邀請碼每人用一次，之前已經用過另一組。',
  alreadyMember: (address: Address) =>
    `邀請碼是給還沒綁定會員的新朋友用的。${you(address)}已經是會員，可以改成邀請別人。`,
  tooLate: (days: string) => `這組邀請碼超過 ${days} 天沒有綁定，請朋友再傳一次。`,
  unknownCode: () => '找不到這組邀請碼。請核對 8 個字，或請朋友直接轉傳。',
  gift: () => '邀請禮',
  invite: () => '邀請好友',
  card: () => '會員卡',
  bind: () => '綁定會員',
  myCoupons: () => '我的優惠券',
};

export type ReferralWords = typeof zhTW;
