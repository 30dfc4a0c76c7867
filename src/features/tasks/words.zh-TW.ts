import { han } from '#foundation/han-spacing-rules.ts';
export const zhTW = {
  agentCalled: (withinMinutes: number, assistant: string, silentMinutes: number) =>
    `已經通知客服，${withinMinutes} 分鐘內回覆。接下來 ${silentMinutes} 分鐘${assistant}先不插話，選單照常可用。`,
  agentLater: (from: string, until: string, opening: string) =>
    han`客服時間是 ${from}–${until}。請先留言，${opening} 起依序回覆。`,
  pointsSought: (days: number) => `已請店員核對，${days} 個工作天內在這裡回覆。`,
};

export type TasksWords = typeof zhTW;
