// Runs the tests: all of them, or what the arguments choose (they are Vitest's). Counts are left in var/reports/tests.json.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pass, root, tool } from './toolchain.mjs';

const report = join(root, 'var/reports/tests.json');
mkdirSync(join(root, 'var/reports'), { recursive: true });
process.exit(
  await pass(tool('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)]),
);
