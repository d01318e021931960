import type { Bus } from '@tradewind/messaging';
import type { ProtectionsOrdered, RiskCommand, TradingState, TradingStateChanged, VerdictsReached } from '@tradewind/risk';
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

type StatusCommand = 'Halt' | 'Resume';

const EVENT = 'risk.commands';
const ANSWER_MAX_MS = 3_000;
const POLL_MS = 50;
/** How far back in the stream the present state is looked for. */
const RECENT_MESSAGES = 500;

const nowNanos = (): UnixNanos => (BigInt(Date.now()) * 1_000_000n) as UnixNanos;

const commandOf = (type: StatusCommand, flags: CommandFlags, config: CliConfig): RiskCommand => {
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
const changeBy = async (bus: Bus, command: RiskCommand, fromSequence: number): Promise<TradingStateChanged | undefined> => {
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

/** The state that risk told last, with a step or between two; undefined when it told none lately. */
const latestState = async (bus: Bus, nearSequence: number): Promise<TradingState | undefined> => {
  let latest: { readonly sequence: number; readonly state: TradingState } | undefined;
  for (const event of ['risk.verdicts', 'risk.states', 'risk.protections'] as const) {
    for await (const received of bus.readStream({ event, fromSequence: Math.max(1, nearSequence - RECENT_MESSAGES) })) {
      const { state } = received.decode() as ProtectionsOrdered | VerdictsReached | TradingStateChanged;
      if (received.sequence > (latest?.sequence ?? 0)) latest = { sequence: received.sequence, state };
    }
  }
  return latest?.state;
};

const NOT_CONFIRMED = `the command is on the bus, but risk announced no change within ${ANSWER_MAX_MS / 1_000} s`;

const say = async (type: StatusCommand, flags: CommandFlags, config: CliConfig) => {
  const running = requireRunning(config.root, flags.name);
  return withBus(running.urls.nats, async (bus) => {
    const command = commandOf(type, flags, config);
    const startedAt = performance.now();
    const { sequence } = await bus.publish(bus.envelope(EVENT, command, { id: command.id, partition: 0, key: flags.account }));
    const changed = await changeBy(bus, command, sequence);
    const state = changed?.state ?? (await latestState(bus, sequence));
    const wanted = type === 'Halt' ? 'HALTED' : 'ACTIVE';
    if (state === undefined || (changed === undefined && state.status !== wanted)) {
      throw new CliError(EXIT.unavailable, 'NOT_CONFIRMED', NOT_CONFIRMED, 'look at `tradewind dlq list` and the logs');
    }
    return {
      account: flags.account,
      changed: changed !== undefined,
      previous: changed?.previous ?? state.status,
      status: state.status,
      actor: state.actor,
      reason: state.reason,
      command: command.id,
      milliseconds: Math.round(performance.now() - startedAt),
    };
  });
};

type Said = Awaited<ReturnType<typeof say>>;
const sayingOf = ({ account, changed, status, previous, actor, reason, milliseconds }: Said): string =>
  changed
    ? `${account} is ${status} (was ${previous}), said by ${actor}: ${reason} (${milliseconds} ms)`
    : `${account} was ${status} already, said by ${actor}: ${reason}`;

/** The kill switch and its opposite. */
export const registerTradingState: RegisterCommand = (program, config) => {
  const register = (name: string, type: StatusCommand, description: string): void => {
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
        outputOf(command, config).result(said, () => sayingOf(said));
      });
  };
  register('halt', 'Halt', 'kill switch: no new exposure from now on');
  register('resume', 'Resume', 'trade again after a halt');
};
