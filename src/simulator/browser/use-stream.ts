import { useEffect, useEffectEvent, useState } from 'react';
import type { StreamEvent } from '#simulator/contract.ts';

export type Connection = 'connecting' | 'live' | 'lost';

const names = ['message', 'state', 'chat', 'sms', 'log'];

/**
 * Listens to the simulator's events for as long as the page stands. After every (re)connection `onOpen` fetches
 * everything anew, because events of the gap are gone.
 */
export function useStream(onOpen: () => void, onEvent: (event: StreamEvent) => void): Connection {
  const [connection, setConnection] = useState<Connection>('connecting');
  const opened = useEffectEvent(onOpen);
  const received = useEffectEvent((data: string) => {
    const event = readEvent(data);
    if (event) onEvent(event);
  });
  useEffect(() => {
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      source = new EventSource('/simulator/api/stream');
      source.onopen = () => {
        setConnection('live');
        opened();
      };
      source.onerror = () => {
        setConnection('lost');
        // The browser tries again by itself unless the server answered something that is no stream.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(connect, 2_000);
      };
      for (const name of names) {
        source.addEventListener(name, (event) => received(String((event as MessageEvent).data)));
      }
    };
    connect();
    return () => {
      clearTimeout(retry);
      source?.close();
    };
  }, []);
  return connection;
}

function readEvent(data: string): StreamEvent | null {
  try {
    const event: unknown = JSON.parse(data);
    return typeof event === 'object' && event !== null && 'kind' in event ? (event as StreamEvent) : null;
  } catch {
    return null;
  }
}
