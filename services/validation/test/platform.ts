import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { STEP_KEY, type EventName } from '@tradewind/contracts';
import { type Database, migrate, openDatabase } from '@tradewind/database';
import { type Bus, connectBus, ensureTopology } from '@tradewind/messaging';
import type { SignalsDecided } from '@tradewind/signals';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@tradewind/testkit';
import type { StepHeader } from '@tradewind/vocabulary';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';

const PATIENCE_MS = 20_000;
const POLL_MS = 50;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Tries until it is true. Throws after 20 s. */
export const eventually = async (what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > until) throw new Error(`never: ${what}`);
    await pause(POLL_MS);
  }
};

/** The service as a process of its own. */
export class ServiceProcess {
  #output = '';

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  static start(settings: Readonly<Record<string, string>>): ServiceProcess {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    return new ServiceProcess(
      spawn(process.execPath, ['--conditions=source', '--import', import.meta.resolve('tsx'), main], {
        env: {
          PATH: process.env['PATH'],
          NODE_NO_WARNINGS: '1',
          TSX_TSCONFIG_PATH: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
          ...settings,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  get output(): string {
    return this.#output;
  }

  async ready(): Promise<void> {
    await eventually(`the service is ready; it said:\n${this.#output}`, () => {
      if (this.child.exitCode !== null) throw new Error(`the service ended with ${this.child.exitCode}:\n${this.#output}`);
      return this.#output.includes('is ready');
    });
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    return exited;
  }
}

/** A bus and a database of the service's own, empty, on real servers. */
export class TestPlatform implements AsyncDisposable {
  #sequence = 0;
  /** Every batch of decisions seen on the stream, in stream order. */
  readonly decided: SignalsDecided[] = [];

  private constructor(
    readonly nats: TestNats,
    readonly postgres: TestPostgres,
    readonly bus: Bus,
    readonly database: Database,
    readonly partitions: number,
  ) {}

  static async start(partitions = 1): Promise<TestPlatform> {
    const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
    const bus = await connectBus({ servers: nats.url, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
    await ensureTopology(bus, partitions);
    const migrationsDir = fileURLToPath(new URL('../prisma/migrations/', import.meta.url));
    await migrate({ url: postgres.url, schema: 'validation', migrationsDir, log: silent });
    const database = openDatabase({ url: postgres.url, schema: 'validation', applicationName: 'test', poolMax: 2, log: silent });
    return new TestPlatform(nats, postgres, bus, database, partitions);
  }

  serviceSettings(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return { TW_NATS_URL: this.nats.url, TW_DATABASE_URL: this.postgres.url, TW_PARTITIONS: String(this.partitions), ...more };
  }

  async publish(name: EventName, fact: { readonly header: StepHeader }): Promise<void> {
    const { id, partition } = fact.header;
    await this.bus.publish(this.bus.envelope(name, fact, { id, partition, key: STEP_KEY }));
  }

  /** Waits until so many batches of decisions are on the stream, in all. */
  async hasDecided(steps: number): Promise<void> {
    await eventually(`${steps} steps are decided`, async () => {
      for await (const event of this.bus.readStream({ event: 'signals.decisions', fromSequence: this.#sequence + 1 })) {
        this.#sequence = event.sequence;
        this.decided.push(event.decode() as SignalsDecided);
      }
      return this.decided.length >= steps;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bus.close();
    await this.database.close();
    await Promise.all([this.nats.dispose(), this.postgres.dispose()]);
  }
}
