import { createServer, connect as dial, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface TcpProxy {
  readonly url: string;
  /** Breaks all connections and refuses new ones. */
  cut(): void;
  heal(): void;
  /** Sees what clients send; a chunk it answers `false` for is dropped and its connection broken. */
  inspect(check: (chunk: string) => boolean): void;
  close(): Promise<void>;
}

/** Stands between a client and the server on the same machine, to lose bytes at chosen moments. */
export const startTcpProxy = async (targetPort: number): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let isCut = false;
  let check: (chunk: string) => boolean = () => true;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = dial(targetPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      if (check(chunk.toString('latin1'))) upstream.write(chunk);
      else client.destroy();
    });
    upstream.on('data', (chunk: Buffer) => client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true;
      destroyAll();
    },
    heal: () => {
      isCut = false;
    },
    inspect: (next) => {
      check = next;
    },
    close: async () => {
      destroyAll();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
