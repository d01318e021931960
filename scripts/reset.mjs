// Deletes the state of one name, or of every name under var/ (reports of tests and gates stay).
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { resetState } from '../deploy/local/dist/index.js';
import { root } from './toolchain.mjs';

const kept = new Set(['reports']);
const states = () => {
  try {
    return readdirSync(join(root, 'var'), { withFileTypes: true }).filter((entry) => entry.isDirectory() && !kept.has(entry.name));
  } catch {
    return [];
  }
};
const names = process.argv.length > 2 ? process.argv.slice(2) : states().map(({ name }) => name);
if (names.length === 0) process.stdout.write('there is no state to delete\n');
for (const name of names) {
  try {
    resetState(root, name);
    process.stdout.write(`deleted the state "${name}"\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
