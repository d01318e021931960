import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * Stands between a client and a server on the same machine: cuts connections, delays bytes, holds them back, loses chosen ones. Bytes of a direction keep their order
 * whatever is done to them.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #held: (() => void)[] = [];
  #cut = false;
  #frozen = false;
  #delayMs = 0;
  #check: (chunk: string) => boolean = () => true;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {}

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, targetPort);
    server.on('connection', (client) => proxy.#join(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks all connections and refuses new ones. */
  cut(): void {
    this.#cut = true;
    this.#destroyAll();
  }

  /** Nothing passes any more, in either direction, and nobody is told. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Every chunk takes this much longer from now on. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Undoes cut, freeze and delay; what was held back passes now. */
  heal(): void {
    this.#cut = false;
    this.#frozen = false;
    this.#delayMs = 0;
    for (const release of this.#held.splice(0)) release();
  }

  /** Sees what clients send; a chunk it answers `false` for is dropped and its connection broken. */
  inspect(check: (chunk: string) => boolean): void {
    this.#check = check;
  }

  async close(): Promise<void> {
    this.#destroyAll();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #join(client: Socket): void {
    if (this.#cut) {
      client.destroy();
      return;
    }
    const upstream = dial(this.targetPort, '127.0.0.1');
    this.#pipe(client, upstream, (chunk) => this.#check(chunk.toString('latin1')));
    this.#pipe(upstream, client, () => true);
  }

  #pipe(from: Socket, to: Socket, passes: (chunk: Buffer) => boolean): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    const idle = Promise.resolve();
    let sent = idle;
    from.on('data', (chunk: Buffer) => {
      if (!passes(chunk)) {
        from.destroy();
        return;
      }
      if (this.#delayMs === 0 && !this.#frozen && sent === idle) to.write(chunk);
      else {
        const mine = (sent = sent.then(() => this.#pass(to, chunk)));
        void mine.then(() => {
          if (sent === mine) sent = idle;
        });
      }
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  async #pass(to: Socket, chunk: Buffer): Promise<void> {
    if (this.#frozen) await new Promise<void>((release) => this.#held.push(release));
    if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    if (!to.destroyed) to.write(chunk);
  }

  #destroyAll(): void {
    for (const release of this.#held.splice(0)) release();
    for (const socket of this.#sockets) socket.destroy();
  }
}
