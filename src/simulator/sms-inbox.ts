import type { SimulatedSms } from './contract.ts';
import type { IdSource } from './ids.ts';

export type SmsInbox = {
  /** What the demo's SMS adapter calls instead of a carrier. */
  deliver(sms: { to: string; text: string }): SimulatedSms;
  /** Newest first. */
  list(): SimulatedSms[];
  dump(): SimulatedSms[];
  load(saved: SimulatedSms[]): void;
};

const maxKept = 100;

/** The text messages of every phone in the demo; the last 100 are kept. */
export function createSmsInbox(
  ids: IdSource,
  shownAt: () => string,
  onDelivered: (sms: SimulatedSms) => void,
): SmsInbox {
  let inbox: SimulatedSms[] = [];
  return {
    deliver({ to, text }) {
      const sms = { id: ids.uuid(), at: shownAt(), to, text };
      inbox = [sms, ...inbox].slice(0, maxKept);
      onDelivered(sms);
      return sms;
    },
    list: () => inbox,
    dump: () => inbox,
    load(saved) {
      inbox = saved;
    },
  };
}
