import { civilDate, nyseCalendar } from '@tradewind/market';
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
import type { TradingBook, TradingExecution } from './trading-book.js';
import { OPEN, type TradingOrder, uuidOf, wireOrder } from './trading-orders.js';
import { invalid, notFound, readChange, readOrder, Refused } from './trading-request.js';
import { wireInstant } from './wire.js';

/** What Alpaca booked beside trades. */
export interface TradingBooking {
  readonly id: string;
  readonly type: string;
  readonly at: UnixNanos;
  readonly symbol: Symbol | undefined;
  readonly amount: Money;
  readonly description: string;
}

export interface TradingAccount {
  readonly number: string;
  readonly book: TradingBook;
  readonly venue: SimulatedVenue;
  readonly bookings: TradingBooking[];
  readonly instruments: Readonly<Record<string, Instrument>>;
  now(): UnixNanos;
  phase(): SessionPhase;
  marketPrice(symbol: Symbol): Price | undefined;
}

type Query = URLSearchParams;
type Body = Readonly<Record<string, unknown>>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const boundOf = (text: string | null, otherwise: bigint): bigint => {
  if (text === null) return otherwise;
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  const millis =
    match === null ? Number.NaN : Date.parse(match[2] === undefined ? `${match[1]}T00:00:00Z` : `${match[1]}T${match[2]}${match[4]}`);
  if (Number.isNaN(millis)) throw new Refused(invalid(`invalid time: ${text}`));
  return BigInt(millis) * 1_000_000n + BigInt((match![3] ?? '').padEnd(9, '0'));
};
const countOf = (text: string | null, otherwise: number, most: number): number => {
  const count = Number(text ?? otherwise);
  if (!Number.isInteger(count) || count < 1 || count > most) throw new Refused(invalid(`must be between 1 and ${most}`));
  return count;
};
const FOREVER = 1n << 62n;
const COMPACT = /[-:T.Z]/g;

/** `20190801011955195::<uuid>` */
const activityId = ({ at, id }: { readonly at: UnixNanos; readonly id: string }): string =>
  `${new Date(Number(at / 1_000_000n)).toISOString().replaceAll(COMPACT, '')}::${id}`;

const wireExecution = (execution: TradingExecution): Body => ({
  id: activityId(execution),
  activity_type: 'FILL',
  transaction_time: wireInstant(execution.at),
  type: execution.leaves === 0n ? 'fill' : 'partial_fill',
  price: formatDecimal(execution.price),
  qty: formatDecimal(execution.quantity),
  side: execution.order.side === 'BUY' ? 'buy' : 'sell',
  symbol: wireSymbol(execution.order.symbol),
  leaves_qty: formatDecimal(execution.leaves),
  order_id: execution.order.id,
  cum_qty: formatDecimal(execution.cumulative),
  order_status: execution.leaves === 0n ? 'filled' : 'partially_filled',
});

const wireBooking = (booking: TradingBooking): Body => ({
  id: activityId(booking),
  activity_type: booking.type,
  date: utcDateOf(booking.at),
  net_amount: formatDecimal(booking.amount),
  ...(booking.symbol === undefined ? {} : { symbol: wireSymbol(booking.symbol) }),
  description: booking.description,
  status: 'executed',
});

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
        return ok(this.clockBody());
      case 'GET calendar':
        return ok(this.calendarBody(query));
      case 'GET assets':
        return ok(Object.values(this.account.instruments).map((instrument) => this.assetBody(instrument)));
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
    const trades = category === 'non_trade_activity' ? [] : book.executions.map((each) => ({ at: each.at, body: wireExecution(each) }));
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

  private clockBody(): Body {
    const now = this.account.now();
    const today = utcDateOf(now);
    const next = (pick: (date: string) => UnixNanos | undefined): string => {
      for (let day = 0; day < 15; day += 1) {
        const at = pick(utcDateOf((BigInt(Date.parse(today) + day * 86_400_000) * 1_000_000n) as UnixNanos));
        if (at !== undefined && at > now) return wireInstant(at);
      }
      throw new RangeError('the exchange has no session within 15 days');
    };
    return {
      timestamp: wireInstant(now),
      is_open: this.account.phase() === 'REGULAR',
      next_open: next((date) => nyseCalendar.sessionOf(civilDate(date))?.openTime),
      next_close: next((date) => nyseCalendar.sessionOf(civilDate(date))?.closeTime),
    };
  }

  private calendarBody(query: Query): readonly Body[] {
    const [start, end] = [query.get('start') ?? utcDateOf(this.account.now()), query.get('end') ?? utcDateOf(this.account.now())];
    const local = (at: UnixNanos): string =>
      new Date(Number(at / 1_000_000n)).toLocaleTimeString('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' });
    const days: Body[] = [];
    for (let at = Date.parse(start); at <= Date.parse(end) && days.length < 10_000; at += 86_400_000) {
      const date = new Date(at).toISOString().slice(0, 10);
      const session = nyseCalendar.sessionOf(civilDate(date));
      if (session !== undefined)
        days.push({ date, open: local(session.openTime), close: local(session.closeTime), session_open: '0400', session_close: '2000' });
    }
    return days;
  }

  private asset(name: string): Answer {
    const instrument = Object.values(this.account.instruments).find(
      ({ symbol }) => wireSymbol(symbol) === name || uuidOf(`asset/${symbol}`) === name,
    );
    if (instrument === undefined) throw new Refused(notFound(`asset not found for ${name}`));
    return ok(this.assetBody(instrument));
  }

  private assetBody({ symbol, name, shortable, fractional }: Instrument): Body {
    return {
      id: uuidOf(`asset/${symbol}`),
      class: 'us_equity',
      exchange: 'NASDAQ',
      symbol: wireSymbol(symbol),
      name,
      status: 'active',
      tradable: true,
      marginable: true,
      shortable,
      easy_to_borrow: shortable,
      fractionable: fractional,
      attributes: [],
    };
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
