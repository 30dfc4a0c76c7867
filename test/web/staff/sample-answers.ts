import { listRights } from '#features/staff/permission-rules.ts';
import type { Answers } from '../kit/page-stage.ts';

const store = { id: '1', code: 'xinyi', name: '信義店' };
const device = { id: '1', name: '櫃台平板', store };

const nobody = {
  state: 'signed_out',
  csrfToken: null,
  brandName: '日常選物',
  hasLineLogin: false,
  staff: null,
  rights: {},
  device: null,
  idleSeconds: null,
  endsAt: null,
};

export const atWork = (idleSeconds: number | null = 300) => ({
  ...nobody,
  state: 'signed_in',
  csrfToken: 'token-of-this-session',
  staff: {
    id: '3',
    name: '王大明',
    role: 'clerk',
    language: 'zh-TW',
    hasPassword: false,
    hasSecondFactor: false,
    hasPin: true,
    hasLineLogin: false,
    stores: [store],
  },
  rights: listRights('clerk'),
  device,
  idleSeconds,
  endsAt: '2026-11-22T12:00:00.000Z',
});

/** A device in a store, with nobody signed in. */
export const pairedDevice = (): Answers => ({
  'GET session': nobody,
  'GET device': {
    device,
    people: ['王大明', '林小美', '陳怡君', '歐陽 Alexandria', '周小安'].map((name, at) => ({
      id: String(at + 3),
      name,
    })),
    brandName: '日常選物',
  },
  'GET approvals': { items: [], nextCursor: null },
});

/** The same with somebody at work, until it locks. */
export const busyDevice = (session: object = atWork()): Answers => {
  const answers: Answers = { ...pairedDevice(), 'GET session': session };
  answers['POST device/lock'] = () => {
    answers['GET session'] = nobody;
    return { body: { state: 'signed_out' } };
  };
  return answers;
};

/** A device that nobody paired yet. */
export const newDevice = (): Answers => ({
  'GET session': nobody,
  'GET device': { device: null, people: [], brandName: '日常選物' },
});
