import type { TasksWords } from './words.zh-TW.ts';

export const en: TasksWords = {
  agentCalled: (withinMinutes, _assistant, silentMinutes) =>
    `We've told our staff: a reply within ${withinMinutes} minutes. The assistant keeps quiet for ${silentMinutes} minutes; the menu still works.`,
  agentLater: (from, until, opening) =>
    `Our staff answers from ${from} to ${until}. Leave a message and they'll reply in turn from ${opening}.`,
  pointsSought: (days) => `Our staff is checking and will reply here within ${days} working days.`,
};
