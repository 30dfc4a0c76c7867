import type { Clock } from '#foundation/clock.ts';
import type { ApiContext } from '#foundation/http.ts';
import type { LineLoginPort } from '../sessions/line-login-port.ts';

/** What the doors for people need beside what all of /api/v1 is built from. */
export type StaffContext = ApiContext & {
  /** Sessions, links, codes and tries live on it. */
  wire: Clock;
  /** Where people open our pages: PUBLIC_URL, or the address that the demo prints. */
  origin: string;
  /** False only where pages come over plain http on loopback: a `__Host-` cookie needs https. */
  hasSecureCookies: boolean;
  brandName(): Promise<string>;
  /** Null where LINE Login has no settings. */
  lineLogin: LineLoginPort | null;
};
