import { useCallback, useEffect, useState } from 'react';
import type { ChatView, LogEntry, SimulatedSms, SimulatorState } from '#simulator/contract.ts';
import { simulatorApi } from './simulator-api.ts';
import { type Fetched, useFetched } from './use-fetched.ts';
import { type Connection, useStream } from './use-stream.ts';

/** The inspector keeps no more than this: an afternoon's play must not fill the browser. */
const keptEntries = 400;

export type Simulator = {
  connection: Connection;
  state: Fetched<SimulatorState>;
  chat: Fetched<ChatView>;
  sms: SimulatedSms[];
  /** Newest first. */
  log: LogEntry[];
  clearLog: () => void;
  userId: string | null;
  unread: ReadonlySet<string>;
  choose: (userId: string) => void;
};

/** The server's own list, and what the stream brought since; a restarted server counts from one again. */
function replaceLog(known: LogEntry[], fetched: LogEntry[]): LogEntry[] {
  const newest = fetched.reduce((most, entry) => Math.max(most, entry.id), 0);
  const at = fetched.find((entry) => entry.id === newest)?.at ?? '';
  return mergeLog(
    fetched,
    known.filter((entry) => entry.id > newest && entry.at >= at),
  );
}

function mergeLog(known: LogEntry[], news: LogEntry[]): LogEntry[] {
  const byId = new Map([...known, ...news].map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, keptEntries);
}

/** All that the page knows of the simulator, kept fresh by its stream. */
export function useSimulator(): Simulator {
  const state = useFetched('state', simulatorApi.state);
  const [chosen, setChosen] = useState<string | null>(null);
  const shoppers = state.value?.shoppers ?? [];
  const userId = shoppers.find((shopper) => shopper.userId === chosen)?.userId ?? shoppers[0]?.userId ?? null;
  const chat = useFetched(userId, () => simulatorApi.chat(userId ?? ''));
  const sms = useFetched('sms', simulatorApi.sms);
  const [log, setLog] = useState<LogEntry[]>([]);
  const [clearedUpTo, setClearedUpTo] = useState(0);
  const [unread, setUnread] = useState<ReadonlySet<string>>(new Set());

  const missed = useFetched('log', () => simulatorApi.log(0));
  useEffect(() => {
    const entries = missed.value;
    if (!entries) return;
    setLog((known) => replaceLog(known, entries));
    setClearedUpTo((cleared) => (entries.some((entry) => entry.id >= cleared) ? cleared : 0));
  }, [missed.value]);

  const refreshAll = () => {
    for (const part of [state, chat, sms, missed]) part.refresh();
  };
  const connection = useStream(refreshAll, (event) => {
    if (event.kind === 'state') state.refresh();
    else if (event.kind === 'sms') sms.refresh();
    else if (event.kind === 'log') setLog((known) => mergeLog(known, [event.entry]));
    else if (event.userId === userId) chat.refresh();
    else setUnread((known) => new Set(known).add(event.userId));
  });

  const choose = useCallback((next: string) => {
    setChosen(next);
    setUnread((known) => new Set([...known].filter((each) => each !== next)));
  }, []);
  return {
    connection,
    state,
    chat,
    sms: sms.value ?? [],
    log: log.filter((entry) => entry.id > clearedUpTo),
    clearLog: () => setClearedUpTo(log[0]?.id ?? 0),
    userId,
    unread,
    choose,
  };
}
