import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MigrationError } from './errors.js';

export interface MigrationFile {
  /** Folder name, `<yyyymmddhhmmss>_<name>`; names sort in the order of applying. */
  readonly name: string;
  readonly script: string;
  /** SHA-256 of the script in hexadecimal, as Prisma records it. */
  readonly checksum: string;
}

const FOLDER = /^\d{14}_[a-z0-9_]+$/;

const foldersOf = async (migrationsDir: string): Promise<string[]> => {
  try {
    const entries = await readdir(migrationsDir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (cause) {
    throw new MigrationError('unreadable', migrationsDir, `the folder of migrations ${migrationsDir} cannot be read`, { cause });
  }
};

const readMigration = async (migrationsDir: string, name: string): Promise<MigrationFile> => {
  if (!FOLDER.test(name)) throw new MigrationError('unreadable', name, `${name} is not named <14 digits>_<name>`);
  try {
    const script = await readFile(join(migrationsDir, name, 'migration.sql'), 'utf8');
    return { name, script, checksum: createHash('sha256').update(script).digest('hex') };
  } catch (cause) {
    throw new MigrationError('unreadable', name, `migration ${name} has no readable migration.sql`, { cause });
  }
};

/** The migrations on disk, oldest first. Throws MigrationError (unreadable). */
export const readMigrations = async (migrationsDir: string): Promise<readonly MigrationFile[]> =>
  Promise.all((await foldersOf(migrationsDir)).map((name) => readMigration(migrationsDir, name)));
