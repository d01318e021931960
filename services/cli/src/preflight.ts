import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

import { LaunchError, readRunFile, serviceNames, stateDirectory } from '@tradewind/local';
import { DEMO_PLAN, replayDataset } from '@tradewind/market';
import { readDemoSources } from '@tradewind/replay-files';

import type { CliConfig } from './config.js';
import { CliError } from './exit-codes.js';
import { locateNatsServer } from './nats-location.js';
import { readProfile } from './run-context.js';
import { DEMO_STATE, UP_STATE } from './state-names.js';

export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'warning' | 'fault';
  readonly detail: string;
}

type Check = (config: CliConfig) => Promise<Omit<Finding, 'check'>> | Omit<Finding, 'check'>;

const NODE_MAJOR_MIN = 24;
const DISK_BYTES_MIN = 2 * 1024 ** 3;
const MEMORY_BYTES_MIN = 1.5 * 1024 ** 3;
const PROFILES = ['demo', 'paper', 'trial', 'live'];

const ok = (detail: string): Omit<Finding, 'check'> => ({ verdict: 'ok', detail });
const warning = (detail: string): Omit<Finding, 'check'> => ({ verdict: 'warning', detail });
const fault = (detail: string): Omit<Finding, 'check'> => ({ verdict: 'fault', detail });
const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

const checks: Readonly<Record<string, Check>> = {
  node: () => {
    const { node } = process.versions;
    return Number(node.split('.')[0]) >= NODE_MAJOR_MIN
      ? ok(node)
      : fault(`${node}, but ${NODE_MAJOR_MIN} or newer is needed: use bin/tradewind`);
  },
  'nats-server': async ({ environment }) => {
    const found = await locateNatsServer(environment);
    return found === undefined ? warning('none here; the first start brings one') : ok(`${found.version} at ${found.path}`);
  },
  build: ({ root }) => {
    const missing = serviceNames.filter((name) => !existsSync(join(root, 'services', name, 'dist/main.js')));
    return missing.length === 0 ? ok(`${serviceNames.length} services`) : fault(`not built: ${missing.join(', ')}; run \`make build\``);
  },
  prices: async () => {
    const dataset = replayDataset(DEMO_PLAN, await readDemoSources());
    return ok(
      `${dataset.barCount} bars of ${dataset.symbols.join(', ')}, ${dataset.from} to ${dataset.to}, ${dataset.faultCount} faults found in the files`,
    );
  },
  'risk profiles': async ({ root }) => {
    for (const profile of PROFILES) await readProfile(root, profile);
    return ok(PROFILES.join(', '));
  },
  'state folder': ({ root }) => {
    const folder = join(root, 'var');
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    return free < DISK_BYTES_MIN
      ? fault(`${gibibytes(free)} free, ${gibibytes(DISK_BYTES_MIN)} are needed`)
      : ok(`${gibibytes(free)} free`);
  },
  memory: () =>
    freemem() < MEMORY_BYTES_MIN
      ? warning(`${gibibytes(freemem())} free; the services take up to ${gibibytes(MEMORY_BYTES_MIN)}`)
      : ok(`${gibibytes(freemem())} free`),
  clock: () => (new Date().getUTCFullYear() < 2025 ? fault(`the clock says ${new Date().toISOString()}`) : ok(new Date().toISOString())),
  running: ({ root }) => {
    const running = [UP_STATE, DEMO_STATE].filter((name) => readRunFile(stateDirectory(root, name)) !== undefined);
    return ok(running.length === 0 ? 'nothing' : running.join(', '));
  },
};

const run = async (name: string, check: Check, config: CliConfig): Promise<Finding> => {
  try {
    return { check: name, ...(await check(config)) };
  } catch (error) {
    const known = error instanceof CliError || error instanceof LaunchError || error instanceof Error;
    return { check: name, verdict: 'fault', detail: known ? error.message : String(error) };
  }
};

/** Looks at everything that a start needs and names every fault; changes nothing but making `var`. */
export const preflight = (config: CliConfig): Promise<Finding[]> =>
  Promise.all(Object.entries(checks).map(([name, check]) => run(name, check, config)));
