import type { Socket } from 'node:net';

/** What can go wrong on the way to a client. */
export interface WireFaults {
  /** At most so many bytes a write, one after the other. */
  bytesPerWrite: number | undefined;
  /** The next message is cut in half and the connection dropped. */
  dropMidMessage: boolean;
}

/** Writes frames to one client, in order, through the faults that are set. */
export class Outgoing {
  #queue: Buffer[] = [];
  #draining = false;
  /** Nothing is sent any more, though the connection stands. */
  silent = false;

  constructor(
    private readonly socket: Socket,
    private readonly faults: WireFaults,
  ) {}

  write(bytes: Buffer): void {
    if (this.silent || this.socket.destroyed) return;
    if (this.faults.dropMidMessage) {
      this.faults.dropMidMessage = false;
      this.socket.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => this.socket.destroy());
      return;
    }
    if (this.faults.bytesPerWrite === undefined && !this.#draining) {
      this.socket.write(bytes);
      return;
    }
    this.#queue.push(bytes);
    if (!this.#draining) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    for (let bytes = this.#queue.shift(); bytes !== undefined; bytes = this.#queue.shift()) {
      const size = this.faults.bytesPerWrite ?? bytes.length;
      for (let at = 0; at < bytes.length && !this.socket.destroyed; at += size) {
        this.socket.write(bytes.subarray(at, at + size));
        // A turn of the event loop between writes, so that they arrive apart.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    this.#draining = false;
  }
}
