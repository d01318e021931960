// Generates the Prisma client of every service whose schema changed since the last time. Needs no network and no engine binary:
// the generator is TypeScript and WebAssembly, and PRISMA_SCHEMA_ENGINE_BINARY keeps the CLI from fetching an engine it does not use here.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PARALLEL = 2;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const harmlessProgram = ['/bin/true', '/usr/bin/true'].find((path) => existsSync(path));

/** Services with a schema whose generated client is missing or was made from something else. */
const stale = () =>
  readdirSync(join(root, 'services'))
    .map((name) => {
      const dir = join(root, 'services', name);
      const schema = join(dir, 'prisma', 'schema.prisma');
      if (!existsSync(schema)) return undefined;
      const packageFile = createRequire(join(dir, 'package.json')).resolve('prisma/package.json');
      const { version } = JSON.parse(readFileSync(packageFile, 'utf8'));
      const hash = createHash('sha256').update(version).update('\0').update(readFileSync(schema)).digest('hex');
      const mark = join(dir, 'src', 'generated', 'prisma', '.schema-sha256');
      const upToDate = existsSync(mark) && readFileSync(mark, 'utf8') === hash;
      return upToDate ? undefined : { name, dir, hash, mark, command: join(dirname(packageFile), 'build', 'index.js') };
    })
    .filter((service) => service !== undefined);

const generate = (service) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [service.command, 'generate', '--schema', 'prisma/schema.prisma', '--no-hints'], {
      cwd: service.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...(harmlessProgram === undefined ? {} : { PRISMA_SCHEMA_ENGINE_BINARY: harmlessProgram }),
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`the Prisma client of ${service.name} could not be generated:\n${output}`));
      writeFileSync(service.mark, service.hash);
      console.log(`prisma client of ${service.name} generated`);
      return resolve();
    });
  });

const queue = stale();
const worker = async () => {
  for (let service = queue.shift(); service !== undefined; service = queue.shift()) await generate(service);
};
try {
  await Promise.all(Array.from({ length: PARALLEL }, worker));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
