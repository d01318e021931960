import type { VenueSnapshot } from '@tradewind/venue';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { AccountReader } from './account-reader.js';
import type { AlpacaOrder, FillActivity } from './decode.js';
import type { OrderChains } from './order-chains.js';
import type { ReportMaker } from './reports.js';

const DAY_NANOS = 86_400_000_000_000n;
/** How often the account is read again because something traded meanwhile. */
const READINGS_MAX = 5;

const earlier = (at: UnixNanos, days: number): UnixNanos => {
  const moved = at - BigInt(days) * DAY_NANOS;
  return (moved > 0n ? moved : 0n) as UnixNanos;
};

/** The orders that a snapshot shows: those that work, and those that ended since; of a chain of replacements its last. */
const ordersOf = async (
  reader: AccountReader,
  chains: OrderChains,
  since: UnixNanos,
  lookBackDays: number,
  fills: readonly FillActivity[],
): Promise<readonly AlpacaOrder[]> => {
  const worked = chains.working().map(({ id }) => id);
  const shown = new Map<string, AlpacaOrder>();
  const keep = async (order: AlpacaOrder): Promise<void> => void shown.set(order.id, await chains.adopt(order));
  for (const order of await reader.orders('open')) await keep(order);
  for (const order of await reader.orders('closed', earlier(since, lookBackDays))) if (order.updatedAt >= since) await keep(order);
  for (const id of new Set([...worked, ...fills.map(({ orderId }) => orderId)])) if (!shown.has(id)) await keep(await reader.order(id));
  // A rejected replacement is no end of the order that it was to replace.
  return [...shown.values()].filter(({ status, replaces }) => status !== 'replaced' && !(status === 'rejected' && replaces !== undefined));
};

/**
 * The account as one: when an execution is booked while it is read, it is read again, so that orders, positions and cash belong together. Orders that ended
 * since `since` are looked for among those submitted up to `lookBackDays` before, those that this session knew, and those that executions name.
 */
export const readSnapshot = async (
  reader: AccountReader,
  chains: OrderChains,
  maker: ReportMaker,
  since: UnixNanos,
  lookBackDays: number,
): Promise<VenueSnapshot> => {
  for (let reading = 1; ; reading += 1) {
    const fills = await reader.fills(since);
    const orders = await ordersOf(reader, chains, since, lookBackDays, fills);
    const [account, positions] = [await reader.account(), await reader.positions()];
    const activities = await reader.bookings(since, account.currency);
    const again = await reader.fills(since);
    if (again.length !== fills.length && reading < READINGS_MAX) continue;
    return {
      at: await reader.now(),
      venueAccount: account.number,
      orders: orders.map((order) => chains.viewOf(order)),
      executions: again.map((fill) => maker.executionOf(fill)),
      executionsSince: since,
      positions,
      cash: { [account.currency]: account.cash },
      buyingPower: account.buyingPower,
      activities: activities.filter(({ at }) => at >= since),
    };
  }
};
