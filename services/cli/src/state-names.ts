import { existsSync } from 'node:fs';

import { readRunFile, type RunFile, stateDirectory } from '@tradewind/local';

import { CliError, EXIT } from './exit-codes.js';

export const DEMO_STATE = 'demo';
export const UP_STATE = 'up';

export interface FoundState {
  readonly name: string;
  readonly running: RunFile | undefined;
}

/**
 * The state that a command works on: the one named; else the one that runs (`up` before `demo`); else the one that is there. Throws CliError
 * when there is none.
 */
export const findState = (root: string, name: string | undefined): FoundState => {
  const names = name === undefined ? [UP_STATE, DEMO_STATE] : [name];
  const states = names.map((candidate) => ({ name: candidate, running: readRunFile(stateDirectory(root, candidate)) }));
  const found =
    states.find((state) => state.running !== undefined) ?? states.reverse().find((state) => existsSync(stateDirectory(root, state.name)));
  if (found !== undefined) return found;
  throw new CliError(
    EXIT.unavailable,
    'NO_STATE',
    `there is no state ${names.map((one) => `var/${one}`).join(' nor ')}`,
    'run `tradewind demo` or `tradewind up` first',
  );
};

/** The running platform. Throws CliError when it doesn't run. */
export const requireRunning = (root: string, name: string | undefined): RunFile => {
  const names = name === undefined ? [UP_STATE, DEMO_STATE] : [name];
  for (const candidate of names) {
    const running = readRunFile(stateDirectory(root, candidate));
    if (running !== undefined) return running;
  }
  throw new CliError(
    EXIT.unavailable,
    'NOT_RUNNING',
    `${names.map((one) => `"${one}"`).join(' and ')} ${names.length > 1 ? 'are' : 'is'} not running`,
    'start the platform with `tradewind up`',
  );
};
