import type { Db } from '#foundation/db.ts';
import { createLineClient } from '#line/client.ts';
import { fixedToken } from '#line/client-tokens.ts';
import { readQuota } from '#outbox/read-quota.ts';

/**
 * As the console does before a campaign is scheduled: nobody knows otherwise whether it fits LINE's month.
 * @param now business time
 */
export async function askForQuota(
  db: Db,
  line: { url: string; channelAccessToken: string },
  now: Date,
): Promise<void> {
  const client = createLineClient({
    apiBaseUrl: line.url,
    dataApiBaseUrl: line.url,
    token: fixedToken(line.channelAccessToken),
    loopbackOnly: true,
  });
  try {
    await readQuota(db, client, now);
  } finally {
    await client.close();
  }
}
