import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { type OrdersStatus, ordersStatus, sayOrders, statusWhen } from '../orders-desk.js';
import { table } from '../output.js';
import { withBus } from '../reach.js';
import { RUN_DEFAULTS } from '../run-context.js';
import { speakerOf } from '../speaker.js';
import { requireRunning } from '../state-names.js';

interface ListFlags {
  readonly name?: string;
  readonly account: string;
  readonly all?: boolean;
}

interface CancelFlags extends ListFlags {
  readonly reason: string;
  readonly actor?: string;
}

const CANCEL_WITHIN_MS = 10_000;
const HEADINGS = ['order', 'symbol', 'side', 'type', 'quantity', 'filled', 'status', 'purpose', 'under way'];

const linesOf = ({ orders }: OrdersStatus, all: boolean) => orders.filter(({ open }) => open || all);

const headOf = ({ venue, link, linkReason, halted, tradable, differences }: OrdersStatus): string =>
  [
    `${venue}: ${link}${linkReason === '' ? '' : ` (${linkReason})`}`,
    halted ? 'halted' : '',
    tradable ? '' : differences.length === 0 ? 'not compared yet' : `${differences.length} differences open: tradewind reconcile`,
  ]
    .filter((part) => part !== '')
    .join('; ');

const describedOf = (status: OrdersStatus, all: boolean) => ({
  account: status.accountId,
  venue: status.venue,
  link: status.link,
  halted: status.halted,
  tradable: status.tradable,
  orders: linesOf(status, all).map(({ $typeName: _type, ...line }) => line),
});

const readable = (status: OrdersStatus, all: boolean): string => {
  const rows = linesOf(status, all).map((line) => [
    line.clientOrderId,
    line.symbol,
    line.side,
    [line.type, line.limitPrice, line.stopPrice].filter((part) => part !== '').join(' '),
    line.quantity,
    line.filledQuantity,
    line.status,
    line.purpose,
    line.underWay,
  ]);
  return `${headOf(status)}\n${rows.length === 0 ? 'no orders' : table(HEADINGS, rows)}`;
};

const isOpen = (status: OrdersStatus, id: string): boolean => status.orders.some(({ clientOrderId, open }) => clientOrderId === id && open);

/** Working orders as they stand, and the end of one of them; `orders` alone lists. */
export const registerOrders: RegisterCommand = (program, config) => {
  const orders = program.command('orders').description('orders as they stand, and the end of one of them');
  orders
    .command('list', { isDefault: true })
    .description('working orders, and what is under way about them')
    .option('--all', 'those that ended lately too')
    .option('--account <id>', 'which account', RUN_DEFAULTS.account)
    .option('--name <state>', 'which platform: demo, up or another')
    .action(async (flags: ListFlags, command) => {
      const running = requireRunning(config.root, flags.name);
      const status = await withBus(running.urls.nats, (bus) => ordersStatus(bus, flags.account));
      const all = flags.all === true;
      outputOf(command, config).result(describedOf(status, all), () => readable(status, all));
    });
  orders
    .command('cancel')
    .description('cancel one order, at the venue or on our side')
    .argument('<id>', 'its client order id')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .option('--actor <person>', `who says so; ${config.user} without it`)
    .option('--account <id>', 'which account', RUN_DEFAULTS.account)
    .option('--name <state>', 'which platform: demo, up or another')
    .action(async (id: string, flags: CancelFlags, command) => {
      const said = speakerOf(flags, config);
      const running = requireRunning(config.root, flags.name);
      const { account } = flags;
      const order = await withBus(running.urls.nats, async (bus) => {
        const before = await ordersStatus(bus, account);
        if (!isOpen(before, id)) throw new CliError(EXIT.data, 'NOT_OPEN', `${id} is not a working order of ${account}`);
        await sayOrders(bus, { type: 'CancelOrder', clientOrderId: id }, { ...said, account });
        const after = await statusWhen(bus, account, (status) => !isOpen(status, id), CANCEL_WITHIN_MS);
        return after.orders.find(({ clientOrderId }) => clientOrderId === id);
      });
      if (order?.open === true) {
        throw new CliError(
          EXIT.unavailable,
          'NOT_CONFIRMED',
          `${id} is ${order.status}: the cancel is asked for, and the venue has not said what became of it`,
        );
      }
      const status = order?.status ?? 'CANCELED';
      outputOf(command, config).result({ order: id, status }, () => `${id} is ${status}`);
    });
};
