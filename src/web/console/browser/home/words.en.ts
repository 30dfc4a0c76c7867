import type { HomeWords } from './words.zh-TW.ts';

export const en: HomeWords = {
  hello: (name) => `Welcome back, ${name}`,
  who: (brand, role, store) => `${brand} · ${role} · ${store}`,
  lineFailed: 'Your LINE was not linked. You can try again under My account.',
  waiting: 'Waiting for you',
  nothing: 'Nothing waits right now. Your work is in the menu.',
  nothingHere:
    'Nothing waits right now. Your role manages its own account here; an owner can change your role.',
  approvals: (count) => ({
    title: `Approvals waiting: ${count}`,
    text: 'See what would change, then approve it or send it back.',
  }),
  devices: (count) => ({
    title: `Devices to pair: ${count}`,
    text: 'Open /staff on the device in the store and enter its code.',
  }),
  invited: (count) => ({
    title: `Colleagues who have not joined yet: ${count}`,
    text: 'If an invitation has run out, make a new link.',
  }),
  secondFactor: {
    title: 'Add a second step to your sign-in',
    text: 'With an authenticator app, a password alone opens nothing.',
  },
};
