import type { StaffWords } from './words.zh-TW.ts';

export const en: StaffWords = {
  title: 'Store',
  pairing: {
    title: 'Pair this device',
    text: 'Ask an owner or manager to add it under Devices in the console, then enter the 8 digits shown there.',
    code: 'Pairing code',
    eightDigits: 'Please enter 8 digits.',
    send: 'Pair',
  },
  people: {
    title: 'Who is it?',
    nobody: 'Nobody in this store has a PIN yet. Ask an owner to invite them under People in the console.',
  },
  pin: {
    title: (name) => `${name}, enter your PIN`,
    typed: (count) => `${count} of 6 digits entered`,
    pad: 'Number pad',
    takeBack: 'Delete one digit',
    somebodyElse: 'Somebody else',
  },
  atWork: {
    hello: (name) => `Hello, ${name}`,
    where: (store) => `You are working in ${store}. What is done on this device is noted under your name.`,
    waiting: (count) => `Your requests that wait for approval: ${count}.`,
    before: 'Before you leave the counter',
    beforeText: 'Lock it first; the next person takes over with their own PIN.',
    lock: 'Lock',
  },
  warning: { title: 'About to lock', stay: 'Stay' },
};
