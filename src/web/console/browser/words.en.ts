import type { ConsoleWords } from './words.zh-TW.ts';

export const en: ConsoleWords = {
  nav: {
    home: 'Start',
    approvals: 'Approvals',
    people: 'People',
    devices: 'Devices',
    keys: 'API keys',
    audit: 'Activity log',
    account: 'My account',
  },
  roles: {
    owner: 'Owner',
    manager: 'Manager',
    clerk: 'Clerk',
    marketer: 'Marketer',
    consultant: 'Consultant',
    auditor: 'Auditor',
  },
  everyStore: 'All stores',
  signOut: 'Sign out',
  never: 'Not yet',
};
