import { instantText } from '@tradewind/connectors';
import type { VenueActivity, VenuePosition } from '@tradewind/venue';
import type { UnixNanos } from '@tradewind/vocabulary';

import { BrokerError } from '../broker.js';
import type { AlpacaClient } from './client.js';
import {
  type AlpacaAccount,
  type AlpacaOrder,
  decodeAccount,
  decodeClock,
  decodeFill,
  decodeOrder,
  decodeOrders,
  decodePositions,
  fields,
  type FillActivity,
  NAME,
} from './decode.js';
import { decodeActivity } from './decode-activity.js';

const ORDERS_PER_PAGE = 500;
const ACTIVITIES_PER_PAGE = 100;
const PAGES_MAX = 1000;

const tooMany = (what: string): BrokerError =>
  new BrokerError('BAD_RESPONSE', `${NAME}: the list of ${what} does not end`, {
    field: what,
    rule: `at most ${PAGES_MAX} pages that go on`,
  });

const before = (at: UnixNanos): string => instantText(at > 0n ? at - 1n : 0n);

/** What is asked of the account. Every method rejects with BrokerError and nothing else. */
export class AccountReader {
  constructor(private readonly client: AlpacaClient) {}

  async account(): Promise<AlpacaAccount> {
    return decodeAccount(await this.client.ask('/v2/account'));
  }

  async now(): Promise<UnixNanos> {
    return decodeClock(await this.client.ask('/v2/clock'));
  }

  async positions(): Promise<readonly VenuePosition[]> {
    return decodePositions(await this.client.ask('/v2/positions'));
  }

  async order(venueOrderId: string): Promise<AlpacaOrder> {
    return decodeOrder(await this.client.ask(`/v2/orders/${encodeURIComponent(venueOrderId)}`), 'order');
  }

  /** Undefined when the venue has no order with this client order id. */
  async orderOf(clientOrderId: string): Promise<AlpacaOrder | undefined> {
    const answer = await this.client.ask('/v2/orders:by_client_order_id', { client_order_id: clientOrderId }, 'ABSENT');
    return answer === undefined ? undefined : decodeOrder(answer, 'order');
  }

  /** Orders that were submitted from `since` on, in order of submission; all of them when it is left out. */
  async orders(status: 'open' | 'closed' | 'all', since?: UnixNanos): Promise<readonly AlpacaOrder[]> {
    const found = new Map<string, AlpacaOrder>();
    let after = since === undefined ? undefined : before(since);
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const query = {
        status,
        limit: String(ORDERS_PER_PAGE),
        direction: 'asc',
        nested: 'false',
        ...(after === undefined ? {} : { after }),
      };
      const orders = decodeOrders(await this.client.ask('/v2/orders', query));
      const known = found.size;
      for (const order of orders) found.set(order.id, order);
      if (orders.length < ORDERS_PER_PAGE) return [...found.values()];
      if (found.size === known) break;
      // Pages go by the time of submission, which orders may share: each page begins with the last instant of the one before.
      after = before(orders.at(-1)!.submittedAt);
    }
    throw tooMany('orders');
  }

  /** Executions from `since` on. Some of the same millisecond may be out of order. */
  async fills(since: UnixNanos): Promise<readonly FillActivity[]> {
    return this.activities('/v2/account/activities/FILL', since, (row, path) => decodeFill(row, path));
  }

  /** What was booked from `since` on beside executions. */
  async bookings(since: UnixNanos, currency: string): Promise<readonly VenueActivity[]> {
    const rows = await this.activities('/v2/account/activities', since, (row, path) => decodeActivity(row, path, currency), {
      category: 'non_trade_activity',
    });
    return rows.filter((activity) => activity !== undefined);
  }

  private async activities<T>(
    path: string,
    since: UnixNanos,
    decode: (row: unknown, path: string) => T,
    query: Readonly<Record<string, string>> = {},
  ): Promise<readonly T[]> {
    const found: T[] = [];
    const tokens = new Set<string>();
    const first = { ...query, after: before(since), direction: 'asc', page_size: String(ACTIVITIES_PER_PAGE) };
    for (let token: string | undefined; tokens.size < PAGES_MAX;) {
      const rows = fields.list(await this.client.ask(path, token === undefined ? first : { ...first, page_token: token }), 'activities');
      found.push(...rows.map((row, index) => decode(row, `activities[${index}]`)));
      if (rows.length < ACTIVITIES_PER_PAGE) return found;
      token = fields.text(fields.object(rows.at(-1), 'activities[last]')['id'], 'activities[last].id');
      if (tokens.has(token)) break;
      tokens.add(token);
    }
    throw tooMany('activities');
  }
}
