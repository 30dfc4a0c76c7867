import type { ApprovalsWords } from './words.zh-TW.ts';

export const en: ApprovalsWords = {
  title: 'Approvals',
  text: 'Actions above a limit wait until a second colleague has seen them.',
  tabs: { waiting: 'Waiting', decided: 'Decided' },
  empty: {
    waiting: { title: 'Nothing waits', text: 'Requests appear here, and the menu shows how many.' },
    decided: { title: 'Nothing decided yet', text: 'Approved, rejected and withdrawn requests stay here.' },
  },
  states: {
    waiting: 'Waiting',
    approved: 'Approved',
    rejected: 'Rejected',
    withdrawn: 'Withdrawn',
    expired: 'Run out',
  },
  store: 'Store',
  reason: 'Reason',
  askedBy: 'Asked by',
  expires: 'Until',
  decidedBy: 'Decided by',
  note: 'Note',
  by: (name, on) => `${name}, ${on}`,
  mine: 'What you asked for is decided by somebody else.',
  approve: 'Approve',
  reject: 'Reject',
  withdraw: 'Withdraw',
  noteOptional: 'Note (optional)',
  noteNeeded: 'Why it is rejected',
  ask: {
    approve: {
      title: 'Approve this request?',
      text: 'It is carried out as shown, and noted in the activity log.',
      yes: 'Approve and do it',
      done: 'Approved and done.',
    },
    reject: {
      title: 'Reject this request?',
      text: 'Nothing changes; whoever asked sees your note.',
      yes: 'Reject',
      done: 'Rejected.',
    },
    withdraw: {
      title: 'Withdraw this request?',
      text: 'Nothing changes; you can ask again when needed.',
      yes: 'Withdraw',
      done: 'Withdrawn.',
    },
  },
};
