import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { STEP_KEY, type EventName } from '@tradewind/contracts';
import { type Database, migrate, openDatabase } from '@tradewind/database';
import { type Bus, connectBus, ensureTopology } from '@tradewind/messaging';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@tradewind/testkit';
import type { StepHeader } from '@tradewind/vocabulary';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';

const PATIENCE_MS = 40_000;
const POLL_MS = 20;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const root = fileURLToPath(new URL('../../../', import.meta.url));

export type ServiceName = 'orders' | 'risk';

/** Tries until it is true. Throws after 40 s, with what `tell` says then. */
export const eventually = async (what: string, isTrue: () => Promise<boolean> | boolean, tell: () => string = () => ''): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > until) throw new Error(`never: ${what}\n${tell()}`);
    await pause(POLL_MS);
  }
};

/** Builds what the processes run, so that they run what is being tested. */
export const buildServices = (): void => {
  const built = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b', 'services/orders', 'services/risk'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`the services do not build:\n${built.stdout}${built.stderr}`);
};

/** A service as a process of its own. */
export class ServiceProcess {
  #output = '';

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  static start(name: ServiceName, settings: Readonly<Record<string, string>>): ServiceProcess {
    return new ServiceProcess(
      spawn(process.execPath, [`${root}services/${name}/dist/main.js`], {
        env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  get output(): string {
    return this.#output;
  }

  async ready(): Promise<void> {
    await eventually(
      'the service is ready',
      () => {
        if (this.child.exitCode !== null) throw new Error(`the service ended with ${this.child.exitCode}:\n${this.#output}`);
        return this.#output.includes('is ready');
      },
      () => this.#output,
    );
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    return exited;
  }
}

/** Real servers, empty, with the schemas of both services. */
export class TestPlatform implements AsyncDisposable {
  readonly #seen = new Map<EventName, { sequence: number; facts: unknown[] }>();

  private constructor(
    readonly nats: TestNats,
    readonly postgres: TestPostgres,
    readonly bus: Bus,
    readonly databases: Readonly<Record<ServiceName, Database>>,
    readonly partitions: number,
  ) {}

  static async start(partitions = 1): Promise<TestPlatform> {
    const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
    const bus = await connectBus({ servers: nats.url, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
    await ensureTopology(bus, partitions);
    const open = async (schema: ServiceName): Promise<Database> => {
      await migrate({ url: postgres.url, schema, migrationsDir: `${root}services/${schema}/prisma/migrations/`, log: silent });
      return openDatabase({ url: postgres.url, schema, applicationName: 'test', poolMax: 2, log: silent });
    };
    return new TestPlatform(nats, postgres, bus, { orders: await open('orders'), risk: await open('risk') }, partitions);
  }

  settings(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return { TW_NATS_URL: this.nats.url, TW_DATABASE_URL: this.postgres.url, TW_PARTITIONS: String(this.partitions), ...more };
  }

  async publish(name: EventName, fact: { readonly header: StepHeader }): Promise<void> {
    const { id, partition } = fact.header;
    await this.bus.publish(this.bus.envelope(name, fact, { id, partition, key: STEP_KEY }));
  }

  /** Everything of one event on its stream so far, in stream order. */
  async facts<T>(event: EventName): Promise<readonly T[]> {
    const seen = this.#seen.get(event) ?? { sequence: 0, facts: [] };
    this.#seen.set(event, seen);
    for await (const received of this.bus.readStream({ event, fromSequence: seen.sequence + 1 })) {
      seen.sequence = received.sequence;
      seen.facts.push(received.decode());
    }
    return seen.facts as T[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bus.close();
    await Promise.all(Object.values(this.databases).map((database) => database.close()));
    await Promise.all([this.nats.dispose(), this.postgres.dispose()]);
  }
}
