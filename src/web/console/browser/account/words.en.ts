import type { AccountWords } from './words.zh-TW.ts';

export const en: AccountWords = {
  title: 'My account',
  text: 'Your own ways to sign in, and your language. Changes are noted in the activity log.',
  password: {
    title: 'Password',
    text: 'For signing in to the console.',
    change: 'Change password',
    current: 'Current password',
    next: 'New password',
    hint: 'At least 10 characters. A sentence only you know is easy to remember.',
    again: 'New password again',
    done: 'Your password is changed, and you are signed out everywhere else.',
  },
  factor: {
    title: 'Second step',
    on: 'Set up: signing in asks for the digits of your authenticator app.',
    off: 'Not set up yet. With it, a password alone opens nothing.',
    add: 'Set up',
    change: 'Change phone',
    done: 'The second step is set up.',
  },
  pin: {
    title: 'PIN',
    on: 'Set, for the devices in your store.',
    off: 'Not set yet. With it you can work on the devices in your store.',
    add: 'Set a PIN',
    change: 'Change PIN',
    next: 'New PIN',
    hint: '6 digits, no birthday and no runs.',
    again: 'New PIN again',
    done: 'Your PIN is changed.',
  },
  line: {
    title: 'LINE Login',
    on: 'Linked: you can sign in to the console with LINE.',
    off: 'Not linked yet. Once it is, you can sign in with LINE.',
    add: 'Link LINE',
    change: 'Link another LINE',
    linked: 'Your LINE is linked: next time you can sign in with it.',
  },
  language: { title: 'Language', text: 'The console and the devices in the store use it for you.' },
};
