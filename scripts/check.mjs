// The gates, one after the other, each with its time; goes on after a failure and ends with how many failed.
//   node scripts/check.mjs [gate …]        results also in var/reports/gates.json
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect, environment, root, tool } from './toolchain.mjs';

const lastLines = 60;
const script = (name) => join(root, 'scripts', name);
const gates = {
  types: { advice: 'correct the types', run: async () => await inOrder([tool('tsc'), '-b'], [tool('tsc'), '-p', 'tsconfig.test.json']) },
  lint: { advice: '`node_modules/.bin/oxlint --fix` corrects some', run: async () => await command(tool('oxlint'), '--deny-warnings') },
  format: { advice: '`node_modules/.bin/oxfmt` formats every file', run: async () => await command(tool('oxfmt'), '--check') },
  structure: {
    advice: 'the rules are in tests/architecture',
    run: async () => await command(tool('vitest'), 'run', '--project', 'unit', 'tests/architecture'),
  },
  contracts: { advice: 'the style of proto/ is buf lint STANDARD', run: async () => await command(tool('buf'), 'lint') },
  compatibility: { advice: 'a change that breaks readers needs a new version of the contract (package …v2)', run: compatibility },
  unused: { advice: 'delete what nobody uses', run: async () => await command(tool('knip'), '--no-progress') },
  licences: { advice: 'see scripts/scan-licences.mjs', run: async () => await command(process.execPath, script('scan-licences.mjs')) },
  secrets: {
    advice: 'see scripts/scan-secrets.mjs; a credential that was committed must be revoked',
    run: async () => await command(process.execPath, script('scan-secrets.mjs')),
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in gates));
if (unknown.length > 0) {
  process.stderr.write(`unknown gate ${unknown.join(', ')}; there are ${Object.keys(gates).join(', ')}\n`);
  process.exit(2);
}
const results = [];
for (const name of wanted.length > 0 ? wanted : Object.keys(gates)) {
  const started = performance.now();
  const { code, output, note } = await gates[name].run();
  const seconds = (performance.now() - started) / 1000;
  results.push({ name, passed: code === 0, seconds, ...(note ? { note } : {}) });
  process.stdout.write(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(5)} s${note ? `  ${note}` : ''}\n`,
  );
  if (code !== 0) process.stdout.write(`${output.trimEnd().split('\n').slice(-lastLines).join('\n')}\n       ${gates[name].advice}\n`);
}
mkdirSync(join(root, 'var/reports'), { recursive: true });
writeFileSync(join(root, 'var/reports/gates.json'), `${JSON.stringify(results, null, 2)}\n`);
const failed = results.filter(({ passed }) => !passed).length;
process.stdout.write(`${results.length - failed} gates passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

async function command(program, ...args) {
  return await collect(program, args);
}

async function inOrder(...commands) {
  for (const [program, ...args] of commands) {
    const result = await collect(program, args);
    if (result.code !== 0) return result;
  }
  return { code: 0, output: '' };
}

/** Against where this branch left main; on main itself, against its commit before. */
async function compatibility() {
  const base = environment.TW_COMPATIBLE_WITH ?? previousCommit();
  if (!base) return { code: 0, output: '', note: 'skipped: there is no earlier commit to compare with' };
  if (git('ls-tree', '--name-only', base, 'proto/') === '')
    return { code: 0, output: '', note: `skipped: ${base.slice(0, 10)} has no contracts` };
  const result = await collect(tool('buf'), ['breaking', '--against', `${git('rev-parse', '--absolute-git-dir')}#ref=${base}`]);
  return { ...result, note: `against ${base.slice(0, 10)}` };
}

function previousCommit() {
  const head = git('rev-parse', 'HEAD');
  for (const main of ['origin/main', 'main']) {
    const left = git('merge-base', 'HEAD', main);
    if (left && left !== head) return left;
  }
  return git('rev-parse', '--verify', '--quiet', 'HEAD~1');
}

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '';
}
