import type { FriendsWords } from './words.zh-TW.ts';

export const en: FriendsWords = {
  unknownText: {
    1: () =>
      'Sorry, the assistant didn\'t get that. Tap a button below, or type "points", "coupons" or "stores".',
    2: () => 'Try other words, for example "points", "coupons" or "returns".',
    3: () => 'A person may know better. Type "agent" and our staff will answer during service hours.',
  },
  help: () =>
    'Use the menu, or type: join, card, points, coupons, my coupons, invite, stores, returns, rules, agent. Too many messages? "less". None at all? "stop".',
  languageChosen: () => 'OK, we will answer in English from now on.',
  oldButton: () => 'That was an older message and things may have changed. Please start again from here.',
  labels: {
    points: 'Points',
    coupons: 'Coupons',
    stores: 'Stores',
    card: 'Card',
    agent: 'Agent',
    help: 'Help',
  },
};
