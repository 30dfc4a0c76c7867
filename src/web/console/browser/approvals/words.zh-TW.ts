export const zhTW = {
  title: '待核准',
  text: '超過上限的動作，要由另一位同事看過才會生效。',
  tabs: { waiting: '等待中', decided: '已決定' },
  empty: {
    waiting: { title: '沒有等待中的申請', text: '有人提出時會出現在這裡，選單也會顯示件數。' },
    decided: { title: '還沒有決定過的申請', text: '同意、退回和收回的申請都會留在這裡。' },
  },
  states: {
    waiting: '等待中',
    approved: '已同意',
    rejected: '已退回',
    withdrawn: '已收回',
    expired: '已過期',
  },
  store: '門市',
  reason: '原因',
  askedBy: '提出',
  expires: '期限',
  decidedBy: '決定',
  note: '說明',
  by: (name: string, on: string) => `${name}，${on}`,
  mine: '自己提出的申請，要由另一位來決定。',
  approve: '同意',
  reject: '退回',
  withdraw: '收回',
  noteOptional: '說明（可以不填）',
  noteNeeded: '為什麼退回',
  ask: {
    approve: {
      title: '同意這件申請？',
      text: '同意後會照上面的內容執行，並記在操作紀錄。',
      yes: '同意並執行',
      done: '已同意，也執行好了。',
    },
    reject: {
      title: '退回這件申請？',
      text: '什麼都不會改變，提出的人會看到說明。',
      yes: '退回',
      done: '已退回。',
    },
    withdraw: {
      title: '收回這件申請？',
      text: '什麼都不會改變，需要時可以再提出。',
      yes: '收回',
      done: '已收回。',
    },
  },
};

export type ApprovalsWords = typeof zhTW;
