// How every script here runs a tool: the Node and the package manager of this repository, and the settings that keep installs from
// downloading anything that doesn't come from the package registry. One place, so that a command by hand behaves like `make`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const pnpmVersion = '12.21.0';
export const oldestNode = 20;

const tools = join(root, 'node_modules/.bin');

export const environment = {
  ...process.env,
  PATH: `${tools}${delimiter}${process.env.PATH ?? ''}`,
  // The CPU binary is in the npm package; the install script would fetch CUDA from elsewhere.
  ONNXRUNTIME_NODE_INSTALL: 'skip',
  // Clients are generated and migrations applied without Prisma's downloaded engine.
  PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
  PRISMA_ENGINES_CHECKSUM_IGNORE_MISSING: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
};

/** Command and arguments that run this repository's pnpm: the one on PATH when it is the same major version, else through npx. */
export function pnpm(...args) {
  const found = spawnSync('pnpm', ['--version'], { encoding: 'utf8', cwd: '/', env: environment });
  const same = found.status === 0 && found.stdout.trim().split('.')[0] === pnpmVersion.split('.')[0];
  return same ? ['pnpm', ...args] : ['npx', '--yes', `pnpm@${pnpmVersion}`, ...args];
}

/** A tool of the workspace by name, e.g. `tool('oxlint')`. */
export const tool = (name) => join(tools, name);
export const hasTools = () => existsSync(tool('node')) && existsSync(tool('tsc'));

/** Runs a command and collects what it says. Never rejects: `code` is 127 when it can't be started. */
export async function collect(command, args, { cwd = root, env = environment, onData } = {}) {
  return await new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const take = (data) => {
      output += data;
      onData?.(String(data));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code, signal) => resolve({ code: code ?? 1, output: signal ? `${output}\n(ended by ${signal})` : output }));
  });
}

/** Runs a command on this terminal and returns its exit code. */
export async function pass(command, args, { cwd = root, env = environment } = {}) {
  return await new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    // Ctrl-C reaches the child too: it ends in its own order, and we with it.
    const wait = () => undefined;
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, wait);
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
