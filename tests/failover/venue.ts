import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

import type { Bar } from '@tradewind/market';

import type { VenueOrder, VenueReady } from './venue-process.js';

/** One venue of the rehearsal: a process that is started, killed and started again on the same port. */
export class Venue {
  private process: ChildProcess | undefined;
  private port = 0;
  /** Everything that happened on the market: what a venue's history has. */
  private readonly past: Bar[] = [];
  url = '';

  constructor(
    readonly name: string,
    private readonly kind: 'alpaca' | 'yahoo',
  ) {}

  async start(): Promise<void> {
    const child = fork(join(import.meta.dirname, 'venue-process.ts'), [this.kind, String(this.port)], { serialization: 'advanced' });
    const ready = await new Promise<VenueReady>((resolve, reject) => {
      child.once('message', (message) => resolve(message as VenueReady));
      child.once('exit', (code) => reject(new Error(`the venue ${this.name} ended with ${code} before it was ready`)));
    });
    [this.url, this.port] = [ready.url, ready.port];
    child.removeAllListeners('exit');
    child.send({ load: this.past, publish: [] } satisfies VenueOrder);
    this.process = child;
  }

  /** The market moves: those who are alive see it, and it is history to all. */
  publish(bars: readonly Bar[]): void {
    this.past.push(...bars);
    this.process?.send({ load: [], publish: bars } satisfies VenueOrder);
  }

  /** Stops it where it stands: connections stay open and say nothing. What the market does meanwhile, it hears when it goes on. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }
  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.process;
    if (child === undefined) return;
    this.process = undefined;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}
