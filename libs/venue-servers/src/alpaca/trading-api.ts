import { instantOf } from '@tradewind/connectors';
import type { SessionPhase, SimulatedVenue } from '@tradewind/venue';
import {
  absolute,
  add,
  formatDecimal,
  type Instrument,
  type Money,
  money,
  notional,
  type Price,
  type Symbol,
  type UnixNanos,
  utcDateOf,
} from '@tradewind/vocabulary';

import type { Answer } from './data-api.js';
import { wireSymbol } from './data-store.js';
import type { TradingBook } from './trading-book.js';
import { OPEN, type TradingOrder, uuidOf, wireOrder } from './trading-orders.js';
import { invalid, notFound, Refused } from './trading-refusal.js';
import { readChange, readOrder } from './trading-request.js';
import { type TradingBooking, wireAsset, wireBooking, wireCalendar, wireClock, wireExecution } from './trading-views.js';

export interface TradingAccount {
  readonly number: string;
  readonly book: TradingBook;
  readonly venue: SimulatedVenue;
  readonly bookings: TradingBooking[];
  readonly instruments: Readonly<Record<string, Instrument>>;
  /** False while the list of executions lags behind. */
  listsExecutions(): boolean;
  now(): UnixNanos;
  phase(): SessionPhase;
  marketPrice(symbol: Symbol): Price | undefined;
}

type Query = URLSearchParams;
type Body = Readonly<Record<string, unknown>>;

const ok = (body: unknown): Answer => ({ status: 200, body });
/** Instants come as RFC 3339 or as a date. */
const boundOf = (text: string | null, otherwise: bigint): bigint => {
  if (text === null) return otherwise;
  const at = instantOf(text) ?? instantOf(`${text}T00:00:00Z`);
  if (at === undefined) throw new Refused(invalid(`invalid time: ${text}`));
  return at;
};
const countOf = (text: string | null, otherwise: number, most: number): number => {
  const count = Number(text ?? otherwise);
  if (!Number.isInteger(count) || count < 1 || count > most) throw new Refused(invalid(`must be between 1 and ${most}`));
  return count;
};
const FOREVER = 1n << 62n;
/** `/v2` of Alpaca's trading API over one account. */
export class TradingApi {
  constructor(private readonly account: TradingAccount) {}

  /** The answer to a request; its work is done when it returns. */
  answer(method: string, path: string, query: Query, body: Body): Answer {
    try {
      return this.routed(method, path, query, body) ?? { status: 404, body: { message: 'endpoint not found.' } };
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  }

  private routed(method: string, path: string, query: Query, body: Body): Answer | undefined {
    const [, first = '', second] = /^\/v2\/([a-z:_]+)(?:\/(.+))?$/.exec(path) ?? [];
    const name = second === undefined ? undefined : decodeURIComponent(second);
    switch (`${method} ${first}${name === undefined ? '' : '/*'}`) {
      case 'GET account':
        return ok(this.accountBody());
      case 'GET account/*':
        return this.activities(name!, query);
      case 'GET clock':
        return ok(wireClock(this.account.now(), this.account.phase()));
      case 'GET calendar':
        return ok(wireCalendar(query.get('start') ?? utcDateOf(this.account.now()), query.get('end') ?? utcDateOf(this.account.now())));
      case 'GET assets':
        return ok(Object.values(this.account.instruments).map((instrument) => wireAsset(instrument)));
      case 'GET assets/*':
        return this.asset(name!);
      case 'GET positions':
        return ok(this.positions());
      case 'GET positions/*':
        return ok(this.position(name!));
      case 'DELETE positions/*':
        return ok(this.closePosition(name!, query));
      case 'DELETE positions':
        return {
          status: 207,
          body: this.positions().map((row) => ({
            symbol: row['symbol'],
            status: 200,
            body: this.closePosition(String(row['symbol']), query),
          })),
        };
      default:
        return this.ordersRouted(`${method} ${first}${name === undefined ? '' : '/*'}`, name, query, body);
    }
  }

  private ordersRouted(route: string, name: string | undefined, query: Query, body: Body): Answer | undefined {
    const { book } = this.account;
    switch (route) {
      case 'POST orders':
        return book.submit(readOrder(body), (order) => ok(this.orderBody(order, true)));
      case 'GET orders':
        return ok(this.orders(query));
      case 'DELETE orders': {
        const open = [...book.orders.values()].filter(({ status }) => OPEN.has(status));
        for (const { id } of open) if (OPEN.has(book.get(id)!.status)) book.cancel(id);
        return { status: 207, body: open.map(({ id }) => ({ id, status: 200 })) };
      }
      case 'GET orders/*':
        return ok(this.orderBody(this.found(book.get(name!), name!), query.get('nested') === 'true'));
      case 'GET orders:by_client_order_id': {
        const id = query.get('client_order_id') ?? '';
        return ok(this.orderBody(this.found(book.withClientId(id), id), true));
      }
      case 'PATCH orders/*':
        return book.replace(name!, readChange(body), (order) => ok(this.orderBody(order, false)));
      case 'DELETE orders/*':
        book.cancel(name!);
        return { status: 204, body: undefined };
      default:
        return undefined;
    }
  }

  private found(order: TradingOrder | undefined, name: string): TradingOrder {
    if (order === undefined) throw new Refused(notFound(`order not found for ${name}`));
    return order;
  }

  private orderBody(order: TradingOrder, nested: boolean): unknown {
    const legs = nested && order.legs.length > 0 ? this.account.book.legsOf(order).map((leg) => wireOrder(leg)) : null;
    return wireOrder(order, legs);
  }

  private orders(query: Query): readonly unknown[] {
    const status = query.get('status') ?? 'open';
    const [after, until] = [boundOf(query.get('after'), -1n), boundOf(query.get('until'), FOREVER)];
    const symbols = query.get('symbols')?.split(',');
    const nested = query.get('nested') === 'true';
    const wanted = [...this.account.book.orders.values()].filter(
      (order) =>
        (status === 'all' || OPEN.has(order.status) === (status === 'open')) &&
        order.submittedAt > after &&
        order.submittedAt < until &&
        (symbols === undefined || symbols.includes(wireSymbol(order.symbol))) &&
        !(nested && order.parent !== undefined),
    );
    // The map is in order of submission.
    if (query.get('direction') !== 'asc') wanted.reverse();
    return wanted.slice(0, countOf(query.get('limit'), 50, 500)).map((order) => this.orderBody(order, nested));
  }

  private activities(name: string, query: Query): Answer | undefined {
    const match = /^activities(?:\/([A-Z]+))?$/.exec(name);
    if (match === null) return undefined;
    const types = match[1] === undefined ? query.get('activity_types')?.split(',') : [match[1]];
    const category = query.get('category');
    const [after, until] = [boundOf(query.get('after'), -1n), boundOf(query.get('until'), FOREVER)];
    const { book, bookings } = this.account;
    const trades =
      category === 'non_trade_activity' || !this.account.listsExecutions()
        ? []
        : book.executions.map((each) => ({ at: each.at, body: wireExecution(each) }));
    const others = category === 'trade_activity' ? [] : bookings.map((each) => ({ at: each.at, body: wireBooking(each) }));
    const rows = [...trades, ...others]
      .filter(({ at, body }) => at > after && at < until && (types === undefined || types.includes(String(body['activity_type']))))
      .toSorted((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
    if (query.get('direction') !== 'asc') rows.reverse();
    const token = query.get('page_token');
    const start = token === null ? 0 : rows.findIndex(({ body }) => body['id'] === token) + 1;
    return ok(rows.slice(start, start + countOf(query.get('page_size'), 100, 100)).map(({ body }) => body));
  }

  private accountBody(): Body {
    const { account } = this;
    const now = account.now();
    const { cash, buyingPower } = account.venue.snapshot(now, now);
    const booked = account.bookings.reduce((sum, { amount }) => add(sum, amount), money('0'));
    const held = [...account.book.positions].reduce(
      (sum, [symbol, quantity]) => add(sum, notional(account.marketPrice(symbol) ?? (0n as Price), quantity)),
      money('0'),
    );
    const total = add(cash['USD'] ?? money('0'), booked);
    return {
      id: uuidOf(`account/${account.number}`),
      account_number: account.number,
      status: 'ACTIVE',
      crypto_status: 'ACTIVE',
      currency: 'USD',
      cash: formatDecimal(total),
      buying_power: formatDecimal(buyingPower ?? total),
      regt_buying_power: formatDecimal(buyingPower ?? total),
      daytrading_buying_power: '0',
      non_marginable_buying_power: formatDecimal(total),
      equity: formatDecimal(add(total, held)),
      last_equity: formatDecimal(add(total, held)),
      portfolio_value: formatDecimal(add(total, held)),
      long_market_value: formatDecimal(held),
      short_market_value: '0',
      initial_margin: '0',
      maintenance_margin: '0',
      last_maintenance_margin: '0',
      sma: '0',
      multiplier: '2',
      daytrade_count: 0,
      pattern_day_trader: false,
      trading_blocked: false,
      transfers_blocked: false,
      account_blocked: false,
      trade_suspended_by_user: false,
      shorting_enabled: true,
      created_at: '2024-01-02T15:00:00Z',
    };
  }

  private asset(name: string): Answer {
    const instrument = Object.values(this.account.instruments).find(
      ({ symbol }) => wireSymbol(symbol) === name || uuidOf(`asset/${symbol}`) === name,
    );
    if (instrument === undefined) throw new Refused(notFound(`asset not found for ${name}`));
    return ok(wireAsset(instrument));
  }

  private positions(): readonly Body[] {
    const { account } = this;
    const now = account.now();
    return account.venue.snapshot(now, now).positions.map(({ symbol, quantity, averagePrice }) => {
      const price = account.marketPrice(symbol) ?? averagePrice;
      return {
        asset_id: uuidOf(`asset/${symbol}`),
        symbol: wireSymbol(symbol),
        exchange: 'NASDAQ',
        asset_class: 'us_equity',
        avg_entry_price: formatDecimal(averagePrice),
        qty: formatDecimal(quantity),
        qty_available: formatDecimal(quantity),
        side: quantity > 0n ? 'long' : 'short',
        market_value: formatDecimal(notional(price, quantity)),
        cost_basis: formatDecimal(notional(averagePrice, quantity)),
        unrealized_pl: formatDecimal((notional(price, quantity) - notional(averagePrice, quantity)) as Money),
        unrealized_plpc: '0',
        unrealized_intraday_pl: '0',
        unrealized_intraday_plpc: '0',
        current_price: formatDecimal(price),
        lastday_price: formatDecimal(price),
        change_today: '0',
        asset_marginable: true,
      };
    });
  }

  private position(name: string): Body {
    const row = this.positions().find((position) => position['symbol'] === name || position['asset_id'] === name);
    if (row === undefined) throw new Refused(notFound('position does not exist'));
    return row;
  }

  private closePosition(name: string, query: Query): unknown {
    const row = this.position(name);
    const held = money(String(row['qty']));
    const part = query.get('qty') ?? formatDecimal(absolute(held));
    const order = { symbol: row['symbol'], qty: part, side: held > 0n ? 'sell' : 'buy', type: 'market', time_in_force: 'day' };
    return this.account.book.submit(readOrder(order), (placed) => this.orderBody(placed, false));
  }
}
