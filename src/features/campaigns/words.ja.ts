import type { CampaignWords } from './words.zh-TW.ts';

export const ja: CampaignWords = {
  ask: (name, people) => `キャンペーン「${name}」を${people}人に配信`,
  gone: () => 'このキャンペーンはもうありません。',
  labels: () => ({
    audience: 'リスト',
    template: 'テンプレート',
    people: 'リストの人数',
    reachable: '配信できる人数',
    start: '開始日時',
  }),
};
