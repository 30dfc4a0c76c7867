import { hash } from 'node:crypto';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ids that look like LINE's own and come out the same for the same seed and order of use. */
export type IdSource = {
  hex(digits: number): string;
  uuid(): string;
  /** A 64-bit number as LINE's message ids: 18 digits. */
  number(): string;
  /** @param at milliseconds since 1970 */
  ulid(at: number): string;
  /** The same for the same name, whatever was asked before: `U` and 32 hex digits for users. */
  named(kind: string, name: string, digits: number): string;
  /** How many ids were made: kept with the state, so that no id comes twice. */
  position(): number;
  moveTo(position: number): void;
};

export function createIdSource(seed: string): IdSource {
  let made = 0;
  const next = () => {
    made += 1;
    return hash('sha256', `${seed}/${made}`);
  };
  return {
    hex: (digits) => next().slice(0, digits),
    uuid() {
      const raw = next();
      const variant = '89ab'[Number.parseInt(raw[16] ?? '0', 16) % 4];
      return [
        raw.slice(0, 8),
        raw.slice(8, 12),
        `4${raw.slice(13, 16)}`,
        `${variant}${raw.slice(17, 20)}`,
        raw.slice(20, 32),
      ].join('-');
    },
    number() {
      next();
      return String(500_000_000_000_000_000n + BigInt(made));
    },
    ulid(at) {
      let time = at;
      let head = '';
      for (let i = 0; i < 10; i += 1) {
        head = crockford[time % 32] + head;
        time = Math.floor(time / 32);
      }
      const raw = next();
      let tail = '';
      for (let i = 0; i < 16; i += 1) {
        tail += crockford[Number.parseInt(raw.slice(i * 2, i * 2 + 2), 16) % 32];
      }
      return head + tail;
    },
    named: (kind, name, digits) => hash('sha256', `${seed}/${kind}/${name}`).slice(0, digits),
    position: () => made,
    moveTo(position) {
      made = Math.max(made, position);
    },
  };
}
