import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory.js';
import { freePort, isPortFree } from './free-port.js';
import { LaunchError } from './launch-error.js';
import { ManagedProcess } from './managed-process.js';
import { type ServiceName, serviceNames } from './platform-options.js';
import type { ProcessLog } from './process-log.js';
import type { Running, Startable } from './supervised.js';

export interface ServicePlan {
  readonly name: string;
  /** The repository. */
  readonly root: string;
  /** The settings that every service gets (TW_…). */
  readonly settings: Readonly<Record<string, string>>;
  /** The launcher's own environment; of its TW_ variables only the service's own ones are passed on. */
  readonly environment: NodeJS.ProcessEnv;
  readonly heapMebibytesMax: number;
  readonly log: ProcessLog;
}

const stopTimeoutMs = 12_000;
const probeTimeoutMs = 2_000;
/** Eight services on one laptop: a small young generation keeps their resident memory down. */
const youngMebibytes = 4;

/** One service as its own process, the same port at each start (another only when somebody took it meanwhile). */
export class ServiceProcess implements Startable {
  #port = 0;

  constructor(readonly plan: ServicePlan) {}

  get name(): string {
    return this.plan.name;
  }
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<Running> {
    const { name, root, log } = this.plan;
    const program = join(root, 'services', name, 'dist/main.js');
    if (!existsSync(program)) throw new LaunchError('NOT_BUILT', `${program} doesn't exist. Run \`make build\`.`);
    if (this.#port === 0 || !(await isPortFree(this.#port))) this.#port = await freePort();
    return await ManagedProcess.start({
      name,
      command: process.execPath,
      args: [
        `--max-old-space-size=${this.plan.heapMebibytesMax}`,
        `--max-semi-space-size=${youngMebibytes}`,
        '--enable-source-maps',
        program,
      ],
      cwd: root,
      env: { ...environmentFor(name, this.plan.environment), ...settingsFor(name, this.plan.settings), TW_HTTP_PORT: String(this.#port) },
      output: { onLine: (line, stream) => log.write(line, stream) },
      stopSignal: 'SIGTERM',
      stopTimeoutMs,
      orphanSignal: 'KILL',
    });
  }

  /** True when the service says that it has everything it needs. */
  async isReady(): Promise<boolean> {
    return await new Promise((settle) => {
      const asked = request(`${this.url}/health/ready`, { timeout: probeTimeoutMs }, (answer) => {
        answer.resume();
        settle(answer.statusCode === 200);
      });
      asked.on('error', () => settle(false));
      asked.on('timeout', () => asked.destroy());
      asked.end();
    });
  }
}

const prefixOf = (service: string): string => `TW_${service.replaceAll('-', '_').toUpperCase()}_`;

/** The settings without those that belong to another service. */
export function settingsFor(name: string, settings: Readonly<Record<string, string>>): Record<string, string> {
  const others = serviceNames.filter((service) => service !== name).map(prefixOf);
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !others.some((prefix) => key.startsWith(prefix))));
}

/** Settings of vendors and channels go to the service that talks to them: their keys are no other's business. */
const READERS: Readonly<Record<string, ServiceName>> = { TW_SOURCE_: 'market-data', TW_BROKER_: 'orders', TW_ALERTS_: 'audit' };

/** Services refuse unknown TW_ settings, so each gets the general ones from its plan and its own (TW_<SERVICE>_…) from the environment. */
export function environmentFor(name: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = prefixOf(name);
  const isOwn = (key: string): boolean =>
    key.startsWith(own) || Object.entries(READERS).some(([prefix, reader]) => name === reader && key.startsWith(prefix));
  const passed = Object.entries(environment).filter(([key]) => !key.startsWith('TW_') || isOwn(key) || key === 'TW_LOG_LEVEL');
  // Compiled code is kept between starts: it halves the time to load a service.
  return { NODE_COMPILE_CACHE: join(cacheDirectory(environment), 'compiled'), ...Object.fromEntries(passed), TZ: 'UTC' };
}
