import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMigrations } from './migration-files.js';
import { schemaChange } from './offline-engine.js';

/** `node libs/database/dist/make-migration.js <service> <name>`, from the root of the repository. Needs no database. */

const EXIT_USAGE = 64;
const LOCK_FILE = 'migration_lock.toml';
const LOCK_TEXT = '# Prisma reads the provider from here.\nprovider = "postgresql"\n';

const stampOf = (now: Date): string => now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);

/** The schema as the newest migration left it is kept beside that migration. */
const lastSchema = async (migrationsDir: string): Promise<string | undefined> => {
  if (!existsSync(migrationsDir)) return undefined;
  const last = (await readMigrations(migrationsDir)).at(-1);
  return last === undefined ? undefined : readFile(join(migrationsDir, last.name, 'schema.prisma'), 'utf8');
};

const makeMigration = async (service: string, name: string): Promise<void> => {
  const prismaDir = join('services', service, 'prisma');
  const migrationsDir = join(prismaDir, 'migrations');
  const schema = await readFile(join(prismaDir, 'schema.prisma'), 'utf8');
  const script = await schemaChange(await lastSchema(migrationsDir), schema);
  if (script === '') {
    process.stdout.write(`the schema of ${service} is the one its migrations make: nothing to do\n`);
    return;
  }
  const folder = join(migrationsDir, `${stampOf(new Date())}_${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'migration.sql'), `${script}\n`);
  await writeFile(join(folder, 'schema.prisma'), schema);
  if (!existsSync(join(migrationsDir, LOCK_FILE))) await writeFile(join(migrationsDir, LOCK_FILE), LOCK_TEXT);
  process.stdout.write(`${join(folder, 'migration.sql')}\n`);
};

const [service, name] = process.argv.slice(2);
if (service === undefined || name === undefined || !/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('usage: make-migration <service> <name in lower_case>\n');
  process.exitCode = EXIT_USAGE;
} else {
  await makeMigration(service, name);
}
