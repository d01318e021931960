import type { Bus } from '@tradewind/messaging';
import type { RiskCommand, TradingStateChanged } from '@tradewind/risk';
import { accountIdOf, type UnixNanos } from '@tradewind/vocabulary';

import { outputOf, type RegisterCommand } from '../command-output.js';
import type { CliConfig } from '../config.js';
import { CliError, EXIT } from '../exit-codes.js';
import { withBus } from '../reach.js';
import { RUN_DEFAULTS } from '../run-context.js';
import { requireRunning } from '../state-names.js';

interface CommandFlags {
  readonly name?: string;
  readonly account: string;
  readonly reason: string;
  readonly actor?: string;
}

const EVENT = 'risk.commands';
const ANSWER_MAX_MS = 5_000;
const POLL_MS = 50;

const nowNanos = (): UnixNanos => (BigInt(Date.now()) * 1_000_000n) as UnixNanos;

const commandOf = (type: RiskCommand['type'], flags: CommandFlags, config: CliConfig): RiskCommand => {
  const at = nowNanos();
  const actor = flags.actor ?? config.user;
  return {
    type,
    id: `rc/${flags.account}/${type.toLowerCase()}/${at}/${process.pid}`,
    accountId: accountIdOf(flags.account),
    actor,
    reason: flags.reason,
    at,
  };
};

/** The change that a command led to; undefined when none was announced in time. */
const answerTo = async (bus: Bus, command: RiskCommand, fromSequence: number): Promise<TradingStateChanged | undefined> => {
  const deadline = performance.now() + ANSWER_MAX_MS;
  while (performance.now() < deadline) {
    for await (const received of bus.readStream({ event: 'risk.states', fromSequence })) {
      const changed = received.decode() as TradingStateChanged;
      if (changed.causes.includes(command.id)) return changed;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return undefined;
};

const say = async (type: RiskCommand['type'], flags: CommandFlags, config: CliConfig) => {
  const running = requireRunning(config.root, flags.name);
  return withBus(running.urls.nats, async (bus) => {
    const command = commandOf(type, flags, config);
    const startedAt = performance.now();
    const { sequence } = await bus.publish(bus.envelope(EVENT, command, { id: command.id, partition: 0, key: flags.account }));
    const changed = await answerTo(bus, command, sequence);
    if (changed === undefined) {
      throw new CliError(
        EXIT.unavailable,
        'NOT_CONFIRMED',
        `the command is on the bus, but no change was announced within ${ANSWER_MAX_MS / 1_000} s: it may have been so already, or risk does not run`,
        'look at `tradewind dlq list` and the logs',
      );
    }
    const { state, previous } = changed;
    return {
      account: flags.account,
      previous,
      status: state.status,
      actor: state.actor,
      reason: state.reason,
      command: command.id,
      milliseconds: Math.round(performance.now() - startedAt),
    };
  });
};

/** The kill switch and its opposite. */
export const registerTradingState: RegisterCommand = (program, config) => {
  const register = (name: string, type: RiskCommand['type'], description: string): void => {
    program
      .command(name)
      .description(description)
      .requiredOption('--reason <text>', 'why; kept in the audit trail')
      .option('--actor <person>', `who says so; ${config.user} without it`)
      .option('--account <id>', 'which account', RUN_DEFAULTS.account)
      .option('--name <state>', 'which platform: demo, up or another')
      .action(async (flags: CommandFlags, command) => {
        if (flags.reason.trim() === '') throw new CliError(EXIT.usage, 'REASON_MISSING', 'the reason is empty');
        const said = await say(type, flags, config);
        outputOf(command, config).result(
          said,
          () => `${said.account} is ${said.status} (was ${said.previous}), said by ${said.actor}: ${said.reason} (${said.milliseconds} ms)`,
        );
      });
  };
  register('halt', 'Halt', 'kill switch: no new exposure from now on');
  register('resume', 'Resume', 'trade again after a halt');
};
