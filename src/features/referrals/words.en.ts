import type { ReferralWords } from './words.zh-TW.ts';

export const en: ReferralWords = {
  title: () => 'Invite a friend, gifts for two',
  alt: (reward) => `Invite a friend: you both get ${reward}`,
  whoGets: (invitee, inviter) => `Your friend gets ${invitee}; you get ${inviter}.`,
  when: (days) => `Sent once your friend has joined and kept a first purchase for ${days} days.`,
  codeLabel: () => 'Invite code',
  counts: (bound, waiting) => `${bound} joined, ${waiting} on the way`,
  keepingOne: (day) => `1 has bought: the gifts follow after ${day} if nothing is returned`,
  keeping: (count, day) => `${count} have bought: the first gifts follow after ${day} if nothing is returned`,
  queued: (count, days, most, isOne) =>
    `Gifts for ${count} are in line: at most ${most} within ${isOne ? '24 hours' : `${days} days`}`,
  inProgress: (count, isOne) => `${isOne ? 'A gift is' : `Gifts for ${count} are`} being processed`,
  share: () => 'Send to a friend',
  copy: () => 'Copy the code',
  marker: () => 'Tap the link to send the invite code',
  invitation: (brand, code, reward, link) =>
    `I'm a regular at ${brand}. Come along! Tap the link to send the invite code ${code}, join and make a first purchase, and we both get ${reward}. ${link}`,
  shortInvitation: (code, link) => `Tap the link to send the invite code ${code}: ${link}`,
  notYet: (needed, done) =>
    `Inviting opens after ${needed} purchases (past the return period). So far: ${done}.`,
  received: (bindDays, keptDays, reward) =>
    `Got the invite code! Join within ${bindDays} days; when your first purchase is kept for ${keptDays} days, you and your friend each get ${reward}.`,
  friendBound: (keptDays) =>
    `A friend joined with your invite code. Once their first purchase is kept for ${keptDays} days, the rewards are on their way.`,
  rewardedInviter: (reward, emoji) =>
    `Your friend's first purchase is confirmed: ${reward} is in My coupons. ${emoji}Thank you!`,
  rewardedInvitee: (days, reward, emoji) =>
    `Your first purchase has been kept for ${days} days: ${reward} is in My coupons. ${emoji}`.trim(),
  whoGetsFull: (invitee, most) =>
    `Your friend gets ${invitee}. Invitation gifts end at ${most} a person, and you have had them all.`,
  invitationFull: (brand, code, invitee, link) =>
    `I'm a regular at ${brand}. Come along! Tap the link to send the invite code ${code}, join and make a first purchase, and you get ${invitee}. ${link}`,
  atLeast: (money) => `The first purchase must be ${money} or more.`,
  receivedFull: (bindDays, keptDays, invitee) =>
    `Got the invite code! Join within ${bindDays} days; when your first purchase is kept for ${keptDays} days, you get ${invitee}.`,
  full: (most, emoji) =>
    `Your friend's first purchase is confirmed, and their gift is on its way. ${emoji}Thank you! You have had all ${most} gifts.`,
  milestone: (friends, title, emoji, isOne) =>
    `${friends} ${isOne ? 'friend has' : 'friends have'} come through you. Thank you! ${emoji}“${title}” now stands on your card.`,
  milestoneGift: (friends, title, gift, emoji, isOne) =>
    `${friends} ${isOne ? 'friend' : 'friends'} came through you. Thank you! ${emoji}“${title}” is on your card, ${gift} in My coupons.`,
  honour: (title, friends) => `${title} · friends brought: ${friends}`,
  ownCode: () => 'This is your own invite code. Pass it on to a friend.',
  ring: () => "Inviting each other doesn't count for rewards. Everything else about your membership stays.",
  secondInviter: () => 'One invite code per person, and you have used another one.',
  alreadyMember: () =>
    "Invite codes are for friends who haven't joined yet. You're a member, so why not invite someone?",
  tooLate: (days) =>
    `This invite code was not followed by joining within ${days} days. Ask your friend to send it again.`,
  unknownCode: () =>
    "We can't find this invite code. Check the 8 characters, or ask your friend to forward it.",
  gift: () => 'an invitation gift',
  invite: () => 'Invite',
  card: () => 'Card',
  bind: () => 'Join',
  myCoupons: () => 'My coupons',
};
