import type { OutboxWords } from './words.zh-TW.ts';

export const ja: OutboxWords = {
  stopHint: () => 'お知らせを止めるには「停止」、減らすには「減らす」と入力してください。',
  less: () => '減らす',
  stop: () => '停止',
  stopHintAlt: () => 'お知らせの止め方・減らし方',
};
