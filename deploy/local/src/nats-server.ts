import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { freePort, isPortFree } from './free-port.js';
import { LaunchError } from './launch-error.js';
import { type Exit, ManagedProcess, lastLines } from './managed-process.js';
import { findNatsServer } from './nats-binary.js';
import { commandLine, isAlive } from './process-identity.js';

export interface NatsOptions {
  /** Everything the server writes goes here: configuration, log, pid file, JetStream store. */
  readonly dir: string;
  /** A free one is picked when not given. */
  readonly port?: number;
  /** The most that all streams together may hold on disk; the server refuses publishes beyond. */
  readonly storeBytesMax?: number;
  /** The server's program; found (and if need be brought) when not given. */
  readonly binary?: string;
  readonly log?: (line: string) => void;
}

/** A running infrastructure server. `restart` uses the same port and the same data. */
export interface ServerHandle {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly running: boolean;
  /** Settles each time the present process ends. */
  readonly exited: Promise<Exit>;
  stop(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again after `stop`, `kill` or a crash. */
  restart(): Promise<void>;
}

const readyTimeoutMs = 20_000;
const stopTimeoutMs = 10_000;
const storeBytesMaxDefault = 8 * 1024 ** 3;
const memoryBytesMax = 64 * 1024 ** 2;
const payloadBytesMax = 1024 ** 2;
const connectionsMax = 512;

/**
 * Starts nats-server with JetStream on the loopback interface and waits until it answers.
 * @throws LaunchError PORT_TAKEN, ALREADY_RUNNING (another server uses this directory), NATS_MISSING, NATS_BROKEN, NATS_FAILED.
 */
export async function startNats(options: NatsOptions): Promise<ServerHandle> {
  const server = new NatsServer({
    dir: resolve(options.dir),
    port: options.port ?? (await freePort()),
    storeBytesMax: options.storeBytesMax ?? storeBytesMaxDefault,
    binary: options.binary ?? (await findNatsServer(options.log ? { log: options.log } : {})).path,
  });
  await server.restart();
  return server;
}

interface NatsPlan {
  readonly dir: string;
  readonly port: number;
  readonly storeBytesMax: number;
  readonly binary: string;
}

class NatsServer implements ServerHandle {
  #process: ManagedProcess | undefined;

  constructor(readonly plan: NatsPlan) {}

  get url(): string {
    return `nats://127.0.0.1:${this.plan.port}`;
  }
  get port(): number {
    return this.plan.port;
  }
  get pid(): number {
    return this.#started().pid;
  }
  get running(): boolean {
    return this.#process?.running ?? false;
  }
  get exited(): Promise<Exit> {
    return this.#started().exited;
  }

  async restart(): Promise<void> {
    if (this.running) await this.stop();
    const { dir, port, binary } = this.plan;
    await mkdir(dir, { recursive: true });
    await refuseSecondServer(dir);
    if (!(await isPortFree(port)))
      throw new LaunchError(
        'PORT_TAKEN',
        `Port ${port} is taken: nats-server can't listen on it. Stop what uses it, or give another port.`,
      );
    const configuration = join(dir, 'nats.conf');
    await writeFile(configuration, configurationText(this.plan));
    this.#process = await ManagedProcess.start({
      name: 'nats-server',
      command: binary,
      args: ['-c', configuration],
      cwd: dir,
      env: { ...process.env, GOMEMLIMIT: '384MiB' },
      output: { file: join(dir, 'nats.log') },
      stopSignal: 'SIGTERM',
      stopTimeoutMs,
      orphanSignal: 'TERM',
    }).catch((error: unknown) => {
      throw new LaunchError('NATS_BROKEN', `${binary} can't be executed: ${String(error)}`, { cause: error });
    });
    await this.#ready();
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + readyTimeoutMs;
    while (!(await greets(this.plan.port))) {
      const gone = !this.running;
      if (!gone && performance.now() < deadline) {
        await pause(15);
        continue;
      }
      await this.kill();
      const what = gone ? 'ended at once' : `didn't answer within ${readyTimeoutMs / 1000} s`;
      throw new LaunchError('NATS_FAILED', `nats-server ${what}. Its last words:\n${lastLines(join(this.plan.dir, 'nats.log'), 8)}`);
    }
  }

  #started(): ManagedProcess {
    if (!this.#process) throw new Error('nats-server was not started');
    return this.#process;
  }
}

/** A pid file left by a crash is stale when no such process runs, or when the process isn't a server of this directory. */
async function refuseSecondServer(dir: string): Promise<void> {
  const pidFile = join(dir, 'nats.pid');
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
  if (pid > 0 && isAlive(pid) && commandLine(pid).includes(join(dir, 'nats.conf'))) {
    throw new LaunchError('ALREADY_RUNNING', `A nats-server (process ${pid}) already uses ${dir}. Stop it first.`);
  }
  await rm(pidFile, { force: true });
}

function configurationText(plan: NatsPlan): string {
  return `# Written at each start.
host: "127.0.0.1"
port: ${plan.port}
server_name: "tradewind-local"
pid_file: ${JSON.stringify(join(plan.dir, 'nats.pid'))}
max_connections: ${connectionsMax}
max_payload: ${payloadBytesMax}
write_deadline: "10s"
jetstream {
  store_dir: ${JSON.stringify(plan.dir)}
  max_memory_store: ${memoryBytesMax}
  max_file_store: ${plan.storeBytesMax}
  # Every publish reaches the kernel before its ack, so a killed process loses nothing. fsync guards against power loss only: two minutes
  # (the default) would be a lot to lose, fsync on every publish costs a laptop's disk more than the whole pipeline. Postgres syncs every commit.
  sync_interval: "1s"
}
`;
}

/** True when a NATS server greets on the port (its INFO line comes unasked). */
async function greets(port: number): Promise<boolean> {
  return await new Promise((settle) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const end = (verdict: boolean): void => {
      socket.destroy();
      settle(verdict);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => settle(false));
    socket.once('data', (bytes) => end(bytes.toString('utf8').startsWith('INFO ')));
  });
}

async function pause(ms: number): Promise<void> {
  await new Promise((settle) => setTimeout(settle, ms));
}
