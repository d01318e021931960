// The last line of a CI run: tests and gates together, `N passed, N failed`. A report that is missing, or a step that failed without a failure
// in its report (a file that did not load, a process that died), counts as one failure.
//   node scripts/count-results.mjs <1 when a step failed, else 0>
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

const read = (name) => {
  try {
    return JSON.parse(readFileSync(join(root, 'var/reports', name), 'utf8'));
  } catch {
    return undefined;
  }
};
const tests = read('tests.json');
const gates = read('gates.json');
const testsFailed = tests ? Math.max(tests.numFailedTests, tests.success ? 0 : 1) : 1;
const gatesFailed = gates ? gates.filter(({ passed }) => !passed).length : 1;
const passed = (tests?.numPassedTests ?? 0) + (gates?.filter((gate) => gate.passed).length ?? 0);
const stepFailed = process.argv[2] === '1';
const failed = Math.max(testsFailed + gatesFailed, stepFailed ? 1 : 0);
if (!tests) process.stdout.write('the tests left no report\n');
if (!gates) process.stdout.write('the gates left no report\n');
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
