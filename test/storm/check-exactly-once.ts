import type pg from 'pg';
import type { LineLog, PostedEvent } from './line-process.ts';
import type { RungUp } from './till-traffic.ts';

export type Verdict = { findings: string[]; counts: Record<string, number> };

/**
 * Compares what shoppers and tills did with what LINE saw and what the database holds, and believes nobody else.
 * @returns every broken promise in words; none is what we want
 */
export async function checkExactlyOnce(pool: pg.Pool, log: LineLog, receipts: RungUp[]): Promise<Verdict> {
  const findings = [
    ...(await checkEvents(pool, log.posted)),
    ...(await checkClaims(pool, log.posted)),
    ...(await checkNewcomers(pool, log.posted)),
    ...(await checkReplies(pool, log)),
    ...(await checkPushes(pool, log)),
    ...(await checkPurchases(pool, receipts)),
  ];
  const counts = {
    'events posted': log.posted.length,
    deliveries: log.posted.reduce((sum, { deliveries }) => sum + deliveries, 0),
    'events never taken': log.posted.filter(({ isTaken }) => !isTaken).length,
    'replies accepted': log.acceptedTokens.length,
    'replies called': log.replies.length,
    'pushes delivered': log.pushes.length,
    purchases: receipts.length,
    ...(await countEnds(pool)),
  };
  return { findings, counts };
}

/** What was answered 200 stands in the inbox once and is done. */
async function checkEvents(pool: pg.Pool, posted: PostedEvent[]): Promise<string[]> {
  const { rows } = await pool.query<{ event_key: string; state: string; error: string | null }>(
    'select event_key, state, error from inbox_events',
  );
  const known = new Map<string, string[]>();
  for (const row of rows) known.set(row.event_key, [...(known.get(row.event_key) ?? []), row.state]);
  return posted.flatMap(({ eventId, isTaken, act }) => {
    const states = known.get(eventId) ?? [];
    if (!isTaken) return states.length > 1 ? [`${act} ${eventId} stands ${states.length} times`] : [];
    return states.length === 1 && states[0] === 'done'
      ? []
      : [`${act} ${eventId} was answered 200 and is: ${states.join(', ') || 'lost'}`];
  });
}

/** One claim a tap, neither more nor fewer. */
async function checkClaims(pool: pg.Pool, posted: PostedEvent[]): Promise<string[]> {
  const taps = await pool.query<{ line_user_id: string; taps: number; claims: number }>(
    `select i.line_user_id, count(distinct e.id)::int as taps,
            (select count(*)::int from coupon_claims c join coupons on coupons.id = c.coupon_id and coupons.key = 'storm'
             where c.member_id = i.member_id) as claims
     from member_identities i
     join inbox_events e on e.line_user_id = i.line_user_id and e.event_type = 'postback' and e.state = 'done'
     group by i.line_user_id, i.member_id`,
  );
  const wrong = taps.rows.filter((row) => row.taps !== row.claims);
  const taken = posted.filter(({ act, isTaken }) => act === 'claim' && isTaken).length;
  const claims = taps.rows.reduce((sum, row) => sum + row.claims, 0);
  return [
    ...wrong.map((row) => `${row.line_user_id} tapped ${row.taps} times and has ${row.claims} claims`),
    ...(claims < taken ? [`${taken} taps were answered 200, and there are ${claims} claims`] : []),
  ];
}

/** Whoever followed is a friend and one person, greeted once. */
async function checkNewcomers(pool: pg.Pool, posted: PostedEvent[]): Promise<string[]> {
  const { rows } = await pool.query<{ line_user_id: string; facts: number }>(
    `select line_user_id, count(*)::int as facts from facts where kind = 'member.first_seen' group by 1`,
  );
  const seen = new Map(rows.map((row) => [row.line_user_id, row.facts]));
  const twice = rows.filter((row) => row.facts > 1);
  const followers = await pool.query<{ line_user_id: string }>(
    `select line_user_id from line_friends where state = 'following'`,
  );
  const following = new Set(followers.rows.map((row) => row.line_user_id));
  const missing = posted.filter(
    ({ act, isTaken, userId }) => act === 'follow' && isTaken && !following.has(userId),
  );
  return [
    ...twice.map((row) => `${row.line_user_id} was seen for the first time ${row.facts} times`),
    ...missing.map(({ userId }) => `${userId} followed and is no friend`),
    ...(seen.size > posted.length ? ['more persons than ever acted'] : []),
  ];
}

/** A token takes effect once; every call under it carries the same bytes; what we call sent was accepted. */
async function checkReplies(pool: pg.Pool, log: LineLog): Promise<string[]> {
  const accepted = new Set(log.acceptedTokens);
  const bodies = new Map<string, Set<string>>();
  for (const { token, messages } of log.replies)
    bodies.set(token, (bodies.get(token) ?? new Set()).add(messages));
  const { rows } = await pool.query<{
    event_key: string;
    token: string;
    state: string;
    reason: string | null;
  }>(
    `select substr(dedupe_key, 7) as event_key, case when method = 'reply' then reply_token end as token, state, reason from outbox_published_messages
     where dedupe_key like 'reply:%'`,
  );
  const planned = new Set(rows.map((row) => row.event_key));
  return [
    ...(accepted.size < log.acceptedTokens.length ? ['a reply token was accepted twice'] : []),
    ...[...bodies].flatMap(([token, texts]) =>
      texts.size > 1 ? [`reply token ${token.slice(0, 8)} carried ${texts.size} bodies`] : [],
    ),
    ...rows.flatMap((row) =>
      row.token === null
        ? []
        : row.state === 'sent' && !accepted.has(row.token)
          ? [`the reply to ${row.event_key} is called sent and never arrived`]
          : (row.state === 'failed' || row.state === 'skipped') && accepted.has(row.token)
            ? [`the reply to ${row.event_key} arrived and is called ${row.state}: ${row.reason}`]
            : [],
    ),
    ...log.posted.flatMap(({ eventId, isTaken, replyToken, act }) =>
      isTaken && replyToken && !planned.has(eventId) ? [`${act} ${eventId} was done without an answer`] : [],
    ),
  ];
}

/** A push is delivered once, under one key and with one body; a reply is never pushed as well. */
async function checkPushes(pool: pg.Pool, log: LineLog): Promise<string[]> {
  const { rows } = await pool.query<{ retry_key: string; state: string; dedupe_key: string }>(
    `select retry_key, state, dedupe_key from outbox_published_messages where channel = 'line_message' and method = 'push'`,
  );
  const delivered = new Map<string, number>();
  for (const { retryKey } of log.pushes)
    delivered.set(retryKey ?? 'none', (delivered.get(retryKey ?? 'none') ?? 0) + 1);
  const keys = new Set(rows.map((row) => row.retry_key));
  return [
    ...(log.misuses > 0 ? [`${log.misuses} requests carried another body under a known retry key`] : []),
    ...[...delivered].flatMap(([key, times]) => [
      ...(times > 1 ? [`retry key ${key} was delivered ${times} times`] : []),
      ...(keys.has(key) ? [] : [`retry key ${key} stands in no row`]),
    ]),
    ...rows.flatMap((row) =>
      (row.state === 'sent') === delivered.has(row.retry_key)
        ? []
        : [`push ${row.dedupe_key} is ${row.state}, delivered ${delivered.get(row.retry_key) ?? 0} times`],
    ),
  ];
}

/** A receipt is recorded once, whatever the till had to ask; each earns its points and its push once. */
async function checkPurchases(pool: pg.Pool, receipts: RungUp[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: number; receipt_no: string; pushes: number; points: number }>(
    `select p.id, p.receipt_no,
            coalesce(o.pushes, 0) as pushes,
            (select coalesce(sum(l.earned), 0)::int from points_lots l where l.purchase_id = p.id) as points
     from purchases p
     left join (select source_ref, count(*)::int as pushes from outbox_published_messages group by 1) o
       on o.source_ref = 'purchase:' || p.id`,
  );
  const known = new Map(rows.map((row) => [row.receipt_no, row]));
  return receipts.flatMap(({ receiptNo, purchaseId, totalTwd }) => {
    const row = known.get(receiptNo);
    if (!row) return [`receipt ${receiptNo} is lost`];
    if (String(row.id) !== purchaseId)
      return [`receipt ${receiptNo} was told ${purchaseId} and is ${row.id}`];
    if (row.points !== totalTwd / 100) return [`receipt ${receiptNo} earned ${row.points} points`];
    return row.pushes === 1 ? [] : [`receipt ${receiptNo} is told ${row.pushes} times`];
  });
}

async function countEnds(pool: pg.Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ name: string; count: number }>(
    `select method || ' ' || state || coalesce(' (' || reason || ')', '') as name, count(*)::int as count
     from outbox_published_messages where method <> 'link' group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.count]));
}
