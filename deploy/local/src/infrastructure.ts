import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPortFree } from './free-port.js';
import { findNatsServer } from './nats-binary.js';
import { type ServerHandle, startNats } from './nats-server.js';
import { type PostgresHandle, startPostgres } from './postgres-server.js';
import type { Running, Startable } from './supervised.js';

export interface InfrastructureOptions {
  readonly ports?: { readonly nats?: number; readonly postgres?: number };
  readonly onProgress?: (text: string) => void;
}

export interface Infrastructure {
  readonly nats: ServerHandle;
  readonly postgres: PostgresHandle;
  /** Both as something to supervise: the first start adopts the running server. */
  readonly startables: readonly Startable[];
  stop(): Promise<void>;
}

type Ports = Partial<Record<'nats' | 'postgres', number>>;

/** NATS and Postgres on the state directory's data, on the ports of the last start when they are still free. */
export async function startInfrastructure(stateDir: string, options: InfrastructureOptions): Promise<Infrastructure> {
  const say = options.onProgress ?? ((): void => undefined);
  const binary = (await findNatsServer({ log: say })).path;
  const [natsPort, postgresPort] = await portsFor(stateDir, options.ports ?? {});
  say('starting NATS and Postgres');
  const [nats, postgres] = await Promise.allSettled([
    startNats({ dir: join(stateDir, 'nats'), binary, ...(natsPort ? { port: natsPort } : {}) }),
    startPostgres({ dir: join(stateDir, 'postgres'), ...(postgresPort ? { port: postgresPort } : {}) }),
  ]);
  if (nats.status === 'rejected' || postgres.status === 'rejected') {
    if (nats.status === 'fulfilled') await nats.value.stop();
    if (postgres.status === 'fulfilled') await postgres.value.stop();
    throw nats.status === 'rejected' ? nats.reason : postgres.status === 'rejected' ? postgres.reason : new Error('unreachable');
  }
  writeFileSync(join(stateDir, 'ports.json'), JSON.stringify({ nats: nats.value.port, postgres: postgres.value.port } satisfies Ports));
  return {
    nats: nats.value,
    postgres: postgres.value,
    startables: [adopt('nats-server', nats.value), adopt('postgres', postgres.value)],
    stop: async () => {
      await nats.value.stop();
      await postgres.value.stop();
    },
  };
}

async function portsFor(stateDir: string, given: Ports): Promise<[nats: number | undefined, postgres: number | undefined]> {
  const last = lastPorts(stateDir);
  const choose = async (which: keyof Ports): Promise<number | undefined> => {
    if (given[which] !== undefined) return given[which];
    const before = last[which];
    return before !== undefined && (await isPortFree(before)) ? before : undefined;
  };
  return [await choose('nats'), await choose('postgres')];
}

function lastPorts(stateDir: string): Ports {
  try {
    return JSON.parse(readFileSync(join(stateDir, 'ports.json'), 'utf8')) as Ports;
  } catch {
    return {};
  }
}

function adopt(name: string, server: ServerHandle): Startable {
  let adopted = false;
  return {
    name,
    start: async (): Promise<Running> => {
      if (adopted) await server.restart();
      adopted = true;
      return { pid: server.pid, exited: server.exited, stop: async () => await server.stop(), kill: async () => await server.kill() };
    },
  };
}
