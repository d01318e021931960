// Brings a clone to where its commands run: packages installed, code generated, everything compiled. Each step is done again only when
// what it depends on has changed; when nothing has, this takes a fraction of a second and says nothing.
//   node scripts/setup.mjs [--install-only] [--verbose]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { collect, environment, oldestNode, pnpm, pnpmVersion, root, tool } from './toolchain.mjs';

const stampFile = join(root, 'node_modules/.tradewind/setup.json');
const verbose = process.argv.includes('--verbose') || environment.TW_SETUP_VERBOSE === '1';
const lastLines = 30;

const packages = () => ['libs', 'services', 'deploy', 'tests'].flatMap((group) => (group === 'tests' ? ['tests'] : childrenOf(group)));
const childrenOf = (group) => (existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => `${group}/${name}`) : []);
const servicesWithTables = () => childrenOf('services').filter((place) => existsSync(join(root, place, 'prisma/schema.prisma')));
const existing = (paths) => paths.filter((path) => existsSync(join(root, path)));

const steps = [
  {
    name: 'install packages',
    inputs: () => [
      ...existing(['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc']),
      ...existing(packages().map((place) => `${place}/package.json`)),
    ],
    results: () => ['node_modules/.bin/node', 'node_modules/.bin/tsc', 'node_modules/.modules.yaml'],
    command: () => pnpm('install', '--frozen-lockfile', '--reporter=append-only'),
    advice: [
      'Is the package registry reachable (`npm ping`)? Is the disk full?',
      `Was a package.json changed without the lock file? Then: npx pnpm@${pnpmVersion} install`,
      'Then run `make setup` again.',
    ].join('\n'),
  },
  {
    name: 'generate code',
    inputs: () => [
      ...existing(['buf.yaml', 'buf.gen.yaml', 'scripts/prisma-generate.mjs', 'pnpm-lock.yaml']),
      ...filesUnder('proto', /\.proto$/),
      ...servicesWithTables().map((place) => `${place}/prisma/schema.prisma`),
    ],
    results: () => ['libs/contracts/src/generated', ...servicesWithTables().map((place) => `${place}/src/generated`)],
    command: () => pnpm('run', '--silent', 'generate'),
    advice: 'The message above names the contract (proto/) or schema (services/*/prisma) that is wrong.',
  },
  {
    name: 'compile',
    inputs: () => [
      ...existing(['tsconfig.json', 'tsconfig.base.json']),
      ...[...childrenOf('libs'), ...childrenOf('services'), 'deploy/local'].flatMap((place) => [
        ...existing([`${place}/tsconfig.json`]),
        ...filesUnder(`${place}/src`, /\.(ts|tsx|json)$/),
      ]),
    ],
    byTime: true,
    results: () => ['services/cli/dist/main.js', 'deploy/local/dist/index.js'],
    command: () => [tool('tsc'), '-b'],
    advice: 'Correct what the compiler reports, then run the command again.',
  },
];

const started = performance.now();
checkNode();
const stamps = readStamps();
for (const step of process.argv.includes('--install-only') ? steps.slice(0, 1) : steps) await carryOut(step);
if (verbose) process.stdout.write(`set-up: ${seconds(started)} s\n`);

async function carryOut(step) {
  const before = fingerprint(step);
  if (stamps[step.name] === before && step.results().every((path) => existsSync(join(root, path)))) return;
  const start = performance.now();
  process.stderr.write(`set-up: ${step.name} … `);
  if (verbose) process.stderr.write('\n');
  delete stamps[step.name];
  const [command, ...args] = step.command();
  const { code, output } = await collect(command, args, verbose ? { onData: (text) => process.stderr.write(text) } : {});
  if (code !== 0) {
    saveStamps();
    const shown = verbose ? '' : `\n${output.trimEnd().split('\n').slice(-lastLines).join('\n')}`;
    process.stderr.write(
      `failed${shown}\n\nset-up: could not ${step.name} (${[command, ...args].join(' ')}: exit code ${code}).\n${step.advice}\n`,
    );
    process.exit(1);
  }
  process.stderr.write(`${seconds(start)} s\n`);
  stamps[step.name] = fingerprint(step);
  saveStamps();
}

function checkNode() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major >= oldestNode) return;
  process.stderr.write(`Tradewind needs Node ${oldestNode} or newer to set itself up; this is ${process.version}.\n`);
  process.exit(1);
}

/** Content for what is rarely touched; time and size for sources, whose content the compiler compares itself. */
function fingerprint(step) {
  const hash = createHash('sha256').update(process.platform + process.arch);
  for (const path of step.inputs().toSorted()) {
    const full = join(root, path);
    const { mtimeMs, size } = statSync(full);
    hash.update(`\0${path}\0`).update(step.byTime ? `${mtimeMs}/${size}` : readFileSync(full));
  }
  return hash.digest('hex');
}

function filesUnder(place, pattern) {
  const full = join(root, place);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}

function readStamps() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function saveStamps() {
  if (!existsSync(join(root, 'node_modules'))) return;
  mkdirSync(join(stampFile, '..'), { recursive: true });
  rmSync(stampFile, { force: true });
  writeFileSync(stampFile, JSON.stringify(stamps));
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
