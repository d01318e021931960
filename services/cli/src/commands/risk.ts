import { readFile } from 'node:fs/promises';

import { type RpcResponse } from '@tradewind/contracts';
import type { Bus } from '@tradewind/messaging';
import {
  parseRiskProfile,
  type ProfileChanged,
  type RiskCommand,
  type RiskProfile,
  riskProfileDigest,
  RiskProfileError,
} from '@tradewind/risk';
import { accountIdOf, isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';

import { outputOf, type RegisterCommand } from '../command-output.js';
import type { CliConfig } from '../config.js';
import { CliError, EXIT } from '../exit-codes.js';
import { table } from '../output.js';
import { withBus } from '../reach.js';
import { ask } from '../requests.js';
import { RUN_DEFAULTS } from '../run-context.js';
import { speakerOf } from '../speaker.js';
import { requireRunning } from '../state-names.js';

type Status = RpcResponse<'risk.status'>;

interface PlatformFlags {
  readonly name?: string;
  readonly account: string;
}

interface ReloadFlags extends PlatformFlags {
  readonly reason: string;
  readonly actor?: string;
}

const ANSWER_MAX_MS = 3_000;
const POLL_MS = 50;
const DIGEST_SHOWN = 12;
/** By their number in the contract. */
const STATUSES = ['UNKNOWN', 'ACTIVE', 'REDUCING', 'HALTED'] as const;

const statusOf = (bus: Bus, account: string): Promise<Status> => ask(bus, 'risk.status', { accountId: account });
const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
const shortOf = (digest: string): string => digest.slice(0, DIGEST_SHOWN);

const plain = (status: Status) => ({
  account: status.state?.accountId ?? '',
  status: STATUSES[status.state?.status ?? 0] ?? 'UNKNOWN',
  actor: status.state?.actor ?? '',
  reason: status.state?.reason ?? '',
  since: isoFromNanos((status.state?.sinceNs ?? 0n) as UnixNanos),
  run: status.run,
  step: Number(status.step),
  profile: { name: status.profileName, digest: status.profileDigest, reloaded: status.profileReloaded },
  equity: status.equity,
  peakEquity: status.peakEquity,
  drawdown: status.drawdown,
  gross: status.gross,
  breakers: status.breakers.map(({ rule, armed, fired, measured, limit }) => ({ rule, armed, fired, measured, limit })),
  losses: status.losses.map(({ measure, method, confidence, loss }) => ({ measure, method, confidence, loss })),
  sectors: status.sectors,
  factors: status.factors,
  ...(status.silentMs === undefined ? {} : { silentMs: Number(status.silentMs) }),
});

type Plain = ReturnType<typeof plain>;

const page = (shown: Plain): string => {
  const { account, status, actor, reason, run, step, profile, equity, drawdown, gross } = shown;
  const breakers = shown.breakers.map(({ rule, armed, fired, measured, limit }) =>
    armed ? [rule, fired ? 'fired' : 'armed', measured.toPrecision(4), limit.toPrecision(4)] : [rule, 'off', '', ''],
  );
  const losses = shown.losses.map(({ measure, method, confidence, loss }) => [measure, method, percent(confidence), percent(loss)]);
  const shares = (title: string, values: Readonly<Record<string, number>>, show: (value: number) => string): string[] =>
    Object.keys(values).length === 0
      ? []
      : [
          `${title}: ${Object.entries(values)
            .map(([key, value]) => `${key === '' ? 'unknown' : key} ${show(value)}`)
            .join(', ')}`,
        ];
  return [
    `${account} is ${status}, said by ${actor}: ${reason}`,
    `step ${step} of run ${run}; profile ${profile.name} (${shortOf(profile.digest)}${profile.reloaded ? ', put in force by a command' : ''})`,
    `equity ${equity}, drawdown ${percent(drawdown)}, exposure ${percent(gross)}`,
    ...shares('sectors', shown.sectors, percent),
    ...shares('betas', shown.factors, (beta) => beta.toFixed(2)),
    table(['breaker', 'state', 'measured', 'limit'], breakers),
    ...(losses.length === 0 ? [] : [table(['over one bar', 'method', 'confidence', 'loss'], losses)]),
  ].join('\n');
};

/** Reads and validates a profile file. Throws CliError with every fault. */
const readProfile = async (path: string): Promise<{ readonly text: string; readonly profile: RiskProfile }> => {
  let text: string;
  let json: unknown;
  try {
    text = await readFile(path, 'utf8');
    json = JSON.parse(text);
  } catch (error) {
    throw new CliError(
      EXIT.usage,
      'PROFILE_UNREADABLE',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  try {
    return { text, profile: parseRiskProfile(json) };
  } catch (error) {
    if (error instanceof RiskProfileError) throw new CliError(EXIT.data, 'PROFILE_INVALID', `${path}: ${error.message}`);
    throw error;
  }
};

/** What became of a command: the change, or why there was none. */
const outcomeOf = async (bus: Bus, command: RiskCommand, fromSequence: number): Promise<ProfileChanged> => {
  const deadline = performance.now() + ANSWER_MAX_MS;
  while (performance.now() < deadline) {
    for await (const received of bus.readStream({ event: 'risk.profiles', fromSequence })) {
      const changed = received.decode() as ProfileChanged;
      if (changed.causes.includes(command.id)) return changed;
    }
    const { refused } = await statusOf(bus, command.accountId);
    if (refused?.commandId === command.id) {
      throw new CliError(EXIT.failure, refused.refusal, [`risk refused the profile: ${refused.refusal}`, ...refused.faults].join('\n  - '));
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new CliError(
    EXIT.unavailable,
    'NOT_CONFIRMED',
    `risk announced no change within ${ANSWER_MAX_MS / 1_000} s`,
    'look at `tradewind risk status`',
  );
};

const reload = async (path: string, flags: ReloadFlags, config: CliConfig): Promise<ProfileChanged> => {
  const said = speakerOf(flags, config);
  const { text } = await readProfile(path);
  const running = requireRunning(config.root, flags.name);
  return withBus(running.urls.nats, async (bus) => {
    const at = (BigInt(Date.now()) * 1_000_000n) as UnixNanos;
    const command: RiskCommand = {
      ...said,
      type: 'ReloadProfile',
      id: `rc/${flags.account}/profile/${at}/${process.pid}`,
      accountId: accountIdOf(flags.account),
      at,
      profile: text,
    };
    const { sequence } = await bus.publish(bus.envelope('risk.commands', command, { id: command.id, partition: 0, key: flags.account }));
    return outcomeOf(bus, command, sequence);
  });
};

const ACCOUNT_OPTION = ['--account <id>', 'which account', RUN_DEFAULTS.account] as const;
const NAME_OPTION = ['--name <state>', 'which platform: demo, up or another'] as const;

const registerStatus: RegisterCommand = (risk, config) => {
  risk
    .command('status')
    .description('trading state, breakers, value at risk and exposure as risk sees them now')
    .option(...ACCOUNT_OPTION)
    .option(...NAME_OPTION)
    .action(async (flags: PlatformFlags, command) => {
      const running = requireRunning(config.root, flags.name);
      const shown = await withBus(running.urls.nats, async (bus) => plain(await statusOf(bus, flags.account)));
      outputOf(command, config).result(shown, () => page(shown));
    });
};

const registerProfile: RegisterCommand = (risk, config) => {
  const profile = risk.command('profile').description('the limits in force');
  profile
    .command('show')
    .description('the profile in force, whole')
    .option(...ACCOUNT_OPTION)
    .option(...NAME_OPTION)
    .action(async (flags: PlatformFlags, command) => {
      const running = requireRunning(config.root, flags.name);
      const status = await withBus(running.urls.nats, (bus) => statusOf(bus, flags.account));
      const shown = JSON.parse(status.profile) as unknown;
      outputOf(command, config).result(shown, () => JSON.stringify(shown, undefined, 2));
    });
  profile
    .command('check')
    .description('validates a profile file and names every fault')
    .argument('<file>', 'JSON')
    .action(async (file: string, _flags: unknown, command) => {
      const { profile: read } = await readProfile(file);
      const checked = { file, name: read.name, mode: read.mode, digest: riskProfileDigest(read) };
      outputOf(command, config).result(
        checked,
        () => `${file} is a valid ${checked.mode} profile: ${checked.name} (${shortOf(checked.digest)})`,
      );
    });
  profile
    .command('reload')
    .description('puts a profile file in force at once; it outlives restarts')
    .argument('<file>', 'JSON')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .option('--actor <person>', `who says so; ${config.user} without it`)
    .option(...ACCOUNT_OPTION)
    .option(...NAME_OPTION)
    .action(async (file: string, flags: ReloadFlags, command) => {
      const { name, digest, previousDigest, actor, reason, id } = await reload(file, flags, config);
      outputOf(command, config).result(
        { account: flags.account, name, digest, previousDigest, actor, reason, id },
        () => `the ${name} profile (${shortOf(digest)}) is in force, said by ${actor}: ${reason}; before it ${shortOf(previousDigest)}`,
      );
    });
};

/** What risk measures, and by which limits. */
export const registerRisk: RegisterCommand = (program, config) => {
  const risk = program.command('risk').description('what risk measures, and the limits in force');
  registerStatus(risk, config);
  registerProfile(risk, config);
};
