import type { TasksWords } from './words.zh-TW.ts';

export const ja: TasksWords = {
  agentCalled: (withinMinutes, _assistant, silentMinutes) =>
    `担当者に伝えました。${withinMinutes}分以内に返信します。これから${silentMinutes}分は自動応答を控えます。メニューは使えます。`,
  agentLater: (from, until, opening) =>
    `受付時間は${from}〜${until}です。メッセージをお残しください。${opening}から順にお返事します。`,
  pointsSought: (days) => `スタッフが確認し、${days}営業日以内にここでお返事します。`,
};
