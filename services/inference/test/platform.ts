import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { jetstreamManager } from '@nats-io/jetstream';
import { STEP_KEY } from '@tradewind/contracts';
import { type Database, migrate, openDatabase } from '@tradewind/database';
import type { FeaturesComputed } from '@tradewind/features';
import { type Bus, connectBus, ensureTopology } from '@tradewind/messaging';
import { type ModelStore, openModelStore } from '@tradewind/model-store';
import type { ModelStageChanged, PredictionsMade } from '@tradewind/models';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@tradewind/testkit';
import { decodeRpcResponse, encodeRpcRequest, wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';

const PATIENCE_MS = 40_000;
const POLL_MS = 25;
const RPC_MS = 30_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Tries until it is true. Throws after 40 s. */
export const eventually = async (what: () => string, isTrue: () => Promise<boolean> | boolean): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > until) throw new Error(`never: ${what()}`);
    await pause(POLL_MS);
  }
};

/** State and parent of a process; empty when it is gone. */
const statOf = (pid: number): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
};

/** True while the process runs; a dead one that nobody waited for does not. */
export const isRunning = (pid: number): boolean => {
  const [state] = statOf(pid);
  return state !== undefined && state !== 'Z';
};

/** The built service as a process of its own. */
export class ServiceProcess {
  #output = '';

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  static start(settings: Readonly<Record<string, string>>): ServiceProcess {
    const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
    return new ServiceProcess(
      spawn(process.execPath, [main], { env: { NODE_NO_WARNINGS: '1', ...settings }, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  get output(): string {
    return this.#output;
  }

  async ready(): Promise<void> {
    await eventually(
      () => `the service is ready; it said:\n${this.#output}`,
      () => {
        if (this.child.exitCode !== null) throw new Error(`the service ended with ${this.child.exitCode}:\n${this.#output}`);
        return this.#output.includes('inference is ready');
      },
    );
  }

  /** Process ids of the models that it runs. */
  modelProcesses(): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        const [state, parent] = statOf(pid);
        return Number(parent) === this.child.pid && state !== 'Z';
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
  private constructor(
    readonly nats: TestNats,
    readonly postgres: TestPostgres,
    readonly bus: Bus,
    readonly database: Database,
    readonly blobs: ModelStore,
  ) {}

  static async start(): Promise<TestPlatform> {
    const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
    const bus = await connectBus({ servers: nats.url, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
    await ensureTopology(bus, 1);
    await migrate({
      url: postgres.url,
      schema: 'inference',
      migrationsDir: fileURLToPath(new URL('../prisma/migrations/', import.meta.url)),
      log: silent,
    });
    const database = openDatabase({ url: postgres.url, schema: 'inference', applicationName: 'test', poolMax: 2, log: silent });
    return new TestPlatform(nats, postgres, bus, database, await openModelStore(bus.connection));
  }

  serviceSettings(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return { TW_NATS_URL: this.nats.url, TW_DATABASE_URL: this.postgres.url, ...more };
  }

  async publishStep(fact: FeaturesComputed): Promise<void> {
    const { id, partition } = fact.header;
    await this.bus.publish(this.bus.envelope('features.vectors', fact, { id, partition, key: STEP_KEY }));
  }

  /** Throws RpcError with the gate's rule as its code. */
  async publishModel(
    model: string,
    digest: string,
    manifestJson: string,
  ): Promise<{ readonly version: number; readonly already: boolean }> {
    const payload = encodeRpcRequest('inference.publish', { model, digest, manifestJson, actor: 'quant' });
    const { version, alreadyRegistered } = decodeRpcResponse(
      'inference.publish',
      await this.bus.request('inference.publish', payload, RPC_MS),
    );
    return { version: version!.version, already: alreadyRegistered };
  }

  async promote(model: string, version: number): Promise<void> {
    await this.bus.request(
      'inference.promote',
      encodeRpcRequest('inference.promote', { model, version, actor: 'owner', reason: 'test' }),
      RPC_MS,
    );
  }

  async listed(): Promise<readonly (readonly [string, number, number])[]> {
    const answer = decodeRpcResponse(
      'inference.list',
      await this.bus.request('inference.list', encodeRpcRequest('inference.list', {}), RPC_MS),
    );
    return answer.versions.map(({ model, version, stage }) => [model, version, stage]);
  }

  predictions(run: string): Promise<readonly PredictionsMade[]> {
    return this.#facts<PredictionsMade>('inference.predictions').then((facts) => facts.filter((fact) => fact.header.run === run));
  }

  stages(): Promise<readonly ModelStageChanged[]> {
    return this.#facts<ModelStageChanged>('inference.stages');
  }

  async #facts<T>(event: 'inference.predictions' | 'inference.stages'): Promise<readonly T[]> {
    const manager = await jetstreamManager(this.bus.connection);
    const untilSequence = (await manager.streams.info('INFERENCE')).state.last_seq;
    const facts: T[] = [];
    if (untilSequence === 0) return facts;
    for await (const received of this.bus.readStream({ event, untilSequence })) facts.push(received.decode() as T);
    return facts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bus.close();
    await this.database.close();
    await Promise.all([this.nats.dispose(), this.postgres.dispose()]);
  }
}
