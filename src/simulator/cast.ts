/** A person to play in the demo. */
export type CastMember = { displayName: string; language: string };

/** Three shoppers of a Taiwanese shop, and two visitors whose phones speak English and Japanese. */
export const defaultCast: CastMember[] = [
  { displayName: '陳怡君', language: 'zh-TW' },
  { displayName: '林志豪', language: 'zh-TW' },
  { displayName: '王淑芬', language: 'zh-TW' },
  { displayName: 'Emma Wilson', language: 'en' },
  { displayName: '佐藤美咲', language: 'ja' },
];
