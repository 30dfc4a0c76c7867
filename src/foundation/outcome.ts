/** An expected refusal: a value, worded at the door by an exhaustive switch. Faults are thrown instead. */
export type Refused<Reason extends string, Detail extends object = object> = {
  ok: false;
  reason: Reason;
} & Detail;

export function refuse<const Reason extends string>(reason: Reason): Refused<Reason>;
export function refuse<const Reason extends string, Detail extends object>(
  reason: Reason,
  detail: Detail,
): Refused<Reason, Detail>;
export function refuse(reason: string, detail: object = {}) {
  return { ok: false, reason, ...detail };
}

/** Makes a switch exhaustive: a reason nobody words does not compile. */
export function neverHappens(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
