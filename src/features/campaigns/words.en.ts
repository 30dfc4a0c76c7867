import type { CampaignWords } from './words.zh-TW.ts';

export const en: CampaignWords = {
  ask: (name, people) => `Campaign "${name}" is to reach ${people} people`,
  gone: () => 'This campaign is gone.',
  labels: () => ({
    audience: 'Audience',
    template: 'Template',
    people: 'Audience size',
    reachable: 'Can be reached',
    start: 'Starts',
  }),
};
