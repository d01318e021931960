import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { migrate, migrationStatus } from '@tradewind/database';
import { createLogger } from './logger.js';
import { parseSettings } from './parse-settings.js';
import { SettingsError } from './settings-fault.js';
import { z } from 'zod';

/**
 * `node libs/service-kit/dist/migrate-command.js [--status] [service…]`, from the root of the repository: applies the pending migrations of the services (all
 * without a name) to TW_DATABASE_URL. One line a service on stdout; exit code 1 on a refusal, 78 on a wrong setting.
 */
const EXIT_FAILURE = 1;
const EXIT_CONFIGURATION = 78;
/** Stands in for the bus, which a migrator has no need of. */
const NO_BUS = { TW_NATS_URL: 'nats://unused' };

const servicesWithMigrations = (): string[] =>
  readdirSync('services')
    .filter((name) => existsSync(join('services', name, 'prisma', 'migrations')))
    .sort();

const run = async (parameters: readonly string[]): Promise<void> => {
  const isStatus = parameters.includes('--status');
  const named = parameters.filter((parameter) => !parameter.startsWith('--'));
  const { config, secrets } = parseSettings('migrate', z.object({}), { ...NO_BUS, ...process.env });
  const log = createLogger({ service: 'migrate', level: 'warn', secrets });
  for (const service of named.length > 0 ? named : servicesWithMigrations()) {
    const options = {
      url: config.databaseUrl,
      schema: service.replaceAll('-', '_'),
      migrationsDir: resolve('services', service, 'prisma', 'migrations'),
      log,
    };
    if (isStatus) {
      process.stdout.write(`${JSON.stringify({ service, ...(await migrationStatus(options)) })}\n`);
    } else {
      const applied = await migrate(options);
      process.stdout.write(`${service}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}\n`);
    }
  }
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof SettingsError ? EXIT_CONFIGURATION : EXIT_FAILURE;
}
