import type { Bus } from '@tradewind/messaging';
import type { ProtectionsOrdered, RiskCommand, TradingState, TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import { accountIdOf, type UnixNanos } from '@tradewind/vocabulary';
import type { Command } from 'commander';

import { outputOf, type RegisterCommand } from '../command-output.js';
import type { CliConfig } from '../config.js';
import { CliError, EXIT } from '../exit-codes.js';
import { withBus } from '../reach.js';
import { ask } from '../requests.js';
import { RUN_DEFAULTS } from '../run-context.js';
import { speakerOf } from '../speaker.js';
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
/** Risk and orders answer in milliseconds; a kill switch waits for nobody who does not. */
const STATUS_MAX_MS = 300;

const nowNanos = (): UnixNanos => (BigInt(Date.now()) * 1_000_000n) as UnixNanos;

const commandOf = (type: StatusCommand, flags: CommandFlags, config: CliConfig): RiskCommand => {
  const at = nowNanos();
  return {
    ...speakerOf(flags, config),
    type,
    id: `rc/${flags.account}/${type.toLowerCase()}/${at}/${process.pid}`,
    accountId: accountIdOf(flags.account),
    at,
  };
};

/** What became of a command: a change, a refusal with its code, a halt that orders carried out without risk, or silence. */
interface Outcome {
  readonly changed?: TradingStateChanged;
  readonly refusal?: string;
  readonly byOrders?: boolean;
}

const announced = async (bus: Bus, command: RiskCommand, fromSequence: number): Promise<TradingStateChanged | undefined> => {
  for await (const received of bus.readStream({ event: 'risk.states', fromSequence })) {
    const changed = received.decode() as TradingStateChanged;
    if (changed.causes.includes(command.id)) return changed;
  }
  return undefined;
};

/** The answer of a service, or undefined when it does not give one at once. */
const atOnce = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
};

const outcomeOf = async (bus: Bus, command: RiskCommand, fromSequence: number): Promise<Outcome> => {
  const deadline = performance.now() + ANSWER_MAX_MS;
  while (performance.now() < deadline) {
    const changed = await announced(bus, command, fromSequence);
    if (changed !== undefined) return { changed };
    const risk = await atOnce(ask(bus, 'risk.status', { accountId: '' }, STATUS_MAX_MS));
    if (risk?.refused?.commandId === command.id) return { refusal: risk.refused.refusal };
    if (risk === undefined && command.type === 'Halt') {
      const orders = await atOnce(ask(bus, 'orders.status', { accountId: command.accountId }, STATUS_MAX_MS));
      if (orders?.halted === true) return { byOrders: true };
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return {};
};

const REFUSED: Readonly<Record<string, string>> = {
  UNKNOWN_ACCOUNT: 'risk guards another account',
  ACTOR_IS_NO_PERSON: 'only a person resumes, and the actor is the name of a machine',
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
  const command = commandOf(type, flags, config);
  const running = requireRunning(config.root, flags.name);
  return withBus(running.urls.nats, async (bus) => {
    const startedAt = performance.now();
    const { sequence } = await bus.publish(bus.envelope(EVENT, command, { id: command.id, partition: 0, key: flags.account }));
    const { changed, refusal, byOrders = false } = await outcomeOf(bus, command, sequence);
    if (refusal !== undefined && refusal !== 'ALREADY_SO')
      throw new CliError(EXIT.data, refusal, `${refusal}: ${REFUSED[refusal] ?? 'risk refused the command'}`);
    const told = { account: flags.account, command: command.id, milliseconds: Math.round(performance.now() - startedAt) };
    if (byOrders) {
      const { actor, reason } = command;
      return { ...told, changed: true, status: 'HALTED', actor, reason, confirmedBy: 'orders' } as const;
    }
    const state = changed?.state ?? (await latestState(bus, sequence));
    const wanted = type === 'Halt' ? 'HALTED' : 'ACTIVE';
    if (state === undefined || (changed === undefined && state.status !== wanted)) {
      throw new CliError(EXIT.unavailable, 'NOT_CONFIRMED', NOT_CONFIRMED, 'look at `tradewind dlq list` and the logs');
    }
    const { status, actor, reason } = state;
    const previous = changed?.previous ?? status;
    return { ...told, changed: changed !== undefined, previous, status, actor, reason, confirmedBy: 'risk' } as const;
  });
};

type Said = Awaited<ReturnType<typeof say>>;
const sayingOf = (said: Said): string => {
  const { account, changed, status, actor, reason, milliseconds } = said;
  if (said.confirmedBy === 'orders')
    return `${account} is HALTED at orders, which sends no entry and cancels the working ones; risk does not answer and follows when it is back (${milliseconds} ms)`;
  return changed
    ? `${account} is ${status} (was ${said.previous}), said by ${actor}: ${reason} (${milliseconds} ms)`
    : `${account} was ${status} already, said by ${actor}: ${reason}`;
};

/** The kill switch and its opposite. A halt is said in the name of whoever is logged in; a resume names its person. */
export const registerTradingState: RegisterCommand = (program, config) => {
  const register = (name: string, type: StatusCommand, description: string): Command =>
    program
      .command(name)
      .description(description)
      .requiredOption('--reason <text>', 'why; kept in the audit trail')
      .option('--account <id>', 'which account', RUN_DEFAULTS.account)
      .option('--name <state>', 'which platform: demo, up or another')
      .action(async (flags: CommandFlags, command) => {
        const said = await say(type, flags, config);
        outputOf(command, config).result(said, () => sayingOf(said));
      });
  register('halt', 'Halt', 'kill switch: no new exposure from now on').option('--actor <person>', `who says so; ${config.user} without it`);
  register('resume', 'Resume', 'trade again after a halt').requiredOption('--actor <person>', 'who answers for it');
};
