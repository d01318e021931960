import { z } from 'zod';
import { setting } from './setting.js';

const PARTITIONS_MAX = 256;
const POOL_MAX = 64;

/** Settings that every service has; `natsUrl` is TW_NATS_URL and so on. */
export const baseSettings = z.object({
  /** One or more servers, comma-separated. */
  natsUrl: setting.secretUrl(['nats:', 'tls:', 'ws:', 'wss:']),
  databaseUrl: setting.secretUrl(['postgres:', 'postgresql:']),
  /** 0: any free port. */
  httpPort: setting.integer({ least: 0, most: 65_535 }).default(0),
  httpHost: setting.text().default('127.0.0.1'),
  partitions: setting.integer({ least: 1, most: PARTITIONS_MAX }).default(1),
  logLevel: setting.oneOf(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  account: setting.text().default('paper-1'),
  mode: setting.oneOf(['lockstep', 'realtime']).default('lockstep'),
  databasePoolMax: setting.integer({ least: 2, most: POOL_MAX }).default(4),
  /** How long a handled message id is kept. Longer than any stream keeps its messages (30 days). */
  inboxKeepDays: setting.integer({ least: 31, most: 3_650 }).default(45),
  /** How long a published message is kept for people to look at. */
  outboxKeepDays: setting.integer({ least: 1, most: 3_650 }).default(7),
  /** How long the whole of an ordered stop may take. */
  stopMaxMs: setting.integer({ least: 1_000, most: 600_000 }).default(10_000),
});

export type BaseSettings = z.output<typeof baseSettings>;
