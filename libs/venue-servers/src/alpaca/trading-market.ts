import { civilDate, nyseCalendar } from '@tradewind/market';
import { type SessionPhase, SimulatedVenue, type VenuePolicies, type VenueReport } from '@tradewind/venue';
import { type Instrument, type Money, price, type Price, quantity, type Symbol, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

const DAY_MILLIS = 86_400_000;

export interface TradingMarketOptions {
  readonly instruments: Readonly<Record<string, Instrument>>;
  readonly accountNumber: string;
  readonly openingCash: Money;
  readonly policies: Partial<VenuePolicies>;
  /** What time it is when the server starts; the machine's own when left out. The clock runs on from there. */
  readonly startAt: UnixNanos | undefined;
}

/** The exchange behind a server and its clock: moved by whoever runs the server. Reports go to `told` in the order in which they come about. */
export class TradingMarket {
  readonly venue: SimulatedVenue;
  phase: SessionPhase = 'REGULAR';
  told: (reports: readonly VenueReport[]) => void = () => undefined;
  private offset: bigint;
  private last = 0n;
  private readonly quotes = new Map<Symbol, { readonly bid: Price; readonly ask: Price }>();
  private sequence = 0;

  constructor(options: TradingMarketOptions) {
    this.offset = options.startAt === undefined ? 0n : options.startAt - TradingMarket.machine();
    this.venue = SimulatedVenue.open({
      instruments: options.instruments,
      account: { venueAccount: options.accountNumber, currency: 'USD', openingCash: options.openingCash, kind: 'MARGIN' },
      policies: options.policies,
      seed: 1,
    });
  }

  private static machine(): bigint {
    return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
  }

  /** Later with each call: no two things happen at the same instant. */
  now(): UnixNanos {
    const now = TradingMarket.machine() + this.offset;
    this.last = now > this.last ? now : this.last + 1n;
    return this.last as UnixNanos;
  }

  /** The venue's clock goes on by so much at once. */
  skip(nanos: bigint): void {
    this.offset += nanos;
  }

  priceOf(symbol: Symbol): Price | undefined {
    return this.quotes.get(symbol)?.ask;
  }
  markOf(symbol: Symbol): Price | undefined {
    return this.quotes.get(symbol)?.bid;
  }

  quote(symbol: Symbol, bid: string, ask: string, size = '10000'): void {
    this.quotes.set(symbol, { bid: price(bid), ask: price(ask) });
    this.told(
      this.venue.onTick({
        kind: 'quote',
        symbol,
        at: this.now(),
        sequence: (this.sequence += 1),
        bidPrice: price(bid),
        bidQuantity: quantity(size),
        askPrice: price(ask),
        askQuantity: quantity(size),
        venue: 'V',
      }),
    );
  }

  halt(symbol: Symbol): void {
    this.told(this.venue.onHalt({ symbol, at: this.now() }));
  }
  resume(symbol: Symbol): void {
    this.told(this.venue.onResume({ symbol, at: this.now() }));
  }

  /** To the end of the session of today, with its closing auction. */
  closeSession(prices: Readonly<Record<string, string>>): void {
    const close = nyseCalendar.sessionOf(civilDate(utcDateOf(this.now())))?.closeTime;
    this.change('CLOSED', close ?? this.now(), prices);
  }

  /** To the beginning of the next session, with its opening auction. */
  openSession(prices: Readonly<Record<string, string>>): void {
    const now = this.now();
    for (let day = 0; day < 15; day += 1) {
      const date = new Date(Date.parse(utcDateOf(now)) + day * DAY_MILLIS).toISOString().slice(0, 10);
      const open = nyseCalendar.sessionOf(civilDate(date))?.openTime;
      if (open === undefined || open <= now) continue;
      this.change('REGULAR', open, prices);
      return;
    }
  }

  private change(phase: SessionPhase, at: UnixNanos, prices: Readonly<Record<string, string>>): void {
    const now = this.now();
    if (at > now) this.skip(at - now);
    this.phase = phase;
    const auctions = Object.fromEntries(Object.entries(prices).map(([symbol, text]) => [symbol, price(text)]));
    this.told(this.venue.onSession(phase, this.now(), auctions));
  }
}
