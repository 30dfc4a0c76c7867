import { han } from '#foundation/han-spacing-rules.ts';

/** What people who decide on a campaign read. */
export const zhTW = {
  ask: (name: string, people: string) => han`行銷活動「${name}」要發給 ${people} 人`,
  gone: () => '這個行銷活動已經不在了。',
  labels: () => ({
    audience: '名單',
    template: '範本',
    people: '名單人數',
    reachable: '可以發送的人數',
    start: '開始時間',
  }),
};

export type CampaignWords = typeof zhTW;
