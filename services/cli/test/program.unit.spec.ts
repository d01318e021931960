import { execFileSync } from 'node:child_process';

import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import { completionScript } from '../src/completion-script.js';
import type { CliConfig } from '../src/config.js';
import { buildProgram } from '../src/program.js';

const config: CliConfig = { root: '/nowhere', environment: {}, user: 'tester', colour: false, terminal: false, width: 100 };
const silent = (): Command => {
  const program = buildProgram(config, '1.2.3');
  const quiet = (command: Command): void => {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    command.commands.forEach(quiet);
  };
  quiet(program);
  return program;
};
const leaves = (command: Command, path: readonly string[] = []): { readonly path: string; readonly command: Command }[] =>
  command.commands.length === 0
    ? [{ path: path.join(' '), command }]
    : command.commands.flatMap((child) => leaves(child, [...path, child.name()]));

/** What bash offers after the typed words. */
const offered = (...typed: readonly string[]): string[] => {
  const script = `${completionScript(silent(), 'bash')}
COMP_WORDS=(tradewind ${typed.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length}; _tradewind; echo "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split(/\s+/);
};

describe('the command line', () => {
  it('has the commands that the documentation names, each with a description and --json', () => {
    const commands = leaves(silent());
    expect(commands.map(({ path }) => path)).toEqual([
      'demo',
      'up',
      'reset',
      'backtest',
      'stress',
      'model train',
      'model publish',
      'model promote',
      'model list',
      'replay start',
      'replay status',
      'data ls',
      'data backfill',
      'data check',
      'data replay',
      'dlq list',
      'dlq show',
      'dlq redrive',
      'audit verify',
      'audit export',
      'audit redact',
      'audit rotate-key',
      'lineage',
      'report daily',
      'report weekly',
      'report period',
      'alerts list',
      'alerts ack',
      'alerts test',
      'halt',
      'resume',
      'orders list',
      'orders cancel',
      'reconcile',
      'risk status',
      'risk profile show',
      'risk profile check',
      'risk profile reload',
      'doctor',
      'completion',
    ]);
    for (const { command } of commands) {
      expect(command.description()).not.toBe('');
      expect(command.options.map((option) => option.long)).toContain('--json');
    }
  });

  it.each([
    [['nonsense'], 'commander.unknownCommand'],
    [['demo', '--nonsense'], 'commander.unknownOption'],
    [['demo', '--partitions', '0'], 'commander.invalidArgument'],
    [['demo', '--steps', 'many'], 'commander.invalidArgument'],
    [['backtest', '--trading-from', '2000-13-40'], 'commander.invalidArgument'],
    [['halt'], 'commander.missingMandatoryOptionValue'],
    [['orders', 'cancel', 'tw-1'], 'commander.missingMandatoryOptionValue'],
    [['completion', 'tcsh'], 'commander.invalidArgument'],
    [['dlq', 'show', 'x'], 'commander.invalidArgument'],
    [['data', 'backfill', '--source', 'x', '--from', '2020-01-01'], 'commander.missingMandatoryOptionValue'],
    [['data', 'backfill', '--source', 'x', '--from', '2020-01-01', '--to', '2020-02-30x'], 'commander.invalidArgument'],
    [['data', 'backfill', '--symbols', 'a b', '--source', 'x'], 'commander.invalidArgument'],
    [['data', 'backfill', '--kinds', 'bars,tea', '--source', 'x'], 'commander.invalidArgument'],
    [['data', 'replay', '--interval', '7x'], 'commander.invalidArgument'],
    [['data', 'check'], 'commander.missingArgument'],
  ])('refuses %j as wrong use', async (words, code) => {
    await expect(silent().parseAsync(['node', 'tradewind', ...words])).rejects.toMatchObject({ code });
  });

  it.each([
    [['lineage', 'last'], 'NO_STATE', 69],
    [['audit', 'verify', '--name', 'none'], 'NO_STATE', 69],
    [['halt', '--reason', 'test'], 'NOT_RUNNING', 69],
    [['replay', 'status', '--name', 'demo'], 'NOT_RUNNING', 69],
    [['halt', '--reason', ' '], 'REASON_MISSING', 64],
    [['orders', '--all'], 'NOT_RUNNING', 69],
    [['reconcile'], 'NOT_RUNNING', 69],
    [['reconcile', '--accept', 'df-1'], 'REASON_MISSING', 64],
    [['replay', 'start', '--run', 'x', '--mode', 'backwards'], 'MODE', 64],
    [['reset', '../etc'], 'STATE_NAME', 64],
    [['data', 'backfill', '--source', 'yahoo', '--symbols', 'SPY', '--from', '2020-01-02', '--to', '2020-01-01'], 'DATES', 64],
    [['data', 'backfill', '--source', 'yahoo', '--from', '2020-01-01', '--to', '2020-01-01'], 'SYMBOLS', 64],
    [['data', 'backfill', '--source', 'none', '--symbols', 'SPY', '--from', '2020-01-01', '--to', '2020-01-01'], 'SOURCE', 64],
    [
      ['data', 'backfill', '--source', 'recorded', '--symbols', 'SPY', '--from', '2020-01-01', '--to', '2020-01-01'],
      'SOURCE_SETTINGS_INVALID',
      78,
    ],
    [['data', 'replay', '--symbols', 'SPY', '--from', '2020-01-02', '--to', '2020-01-01'], 'DATES', 64],
    [['data', 'replay', '--symbols', 'SPY', '--from', '2020-01-01', '--to', '2020-01-01', '--ticks', 'book'], 'TICKS', 64],
    [['data', 'check', '/nowhere/at/all', '--calendar', 'NONE'], 'CALENDAR', 64],
    [['backtest', '--profile', 'none'], 'PROFILE_MISSING', 78],
    [['backtest', '--model', '/nowhere/x.onnx'], 'MODEL_UNREADABLE', 78],
  ])('ends %j with a code and an exit code', async (words, code, exitCode) => {
    await expect(silent().parseAsync(['node', 'tradewind', ...words])).rejects.toMatchObject({ name: 'CliError', code, exitCode });
  });
});

describe('completion', () => {
  it('offers commands, then subcommands, then options, and only what begins like the word', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['demo', 'dlq', 'lineage', '--json']));
    expect(offered('l')).toEqual(['lineage']);
    expect(offered('data', '')).toEqual(expect.arrayContaining(['ls', 'backfill', 'check', 'replay']));
    expect(offered('data', 'backfill', '--k')).toEqual(['--kinds']);
    expect(offered('dlq', '')).toEqual(expect.arrayContaining(['list', 'show', 'redrive']));
    expect(offered('dlq', 'list', '--s')).toEqual(['--service']);
    expect(offered('demo', '--p')).toEqual(['--partitions']);
  });

  it('knows every command in every shell', () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      const script = completionScript(silent(), shell);
      for (const { path } of leaves(silent())) expect(script).toContain(path.split(' ').at(-1));
    }
  });
});
