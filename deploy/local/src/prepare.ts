import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@tradewind/database';
import { ensureTopology } from '@tradewind/messaging';
import { connect } from '@nats-io/transport-node';
import { schemaOf } from './schema-name.js';

export interface PrepareOptions {
  readonly root: string;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly services: readonly string[];
  readonly partitions: number;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/** Brings every service's tables and the bus's streams and consumers to what this version declares. Changes nothing when they are already. */
export async function prepare(options: PrepareOptions): Promise<void> {
  await Promise.all([migrateAll(options), declareTopology(options)]);
}

async function migrateAll(options: PrepareOptions): Promise<void> {
  for (const service of options.services) {
    const migrationsDir = join(options.root, 'services', service, 'prisma/migrations');
    if (!existsSync(migrationsDir)) continue;
    await migrate({ url: options.databaseUrl, schema: schemaOf(service), migrationsDir, log: options.log });
  }
}

async function declareTopology(options: PrepareOptions): Promise<void> {
  const connection = await connect({ servers: options.natsUrl, name: 'launcher', timeout: 10_000 });
  try {
    await ensureTopology({ connection }, options.partitions);
  } finally {
    await connection.close();
  }
}
