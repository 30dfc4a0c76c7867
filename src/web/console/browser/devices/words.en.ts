import type { DevicesWords } from './words.zh-TW.ts';

export const en: DevicesWords = {
  title: 'Devices',
  text: 'Tablets and phones that a store shares, tied to it by a pairing code.',
  add: 'Add a device',
  makeCode: 'Make the code',
  empty: 'No devices yet',
  emptyText: 'Add one, then open /staff on it and enter the code.',
  name: 'Name',
  nameHint: 'So that everybody knows which it is, for example “Counter tablet”.',
  store: 'Store',
  chooseStore: 'Choose a store',
  state: 'State',
  states: { waiting: 'Waiting', paired: 'In use', revoked: 'Revoked' },
  signedIn: 'Signed in now',
  nobody: 'nobody',
  lastSeen: 'Last seen',
  newCode: 'Give a new code',
  codeTitle: (name) => `Pairing code for ${name}`,
  codeText: 'Open /staff on the device and enter these 8 digits. Using a new code ends the former pairing.',
  revoke: 'Revoke device',
  revokeTitle: (name) => `Revoke “${name}”?`,
  revokeText:
    'It is signed out at once and cannot sign in again. All records stay. If it turns up, add it anew.',
  revoked: (name) => `“${name}” is revoked and signed out.`,
};
