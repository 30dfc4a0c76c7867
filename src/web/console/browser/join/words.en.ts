import type { JoinWords } from './words.zh-TW.ts';

export const en: JoinWords = {
  title: 'Join the team',
  hello: (name) => `Welcome, ${name}`,
  text: 'Set this up and you can start. The link works once.',
  over: 'This link no longer works',
  password: 'Password',
  passwordHint: 'At least 10 characters. A sentence only you know is easy to remember.',
  passwordAgain: 'Password again',
  pin: 'PIN',
  pinHint: '6 digits, for taking over a device in the store.',
  pinAgain: 'PIN again',
  send: 'Finish',
  done: {
    title: 'All set',
    text: 'Tap your name on the device in your store and enter the PIN. You can close this window.',
  },
};
