import type { SessionWords } from './words.zh-TW.ts';

export const en: SessionWords = {
  signIn: {
    title: 'Sign in to the console',
    text: 'Enter the name that you got from the shop, and your own password.',
    name: 'Name',
    password: 'Password',
    send: 'Sign in',
    or: 'or',
    byLine: 'Sign in with LINE',
    lineFailed: 'Signing in with LINE was not completed. Try again, or use your name and password.',
    lineUnknown:
      'This LINE is not linked to an account yet. Sign in with your password, then link it under My account.',
  },
  secondFactor: {
    title: 'Enter the code',
    text: 'Open the authenticator app on your phone and enter the 6 digits that it shows now.',
    code: 'Code',
    send: 'Continue',
  },
  enrolment: {
    title: 'Set up the second step',
    text: 'Owners sign in with a password and a code. You set it up once; it takes about a minute.',
    scan: 'Scan this with an authenticator app, such as Google Authenticator or 1Password, then enter its digits.',
    qr: 'QR code for the authenticator app',
    secret: 'If you cannot scan it, type this key',
    code: 'The 6 digits in the app',
    send: 'Finish',
  },
  counterOnly: {
    title: 'This is the console',
    text: 'You are signed in at a counter: your work is on the staff page. For the console, use another account.',
    go: 'Go to the staff page',
  },
  somebodyElse: 'Use another account',
};
