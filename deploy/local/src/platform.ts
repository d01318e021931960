import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startInfrastructure, type Infrastructure } from './infrastructure.js';
import { LaunchError } from './launch-error.js';
import { takeLock } from './lock-file.js';
import { type PlatformEvents, type PlatformOptions, serviceNames } from './platform-options.js';
import { ProcessLog } from './process-log.js';
import { endLeftovers, markOf, removeRunFile, writeRunFile } from './run-file.js';
import { ServiceProcess } from './service-process.js';
import { type Death, Supervised, type SupervisionEvents } from './supervised.js';

const readyTimeoutMs = 90_000;
const probeIntervalMs = 40;
const heapMebibytesMax = 160;
const lastLinesShown = 12;

/** Stopped together, one group after the other: the source first, the record last. */
const stopGroups = [['market-data'], ['features', 'inference', 'analysis'], ['validation', 'risk', 'orders'], ['audit']];

/**
 * The whole platform on one machine: NATS, Postgres and the services, each its own process, started in order, kept running, stopped in order.
 * Nothing it starts outlives it, however it ends.
 */
export class Platform extends EventEmitter<PlatformEvents> {
  readonly stateDir: string;
  readonly #options: PlatformOptions;
  readonly #releaseLock: () => void;
  readonly #startedAt = new Date().toISOString();
  readonly #services = new Map<string, ServiceProcess>();
  readonly #logs = new Map<string, ProcessLog>();
  readonly #supervised = new Map<string, Supervised>();
  #infrastructure: Infrastructure | undefined;
  #failure: Error | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(options: PlatformOptions) {
    super();
    this.#options = options;
    this.stateDir = stateDirectory(options.root, options.name);
    mkdirSync(this.stateDir, { recursive: true });
    this.#releaseLock = takeLock(join(this.stateDir, 'lock'), `The state "${options.name}" (${this.stateDir})`);
  }

  /**
   * Starts everything and resolves when every service is ready.
   * @throws LaunchError; what had been started is stopped by then.
   */
  static async start(options: PlatformOptions): Promise<Platform> {
    const platform = new Platform(options);
    try {
      await platform.#startAll();
      return platform;
    } catch (error) {
      await platform.stop();
      throw error;
    }
  }

  /** Every process's name: `nats-server`, `postgres` and the services. */
  get names(): readonly string[] {
    return [...this.#supervised.keys()];
  }
  get natsUrl(): string {
    return this.#running().nats.url;
  }
  get databaseUrl(): string {
    return this.#running().postgres.url;
  }
  /** Why the platform can't go on, once `failed` was emitted. */
  get failure(): Error | undefined {
    return this.#failure;
  }
  /** How often each process was started again. */
  get restarts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#supervised].map(([name, one]) => [name, one.restarts]));
  }
  /** The present process ids; a process that is down at the moment is left out. */
  get pids(): Readonly<Record<string, number>> {
    const entries = [...this.#supervised].map(([name, one]) => [name, one.pid] as const);
    return Object.fromEntries(entries.filter((entry): entry is readonly [string, number] => entry[1] !== undefined));
  }

  /** Where a service serves its health and metrics. */
  httpUrl(service: string): string {
    const found = this.#services.get(service);
    if (!found) throw new Error(`${service} is not running here`);
    return found.url;
  }

  /** The last lines that a service wrote, raw. */
  recentLines(service: string, count = lastLinesShown): readonly string[] {
    return this.#logs.get(service)?.recent(count) ?? [];
  }

  /** SIGKILL to one process, which is then started again. False when it was down already. */
  async kill(name: string): Promise<boolean> {
    const one = this.#supervised.get(name);
    if (!one) throw new Error(`${name} is not one of ${this.names.join(', ')}`);
    return await one.kill();
  }

  /** Stops everything in order. Can be called at any time, and more than once. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    await this.#stopping;
  }

  async #startAll(): Promise<void> {
    const left = endLeftovers(this.stateDir);
    if (left.length > 0) this.#say(`ended what an earlier run had left: ${left.join(', ')}`);
    this.#infrastructure = await startInfrastructure(this.stateDir, this.#options);
    for (const startable of this.#infrastructure.startables) await this.#supervise(new Supervised(startable, this.#events()));
    const services = this.#options.services ?? serviceNames;
    await this.#prepare(services.length > 0 ? services : serviceNames);
    for (const name of services) await this.#supervise(new Supervised(this.#service(name), this.#events()));
    await Promise.all(services.map(async (name) => await this.#untilReady(name)));
    this.#say(services.length > 0 ? `${services.length} services are ready` : 'the infrastructure is ready');
  }

  async #supervise(one: Supervised): Promise<void> {
    this.#supervised.set(one.name, one);
    await one.start();
  }

  async #prepare(services: readonly string[]): Promise<void> {
    this.#say('migrating the database, declaring the streams');
    // Loaded here, so that whoever only wants a server for a test doesn't load the migration engine.
    const { prepare } = await import('./prepare.js');
    const log = this.#log('launcher');
    const line =
      (level: number) =>
      (fields: object, message: string): void =>
        log.write(JSON.stringify({ level, time: Date.now(), ...fields, msg: message }), 'stdout');
    await prepare({
      root: this.#options.root,
      natsUrl: this.natsUrl,
      databaseUrl: this.databaseUrl,
      services,
      partitions: this.#options.partitions ?? 1,
      log: { info: line(30), warn: line(40), error: line(50) },
    });
  }

  #service(name: string): ServiceProcess {
    const service = new ServiceProcess({
      name,
      root: this.#options.root,
      environment: this.#options.environment ?? process.env,
      heapMebibytesMax,
      log: this.#log(name),
      settings: {
        TW_NATS_URL: this.natsUrl,
        TW_DATABASE_URL: this.databaseUrl,
        TW_PARTITIONS: String(this.#options.partitions ?? 1),
        TW_ACCOUNT: this.#options.account ?? 'paper-1',
        TW_MODE: this.#options.mode ?? 'lockstep',
        // Outside the database that they guard. Whoever sets these himself knows a better place.
        ...this.#unlessSet('TW_AUDIT_KEY_FILE', join(this.stateDir, 'audit/signing-key.pem')),
        ...this.#unlessSet('TW_AUDIT_EXPORT_PATH', join(this.stateDir, 'audit/checkpoints')),
        ...this.#options.settings,
      },
    });
    this.#services.set(name, service);
    return service;
  }

  #unlessSet(variable: string, value: string): Record<string, string> {
    return (this.#options.environment ?? process.env)[variable] === undefined ? { [variable]: value } : {};
  }

  #log(name: string): ProcessLog {
    const known = this.#logs.get(name);
    if (known) return known;
    const log = new ProcessLog(join(this.stateDir, 'logs'), name, (line) => this.#options.onLog?.(line));
    this.#logs.set(name, log);
    return log;
  }

  #events(): SupervisionEvents {
    return {
      started: (name, pid, restart) => {
        this.#record();
        this.emit('started', name, pid, restart);
        if (!this.#services.has(name)) this.#supervised.get(name)?.markReady();
        else if (restart) void this.#untilReady(name).catch(() => undefined);
      },
      died: (death) => {
        if (!death.requested) this.#say(`${death.name} ended (${ending(death)}), starting it again`);
        this.emit('died', death);
      },
      givenUp: (death, deaths) => this.#fail(this.#verdict(death, deaths)),
    };
  }

  #verdict(death: Death, deaths: number): LaunchError {
    const words = this.recentLines(death.name).join('\n');
    const cause = death.error === undefined ? {} : { cause: death.error };
    if (death.exit?.code === 78) return new LaunchError('CRASH_LOOP', `${death.name} can't run with these settings:\n${words}`, cause);
    return new LaunchError(
      'CRASH_LOOP',
      `${death.name} ended ${deaths} times without getting ready (last: ${ending(death)}):\n${words}`,
      cause,
    );
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.emit('failed', this.#failure);
  }

  async #untilReady(name: string): Promise<void> {
    const deadline = performance.now() + readyTimeoutMs;
    const service = this.#services.get(name);
    const pid = this.#supervised.get(name)?.pid;
    while (service && !(await service.isReady())) {
      if (this.#failure) throw this.#failure;
      if (this.#stopping) return;
      if (performance.now() > deadline) {
        const words = this.recentLines(name).join('\n');
        throw new LaunchError('NOT_READY', `${name} is not ready after ${readyTimeoutMs / 1000} s. Its last words:\n${words}`);
      }
      await new Promise((settle) => setTimeout(settle, probeIntervalMs));
    }
    const one = this.#supervised.get(name);
    if (pid === undefined || one?.pid === pid) {
      one?.markReady();
      this.emit('ready', name);
    }
  }

  /** Tells the command line and the next start what runs now. */
  #record(): void {
    const infrastructure = this.#infrastructure;
    if (!infrastructure || this.#stopping) return;
    writeRunFile(this.stateDir, {
      name: this.#options.name,
      startedAt: this.#startedAt,
      launcher: markOf(process.pid),
      urls: {
        nats: infrastructure.nats.url,
        database: infrastructure.postgres.url,
        http: Object.fromEntries([...this.#services].map(([name, service]) => [name, service.url])),
      },
      ports: { nats: infrastructure.nats.port, postgres: infrastructure.postgres.port },
      processes: Object.fromEntries(Object.entries(this.pids).map(([name, pid]) => [name, markOf(pid)])),
    });
  }

  async #stopAll(): Promise<void> {
    for (const group of stopGroups) await Promise.all(group.map(async (name) => await this.#supervised.get(name)?.stop()));
    await this.#supervised.get('nats-server')?.stop();
    await this.#supervised.get('postgres')?.stop();
    await this.#infrastructure?.stop();
    for (const log of this.#logs.values()) log.close();
    removeRunFile(this.stateDir);
    this.#releaseLock();
  }

  #running(): Infrastructure {
    if (!this.#infrastructure) throw new Error('the platform is not running');
    return this.#infrastructure;
  }

  #say(text: string): void {
    this.#options.onProgress?.(text);
  }
}

/** Where the state of this name lies. */
export function stateDirectory(root: string, name: string): string {
  return resolve(root, 'var', name);
}

function ending(death: Death): string {
  if (death.exit?.signal) return death.exit.signal;
  if (death.exit) return `exit code ${death.exit.code}`;
  return death.error instanceof Error ? death.error.message : String(death.error);
}
