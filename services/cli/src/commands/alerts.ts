import type { AuditCommand } from '@tradewind/audit';
import { AlertSeverity, AlertStatus, type AlertMessage } from '@tradewind/contracts';
import type { Bus } from '@tradewind/messaging';
import { isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';

import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { table } from '../output.js';
import { withBus } from '../reach.js';
import { ask } from '../requests.js';
import { speakerOf } from '../speaker.js';
import { requireRunning } from '../state-names.js';

const EVENT = 'audit.commands';
const ANSWER_MAX_MS = 5_000;
const POLL_MS = 100;
const STATE_OPTION = ['--name <state>', 'which platform: demo, up or another'] as const;

const nowNanos = (): UnixNanos => (BigInt(Date.now()) * 1_000_000n) as UnixNanos;
const at = (nanos: bigint): string => isoFromNanos(nanos as UnixNanos);

const described = (alert: AlertMessage) => ({
  key: alert.key,
  episode: alert.episode,
  severity: AlertSeverity[alert.severity],
  status: AlertStatus[alert.status],
  title: alert.title,
  lines: alert.lines,
  count: Number(alert.count),
  firstAt: at(alert.firstAtNs),
  lastAt: at(alert.lastAtNs),
  factIds: alert.factIds,
  ...(alert.acknowledgedBy !== undefined && { acknowledgedBy: alert.acknowledgedBy, acknowledgement: alert.acknowledgement }),
});
type Described = ReturnType<typeof described>;

const listed = async (bus: Bus, includeResolved: boolean): Promise<readonly Described[]> =>
  (await ask(bus, 'audit.alerts', { includeResolved })).alerts.map(described);

const row = (alert: Described): readonly string[] => [
  alert.severity,
  alert.status === 'ACKNOWLEDGED' ? `taken on by ${alert.acknowledgedBy ?? '?'}` : alert.status.toLowerCase(),
  String(alert.count),
  alert.lastAt,
  alert.title,
  alert.key,
];

interface ListFlags {
  readonly name?: string;
  readonly all?: boolean;
}

interface SpeakFlags {
  readonly name?: string;
  readonly reason: string;
  readonly actor?: string;
}

const publish = async (bus: Bus, command: AuditCommand): Promise<void> => {
  await bus.publish(bus.envelope(EVENT, command, { id: command.id, partition: 0, key: 'alerts' }));
};

/** The alert once somebody has taken it on. Throws CliError when there is none with the key, or nobody confirms. */
const acknowledged = async (bus: Bus, command: Extract<AuditCommand, { type: 'AcknowledgeAlert' }>): Promise<Described> => {
  const known = (await listed(bus, true)).find(({ key }) => key === command.key);
  if (known === undefined)
    throw new CliError(EXIT.data, 'ALERT_UNKNOWN', `there is no alert '${command.key}'`, '`tradewind alerts list` shows the keys');
  if (known.status !== 'OPEN') return known;
  await publish(bus, command);
  const deadline = performance.now() + ANSWER_MAX_MS;
  while (performance.now() < deadline) {
    const now = (await listed(bus, true)).find(({ key }) => key === command.key);
    if (now !== undefined && now.status !== 'OPEN') return now;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new CliError(EXIT.unavailable, 'NOT_CONFIRMED', `the alert is not taken on after ${ANSWER_MAX_MS / 1_000} s`);
};

/** What a person must hear of, and who takes it on. */
export const registerAlerts: RegisterCommand = (program, config) => {
  const alerts = program.command('alerts').description('what people must hear of: list, take on, test the channels');
  alerts
    .command('list')
    .description('what is open, the gravest first')
    .option('--all', 'what was resolved, too')
    .option(...STATE_OPTION)
    .action(async (flags: ListFlags, command) => {
      const { urls } = requireRunning(config.root, flags.name);
      const found = await withBus(urls.nats, (bus) => listed(bus, flags.all === true));
      outputOf(command, config).result(found, () =>
        found.length === 0 ? 'no alerts' : table(['severity', 'status', 'times', 'last', 'what', 'key'], found.map(row)),
      );
    });
  alerts
    .command('ack <key>')
    .description('take an alert on: it is not repeated until it becomes graver or is raised anew')
    .requiredOption('--reason <text>', 'what is done about it; kept in the audit trail')
    .option('--actor <person>', `who takes it on; ${config.user} without it`)
    .option(...STATE_OPTION)
    .action(async (key: string, flags: SpeakFlags, command) => {
      const said = speakerOf(flags, config);
      const { urls } = requireRunning(config.root, flags.name);
      const spoken = { ...said, id: `al/ack/${nowNanos()}/${process.pid}`, at: nowNanos() };
      const alert = await withBus(urls.nats, (bus) => acknowledged(bus, { ...spoken, type: 'AcknowledgeAlert', key }));
      outputOf(command, config).result(alert, () => `${alert.title}: ${row(alert)[1]}`);
    });
  alerts
    .command('test')
    .description('send a critical alert to every channel, to see that it arrives')
    .requiredOption('--reason <text>', 'why; it is what people read')
    .option('--actor <person>', `who asks; ${config.user} without it`)
    .option(...STATE_OPTION)
    .action(async (flags: SpeakFlags, command) => {
      const said = speakerOf(flags, config);
      const { urls } = requireRunning(config.root, flags.name);
      const id = `al/test/${nowNanos()}/${process.pid}`;
      await withBus(urls.nats, (bus) => publish(bus, { ...said, type: 'TestAlerts', id, at: nowNanos() }));
      outputOf(command, config).result({ command: id }, () => 'a test is on its way to every channel');
    });
};
