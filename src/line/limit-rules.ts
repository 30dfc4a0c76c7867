/** Calls a second that LINE takes per channel, a bucket for each endpoint and method. Source: LINE's rate limits. */
export const lineLimits = {
  reply: 2_000,
  push: 2_000,
  multicast: 200,
  menu_link: 2_000,
  menu_unlink: 2_000,
  menu_read: 2_000,
  menu_bulk_link: 2_000,
  menu_bulk_unlink: 2_000,
  menu_alias: 2_000,
  profile: 2_000,
  link_token: 2_000,
  bot_info: 2_000,
  quota: 2_000,
  consumption: 2_000,
  loading: 100,
} as const;

export type LineEndpoint = keyof typeof lineLimits;

export const lineEndpoints = Object.keys(lineLimits) as [LineEndpoint, ...LineEndpoint[]];
