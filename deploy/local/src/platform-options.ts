import type { LogLine } from './log-line.js';
import type { Death } from './supervised.js';

/** In the order in which data passes through them, which is the order in which they are stopped. */
export const serviceNames = ['market-data', 'features', 'inference', 'analysis', 'validation', 'risk', 'orders', 'audit'] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface PlatformOptions {
  /** The repository. */
  readonly root: string;
  /** The state's name: everything lies in `var/<name>`. */
  readonly name: string;
  /** Which services to run; none for the infrastructure alone. All eight when not given. */
  readonly services?: readonly ServiceName[];
  readonly mode?: 'lockstep' | 'realtime';
  readonly partitions?: number;
  readonly account?: string;
  /** Further settings, which win over the environment: general ones for every service, TW_<SERVICE>_… for that one. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whose TW_<SERVICE>_ variables reach that service; the process's own when not given. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Free ones are picked when not given; those of the last start are kept when still free. */
  readonly ports?: { readonly nats?: number; readonly postgres?: number };
  /** Told every line that a service writes. */
  readonly onLog?: (line: LogLine) => void;
  /** Told what the launcher does, in words. */
  readonly onProgress?: (text: string) => void;
}

export interface PlatformEvents {
  /** A process started; `restart` after a death. */
  started: [name: string, pid: number, restart: boolean];
  /** A process is up and says it is ready. */
  ready: [name: string];
  died: [death: Death];
  /** A process can't be kept running. The platform is of no use any more: stop it. */
  failed: [error: Error];
}
