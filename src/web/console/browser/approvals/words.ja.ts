import type { ApprovalsWords } from './words.zh-TW.ts';

export const ja: ApprovalsWords = {
  title: '承認',
  text: '上限を超える操作は、もう一人が確認するまで実行されません。',
  tabs: { waiting: '承認待ち', decided: '決定済み' },
  empty: {
    waiting: { title: '承認待ちはありません', text: '申請があるとここに表示され、メニューに件数が出ます。' },
    decided: { title: '決定済みはまだありません', text: '承認、差し戻し、取り下げの申請がここに残ります。' },
  },
  states: {
    waiting: '承認待ち',
    approved: '承認済み',
    rejected: '差し戻し',
    withdrawn: '取り下げ',
    expired: '期限切れ',
  },
  store: '店舗',
  reason: '理由',
  askedBy: '申請',
  expires: '期限',
  decidedBy: '決定',
  note: 'メモ',
  by: (name, on) => `${name}（${on}）`,
  mine: '自分の申請は、ほかの人が決めます。',
  approve: '承認',
  reject: '差し戻す',
  withdraw: '取り下げる',
  noteOptional: 'メモ（任意）',
  noteNeeded: '差し戻しの理由',
  ask: {
    approve: {
      title: 'この申請を承認しますか？',
      text: '上の内容を実行し、操作履歴に残します。',
      yes: '承認して実行',
      done: '承認し、実行しました。',
    },
    reject: {
      title: 'この申請を差し戻しますか？',
      text: '何も変わりません。申請した人にメモが表示されます。',
      yes: '差し戻す',
      done: '差し戻しました。',
    },
    withdraw: {
      title: 'この申請を取り下げますか？',
      text: '何も変わりません。必要なときにまた申請できます。',
      yes: '取り下げる',
      done: '取り下げました。',
    },
  },
};
