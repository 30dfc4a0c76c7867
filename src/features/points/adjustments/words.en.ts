import type { AdjustmentWords } from './words.zh-TW.ts';

export const en: AdjustmentWords = {
  give: (memberNo, points) => `Give ${points} to member ${memberNo}`,
  take: (memberNo, points) => `Take ${points} from member ${memberNo}`,
  gone: () => 'This membership was erased: there is nobody left to adjust.',
  labels: () => ({
    member: 'Member number',
    before: 'To use before',
    debt: 'To settle',
    change: 'Change',
    after: 'To use after',
  }),
};
