import {
  ibkrFixedCommission,
  type SessionPhase,
  SimulatedVenue,
  type SimulatedAccountSettings,
  type VenuePolicies,
} from '@tradewind/venue';
import {
  add,
  type Instrument,
  type Money,
  notional,
  price as priceOf,
  type Quantity,
  quantity as quantityOf,
  subtract,
  type Symbol,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';

import type { TwsContract } from '../contract.js';
import type { TwsInstrument } from '../instrument.js';
import { type AccountView, type HeldPosition, sendAccount } from './account-messages.js';
import { type Exchange, TradingDesk, type TradingNeeds } from './trading-desk.js';
import { exchangeSymbol } from './venue-terms.js';

export interface TwsTradingOptions {
  readonly openingCash: Money;
  readonly currency?: string;
  readonly kind?: SimulatedAccountSettings['kind'];
  readonly phase?: SessionPhase;
  /** Of the exchange; commissions are IBKR's fixed ones unless told otherwise. */
  readonly policies?: Partial<VenuePolicies>;
  /** Symbols that nobody lends. */
  readonly notShortable?: readonly string[];
  readonly seed?: number;
}

const QUOTED_QUANTITY = quantityOf('10000');
/** Primary exchanges that have a calendar, by IB's names. */
const MARKET_CODES: Readonly<Record<string, string>> = { NASDAQ: 'XNAS', NYSE: 'XNYS', ARCA: 'ARCX', TSE: 'XTSE' };

const instrumentOf = (contract: TwsContract, shortable: boolean): Instrument => ({
  symbol: exchangeSymbol(contract),
  name: contract.longName,
  assetClass: 'STOCK',
  category: 'CORE',
  sector: contract.industry,
  exchange: MARKET_CODES[contract.primaryExchange] ?? contract.primaryExchange,
  currency: contract.currency,
  lotSize: contract.sizeIncrement,
  tickSize: contract.minTick,
  fractional: false,
  shortable,
});

interface Adjustment {
  cash: Money;
  readonly positions: Map<Symbol, Quantity>;
}

/** The trading side of the server: a simulated exchange behind TWS's orders, and the account that trades there. The first listing of a symbol is the one that trades. */
export class TwsTrading {
  readonly desk: TradingDesk;
  readonly #venue: SimulatedVenue;
  readonly #symbols = new Map<Symbol, TwsInstrument>();
  /** What corrections changed: the exchange's own books know of none. */
  readonly #adjusted: Adjustment = { cash: ZERO_MONEY, positions: new Map() };
  readonly #otherCash = new Map<string, Money>();
  readonly #currency: string;

  constructor(
    options: TwsTradingOptions,
    private readonly needs: Omit<TradingNeeds, 'exchange' | 'accountChanged'>,
    instruments: readonly TwsInstrument[],
  ) {
    this.#currency = options.currency ?? 'USD';
    const refused = new Set(options.notShortable ?? []);
    for (const instrument of instruments) {
      const symbol = exchangeSymbol(instrument.contract);
      if (!this.#symbols.has(symbol)) this.#symbols.set(symbol, instrument);
    }
    this.#venue = SimulatedVenue.open({
      instruments: Object.fromEntries(
        [...this.#symbols].map(([symbol, { contract }]) => [symbol, instrumentOf(contract, !refused.has(symbol))]),
      ),
      account: {
        venueAccount: needs.accounts[0] ?? '',
        currency: this.#currency,
        openingCash: options.openingCash,
        kind: options.kind ?? 'MARGIN',
      },
      policies: { commission: ibkrFixedCommission, ...options.policies },
      seed: options.seed ?? 1,
      phase: options.phase ?? 'REGULAR',
    });
    this.desk = new TradingDesk({ ...needs, exchange: this.#exchange(), accountChanged: () => this.#tellAccount() });
  }

  /** The best offers from now on, so many shares on each side: the exchange trades against them, and whoever follows market data sees them. */
  quote(symbol: string, bid: string, ask: string, size?: string): void {
    const { instrument, symbol: known } = this.#listed(symbol);
    const at = this.needs.clock.now();
    const shown = size === undefined ? QUOTED_QUANTITY : quantityOf(size);
    const quote = { at, bidPrice: priceOf(bid), bidQuantity: shown, askPrice: priceOf(ask), askQuantity: shown };
    instrument.publishQuote(quote);
    this.desk.take(this.#venue.onTick({ kind: 'quote', symbol: known, sequence: 0, venue: '', ...quote }));
  }

  halt(symbol: string): void {
    this.desk.take(this.#venue.onHalt({ symbol: this.#listed(symbol).symbol, at: this.needs.clock.now() }));
  }

  resume(symbol: string): void {
    this.desk.take(this.#venue.onResume({ symbol: this.#listed(symbol).symbol, at: this.needs.clock.now() }));
  }

  /** The session changes; `prices` are those of its auctions, by symbol. */
  changeSession(phase: SessionPhase, prices: Readonly<Record<string, string>> = {}): void {
    const auction = Object.fromEntries(Object.entries(prices).map(([symbol, text]) => [symbol, priceOf(text)]));
    this.desk.take(this.#venue.onSession(phase, this.needs.clock.now(), auction));
  }

  /** Money in another currency than the account's own. */
  setCash(currency: string, amount: Money): void {
    this.#otherCash.set(currency, amount);
    this.#tellAccount();
  }

  accountView(): AccountView {
    const snapshot = this.#venue.snapshot(this.needs.clock.now(), this.needs.clock.now());
    const own = add(snapshot.cash[this.#currency] ?? ZERO_MONEY, this.#adjusted.cash);
    const positions: HeldPosition[] = [];
    for (const { symbol, quantity, averagePrice, marketPrice } of snapshot.positions) {
      const instrument = this.#symbols.get(symbol);
      const held = add(quantity, this.#adjusted.positions.get(symbol) ?? ZERO_QUANTITY);
      if (instrument !== undefined && held !== 0n)
        positions.push({ contract: instrument.contract, quantity: held, averagePrice, marketPrice: marketPrice ?? averagePrice });
    }
    return {
      account: this.desk.account,
      currency: this.#currency,
      cash: { [this.#currency]: own, ...Object.fromEntries(this.#otherCash) },
      buyingPower: snapshot.buyingPower ?? own,
      positions,
    };
  }

  #exchange(): Exchange {
    const now = (): ReturnType<TradingNeeds['clock']['now']> => this.needs.clock.now();
    return {
      submit: (order) => this.#venue.submit(order, now()),
      replace: (name, change) => this.#venue.replace({ clientOrderId: name }, change, now()),
      cancel: (name) => this.#venue.cancel({ clientOrderId: name }, now()),
      correct: (contract, side, from, to) => {
        const symbol = exchangeSymbol(contract);
        const value = subtract(notional(from.price, from.quantity), notional(to.price, to.quantity));
        const shares = subtract(to.quantity, from.quantity);
        const { positions } = this.#adjusted;
        this.#adjusted.cash = side === 'BUY' ? add(this.#adjusted.cash, value) : subtract(this.#adjusted.cash, value);
        positions.set(symbol, add(positions.get(symbol) ?? ZERO_QUANTITY, side === 'BUY' ? shares : subtract(ZERO_QUANTITY, shares)));
      },
    };
  }

  #tellAccount(): void {
    const view = this.accountView();
    for (const session of this.needs.sessions()) if (session.followsAccount) sendAccount(session, view, this.needs.clock.now(), false);
  }

  #listed(symbol: string): { readonly symbol: Symbol; readonly instrument: TwsInstrument } {
    const instrument = this.#symbols.get(symbol as Symbol);
    if (instrument === undefined) throw new RangeError(`no symbol ${symbol}`);
    return { symbol: symbol as Symbol, instrument };
  }
}
