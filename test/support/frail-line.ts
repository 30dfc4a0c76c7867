import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server on loopback that can be cut, or swallow everything as a dead network does, and be mended. */
export async function openFrailLine(to: { host: string; port: number }) {
  const open = new Set<Socket>();
  let state: 'whole' | 'cut' | 'silent' = 'whole';
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') near.destroy();
    if (state !== 'whole') return;
    const far = connect(to.port, to.host);
    keep(far);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => {
        if (state === 'whole') into.write(bytes);
      });
      from.on('close', () => {
        if (state === 'whole') into.destroy();
      });
    }
  });
  function keep(socket: Socket): void {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const drop = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port,
    /** Connections break, and new ones are refused. */
    cut() {
      state = 'cut';
      drop();
    },
    /** Nothing comes through any more, and nobody is told. */
    fallSilent() {
      state = 'silent';
    },
    close() {
      state = 'cut';
      drop();
      server.close();
    },
  };
}
