import type { Bus } from '@tradewind/messaging';

import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { type OrdersStatus, ordersStatus, type Said, sayOrders, statusWhen } from '../orders-desk.js';
import { table } from '../output.js';
import { withBus } from '../reach.js';
import { RUN_DEFAULTS } from '../run-context.js';
import { speakerOf } from '../speaker.js';
import { requireRunning } from '../state-names.js';

interface Flags {
  readonly name?: string;
  readonly account: string;
  readonly accept?: readonly string[];
  readonly reason?: string;
  readonly actor?: string;
}

/** A comparison, and what it suspects has to last to be told. */
const COMPARED_WITHIN_MS = 20_000;
const ACCEPTED_WITHIN_MS = 10_000;
const PAPER = 'paper';

const compare = async (bus: Bus, said: Said): Promise<OrdersStatus> => {
  const { account } = said;
  const before = await ordersStatus(bus, account);
  if (before.venue === PAPER || before.link !== 'UP') return before;
  await sayOrders(bus, { type: 'Reconcile' }, said);
  return statusWhen(bus, account, ({ comparisons, suspected }) => comparisons > before.comparisons && suspected === 0, COMPARED_WITHIN_MS);
};

const accept = async (bus: Bus, ids: readonly string[], said: Said): Promise<OrdersStatus> => {
  const { account } = said;
  const { differences } = await ordersStatus(bus, account);
  const unknown = ids.filter((id) => !differences.some((difference) => difference.id === id));
  if (unknown.length > 0) throw new CliError(EXIT.data, 'NOT_OPEN', `no such difference is open: ${unknown.join(', ')}`);
  await sayOrders(bus, { type: 'AcceptDifferences', differenceIds: ids }, said);
  const isGone = (status: OrdersStatus): boolean => !status.differences.some(({ id }) => ids.includes(id));
  const after = await statusWhen(bus, account, isGone, ACCEPTED_WITHIN_MS);
  if (!isGone(after)) throw new CliError(EXIT.unavailable, 'NOT_CONFIRMED', 'the command is on the bus, but orders has not carried it out');
  return after;
};

const described = (status: OrdersStatus) => ({
  account: status.accountId,
  venue: status.venue,
  link: status.link,
  tradable: status.tradable,
  suspected: status.suspected,
  differences: status.differences.map(({ $typeName: _type, ...difference }) => difference),
});

const readable = (status: OrdersStatus): string => {
  const { differences, venue, link, linkReason, suspected, accountId } = status;
  if (venue === PAPER) return `${accountId} trades on bars: there is no venue to compare with`;
  if (differences.length === 0) {
    const compared = suspected > 0 ? `${suspected} differences may be none: they have to last to be told` : 'no difference is open';
    return `${accountId} at ${venue} (${link}${linkReason === '' ? '' : `: ${linkReason}`}): ${compared}`;
  }
  const rows = differences.map(({ id, kind, subject, code, ours, theirs }) => [id, kind, subject, code, ours, theirs]);
  const explained = differences.map(({ id, explanation }) => `${id}: ${explanation}`);
  const ids = differences.map(({ id }) => id).join(' ');
  return [
    table(['id', 'kind', 'subject', 'code', 'ours', 'theirs'], rows),
    ...explained,
    `no entry is sent until the venue agrees, or: tradewind reconcile --accept ${ids} --reason "…"`,
  ].join('\n');
};

/** Compares the books with the venue's, shows what is open, and takes the venue's word for what a person accepts. */
export const registerReconcile: RegisterCommand = (program, config) => {
  program
    .command('reconcile')
    .description('compare the books with the broker and show what differs; exit code 65 while something is open')
    .option('--accept <id...>', 'take the broker’s word for these differences')
    .option('--reason <text>', 'why they are accepted; kept in the audit trail')
    .option('--actor <person>', `who says so; ${config.user} without it`)
    .option('--account <id>', 'which account', RUN_DEFAULTS.account)
    .option('--name <state>', 'which platform: demo, up or another')
    .action(async (flags: Flags, command) => {
      const { accept: ids, account } = flags;
      const said = speakerOf(ids === undefined ? { ...flags, reason: 'asked for a comparison' } : flags, config);
      const running = requireRunning(config.root, flags.name);
      const status = await withBus(running.urls.nats, (bus) =>
        ids === undefined ? compare(bus, { ...said, account }) : accept(bus, ids, { ...said, account }),
      );
      outputOf(command, config).result(described(status), () => readable(status));
      if (status.differences.length > 0)
        throw new CliError(EXIT.data, 'DIFFERENCES_OPEN', `${status.differences.length} differences are open`);
      if (!status.tradable)
        throw new CliError(EXIT.unavailable, 'NOT_COMPARED', `the books are not compared with ${status.venue}: ${status.link}`);
    });
};
