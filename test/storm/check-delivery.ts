import type pg from 'pg';
import type { LineCall } from './delivery-log.ts';

/** How a message ends that the script keeps from its reader, and the row's words for it. */
export type ScriptedEnd = { state: 'skipped' | 'failed' | 'unknown'; reason: string };

/** What the storm itself asked for: this source owes each of these people one message. */
export type Promised = {
  source: string;
  lineUserIds: readonly string[];
  /** Those whom the script keeps from being reached; all others are. Of an `unknown` nobody can tell. */
  otherEnds?: ReadonlyMap<string, ScriptedEnd>;
};

/** A row as the database holds it, whatever code wrote it. */
export type DeliveredRow = {
  id: number;
  source: string | null;
  lineUserId: string;
  method: string;
  state: string;
  reason: string | null;
  retryKey: string;
  bodySha256: string | null;
  requestId: string | null;
  status: number | null;
  replyToken: string | null;
};

export type DeliveryVerdict = { findings: string[]; counts: Record<string, number> };

const push = 'POST /v2/bot/message/push';
const multicast = 'POST /v2/bot/message/multicast';
const reply = 'POST /v2/bot/message/reply';
const ends = new Set(['sent', 'skipped', 'failed', 'unknown']);

/** Reads what became of every message. */
export async function readDeliveredRows(pool: pg.Pool): Promise<DeliveredRow[]> {
  const { rows } = await pool.query<DeliveredRow>(
    `select id::float8 as id, source_ref as source, line_user_id as "lineUserId", method, state, reason,
            retry_key as "retryKey", encode(body_sha256, 'hex') as "bodySha256", line_request_id as "requestId",
            answer_status as status, reply_token as "replyToken"
     from outbox_published_messages where channel = 'line_message' order by id`,
  );
  return rows;
}

/**
 * Compares what LINE saw with what the database says became of each message, and both with what was asked for. It
 * knows no code of the sender.
 * @returns every broken promise in words; none is what we want
 */
export function checkDelivery(
  calls: readonly LineCall[],
  rows: readonly DeliveredRow[],
  promised: readonly Promised[],
): DeliveryVerdict {
  const sends = calls.filter(({ endpoint }) => endpoint === push || endpoint === multicast);
  const replies = calls.filter(({ endpoint }) => endpoint === reply);
  const keyed = rows.filter(({ method }) => method === 'push' || method === 'multicast');
  const byKey = groupBy(sends, ({ retryKey }) => retryKey ?? 'none');
  const findings = [
    ...[...byKey].flatMap(([key, tries]) => checkKey(key, tries)),
    ...checkAcceptances(byKey, keyed),
    ...keyed.flatMap((row) => checkRow(row, byKey.get(row.retryKey) ?? [])),
    ...promised.flatMap((each) => checkPromised(each, keyed)),
    ...checkReached(sends, promised),
    ...checkSources(keyed, promised),
    ...checkReplies(
      replies,
      rows.filter(({ method }) => method === 'reply'),
    ),
  ];
  return { findings, counts: count(sends, replies, byKey, rows, promised) };
}

/** One key stands for one body, and takes effect once. */
function checkKey(key: string, tries: readonly LineCall[]): string[] {
  if (key === 'none') return [`${tries.length} sends came without a retry key`];
  const bodies = new Set(tries.map(({ endpoint, bodySha256 }) => `${endpoint} ${bodySha256}`));
  const accepted = tries.filter(({ isAccepted }) => isAccepted).length;
  return [
    ...(bodies.size > 1 ? [`retry key ${key} carried ${bodies.size} bodies`] : []),
    ...(accepted > 1 ? [`retry key ${key} was accepted ${accepted} times`] : []),
  ];
}

/** Whatever was accepted stands in rows of the same key, body and recipients; and nobody stands there twice. */
function checkAcceptances(
  byKey: ReadonlyMap<string, readonly LineCall[]>,
  rows: readonly DeliveredRow[],
): string[] {
  const findings: string[] = [];
  const rowsOfKey = groupBy(rows, ({ retryKey }) => retryKey);
  const accepted = new Map<string, number>();
  for (const [key, tries] of byKey) {
    const taken = tries.find(({ isAccepted }) => isAccepted);
    if (!taken) continue;
    const own = rowsOfKey.get(key) ?? [];
    if (own.length === 0) {
      findings.push(`retry key ${key} was accepted and stands in no row`);
      continue;
    }
    const wanted = own.map(({ lineUserId }) => lineUserId).toSorted();
    if (wanted.join() !== taken.to.toSorted().join())
      findings.push(`retry key ${key} reached ${taken.to.length} people, its rows name ${own.length}`);
    if (own.some(({ bodySha256 }) => bodySha256 !== taken.bodySha256))
      findings.push(`retry key ${key} carried another body than its row says`);
    for (const { source, lineUserId } of own) {
      const who = `${source} ${lineUserId}`;
      accepted.set(who, (accepted.get(who) ?? 0) + 1);
    }
  }
  for (const [who, times] of accepted)
    if (times > 1 && !who.startsWith('null ')) findings.push(`${who} was accepted under ${times} keys`);
  return findings;
}

/** What a row says is what LINE saw. */
function checkRow(row: DeliveredRow, tries: readonly LineCall[]): string[] {
  const told = `${row.method} ${row.id} (${row.source})`;
  const taken = tries.find(({ isAccepted }) => isAccepted);
  if (!ends.has(row.state)) return [`${told} is still ${row.state}`];
  if (row.state !== 'sent') {
    return [
      ...(row.reason ? [] : [`${told} is ${row.state} without a reason`]),
      ...(taken && row.state !== 'unknown'
        ? [`${told} arrived and is called ${row.state}: ${row.reason}`]
        : []),
    ];
  }
  if (!taken) return [`${told} is called sent and never arrived`];
  return [
    ...(row.requestId === taken.requestId ? [] : [`${told} names another request than the accepted one`]),
    ...(row.status === 200 || row.status === 409 ? [] : [`${told} is called sent upon ${row.status}`]),
    ...(tries.some(({ status }) => status === row.status)
      ? []
      : [`${told} was never answered ${row.status}`]),
  ];
}

/** Each has one row, which ended as the script says. */
function checkPromised(
  { source, lineUserIds, otherEnds }: Promised,
  rows: readonly DeliveredRow[],
): string[] {
  const own = groupBy(
    rows.filter((row) => row.source === source),
    ({ lineUserId }) => lineUserId,
  );
  const wanted = new Set(lineUserIds);
  return [
    ...lineUserIds.flatMap((id) => {
      const found = own.get(id) ?? [];
      const [row] = found;
      if (!row || found.length > 1) return [`${source} ${id} stands in ${found.length} rows`];
      const [is, scripted] = [tellEnd(row), tellEnd(otherEnds?.get(id))];
      return is === scripted ? [] : [`${source} ${id} is ${is}, by the script ${scripted}`];
    }),
    ...[...own.keys()].filter((id) => !wanted.has(id)).map((id) => `${source} ${id} was never asked for`),
  ];
}

const tellEnd = (end: { state: string; reason: string | null } | undefined): string =>
  end === undefined || end.state === 'sent' ? 'sent' : `${end.state}: ${end.reason}`;

/** By LINE's log alone: whom the script reaches was reached, once for each promise, and nobody else was. */
function checkReached(sends: readonly LineCall[], promised: readonly Promised[]): string[] {
  const wanted = new Map<string, { least: number; most: number }>();
  for (const { lineUserIds, otherEnds } of promised)
    for (const id of lineUserIds) {
      const state = otherEnds?.get(id)?.state ?? 'sent';
      const { least, most } = wanted.get(id) ?? { least: 0, most: 0 };
      const mayArrive = state === 'sent' || state === 'unknown';
      wanted.set(id, { least: least + (state === 'sent' ? 1 : 0), most: most + (mayArrive ? 1 : 0) });
    }
  const reached = new Map<string, number>();
  for (const { isAccepted, to } of sends)
    if (isAccepted) for (const id of to) reached.set(id, (reached.get(id) ?? 0) + 1);
  return [...new Set([...wanted.keys(), ...reached.keys()])].flatMap((id) => {
    const times = reached.get(id) ?? 0;
    const { least, most } = wanted.get(id) ?? { least: 0, most: 0 };
    return times >= least && times <= most
      ? []
      : [`${id} was reached ${times} times, by the script ${least === most ? least : `${least} to ${most}`}`];
  });
}

/** Nothing is planned in the name of a source that the storm does not know. */
function checkSources(rows: readonly DeliveredRow[], promised: readonly Promised[]): string[] {
  const known = new Set(promised.map(({ source }) => source));
  const strange = groupBy(
    rows.filter(({ source }) => source !== null && !known.has(source)),
    ({ source }) => source ?? '',
  );
  return [...strange].map(([source, own]) => `${own.length} rows of ${source}, which nobody asked for`);
}

/** A token takes effect once, with one body, and its row knows. */
function checkReplies(calls: readonly LineCall[], rows: readonly DeliveredRow[]): string[] {
  const findings: string[] = [];
  const byToken = groupBy(calls, ({ replyToken }) => replyToken ?? 'none');
  const known = new Map(rows.map((row) => [row.replyToken ?? '', row]));
  for (const [token, tries] of byToken) {
    const accepted = tries.filter(({ isAccepted }) => isAccepted).length;
    const name = `the reply under ${token.slice(0, 8)}`;
    if (accepted > 1) findings.push(`${name} was accepted ${accepted} times`);
    if (new Set(tries.map(({ bodySha256 }) => bodySha256)).size > 1) findings.push(`${name} had two bodies`);
    const state = known.get(token)?.state;
    if (accepted > 0 && state !== 'sent' && state !== 'unknown')
      findings.push(`${name} arrived and is called ${state ?? 'nothing'}`);
  }
  for (const { replyToken, state, id } of rows) {
    if (!ends.has(state)) findings.push(`reply ${id} is still ${state}`);
    if (state === 'sent' && !byToken.get(replyToken ?? '')?.some(({ isAccepted }) => isAccepted))
      findings.push(`reply ${id} is called sent and never arrived`);
  }
  return findings;
}

function count(
  sends: readonly LineCall[],
  replies: readonly LineCall[],
  byKey: ReadonlyMap<string, readonly LineCall[]>,
  rows: readonly DeliveredRow[],
  promised: readonly Promised[],
): Record<string, number> {
  const counts: Record<string, number> = {
    promised: promised.reduce((sum, { lineUserIds }) => sum + lineUserIds.length, 0),
    sends: sends.length,
    'sends repeated': sends.length - byKey.size,
    'answered 409': sends.filter(({ status }) => status === 409).length,
    'people reached': sends.reduce((sum, { isAccepted, to }) => sum + (isAccepted ? to.length : 0), 0),
    'replies accepted': replies.filter(({ isAccepted }) => isAccepted).length,
  };
  for (const { state, reason } of rows) {
    const name =
      reason === null || state === 'sent' ? `rows ${state}` : `rows ${state}: ${reason.slice(0, 60)}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
