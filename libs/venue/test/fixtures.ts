import type { BookSnapshot, Quote, Trade } from '@tradewind/market';
import { money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { Instrument, UnixNanos } from '@tradewind/vocabulary';

import { SimulatedVenue } from '../src/index.js';
import type { SimulatedVenueSettings, VenueOrder } from '../src/index.js';

export const AAPL = symbolOf('AAPL');
export const MSFT = symbolOf('MSFT');
/** 2024-06-03, a Monday, 10:00 in New York. */
export const START = 1_717_423_200_000_000_000n as UnixNanos;
export const after = (millis: number): UnixNanos => (START + BigInt(Math.round(millis * 1_000_000))) as UnixNanos;

const instrument = (symbol: Instrument['symbol'], shortable: boolean): Instrument => ({
  symbol,
  name: symbol,
  assetClass: 'STOCK',
  category: 'CORE',
  sector: 'Technology',
  exchange: 'XNAS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: false,
  shortable,
});

export const INSTRUMENTS = { AAPL: instrument(AAPL, true), MSFT: instrument(MSFT, false) };

export const settingsOf = (changes: Partial<SimulatedVenueSettings> = {}): SimulatedVenueSettings => ({
  instruments: INSTRUMENTS,
  account: { venueAccount: 'SIM1', currency: 'USD', openingCash: money('100000'), kind: 'MARGIN' },
  seed: 7,
  ...changes,
});

export const openVenue = (changes: Partial<SimulatedVenueSettings> = {}): SimulatedVenue => SimulatedVenue.open(settingsOf(changes));

export const quoteOf = (at: UnixNanos, bid: string, bidSize: string, ask: string, askSize: string): Quote => ({
  kind: 'quote',
  symbol: AAPL,
  at,
  sequence: 0,
  bidPrice: price(bid),
  bidQuantity: quantity(bidSize),
  askPrice: price(ask),
  askQuantity: quantity(askSize),
  venue: '',
});

export const tradeOf = (at: UnixNanos, at$: string, size: string, aggressor: Trade['aggressor'] = 'UNKNOWN'): Trade => ({
  kind: 'trade',
  symbol: AAPL,
  at,
  sequence: 0,
  price: price(at$),
  quantity: quantity(size),
  aggressor,
  conditions: [],
  venue: '',
});

type Levels = readonly (readonly [price: string, quantity: string])[];
const levels = (rows: Levels) => rows.map(([at, size]) => ({ price: price(at), quantity: quantity(size), orders: 0 }));

export const bookOf = (at: UnixNanos, bids: Levels, asks: Levels): BookSnapshot => ({
  kind: 'book-snapshot',
  symbol: AAPL,
  at,
  sequence: 1,
  bids: levels(bids),
  asks: levels(asks),
});

interface OrderFields extends Partial<Omit<VenueOrder, 'quantity' | 'limitPrice' | 'stopPrice'>> {
  readonly quantity?: string;
  readonly limit?: string;
  readonly stop?: string;
}

let orders = 0;
export const orderOf = ({ quantity: size = '100', limit, stop, ...rest }: OrderFields = {}): VenueOrder => ({
  clientOrderId: `t-${(orders += 1)}`,
  symbol: AAPL,
  side: 'BUY',
  type: limit === undefined ? (stop === undefined ? 'MARKET' : 'STOP') : stop === undefined ? 'LIMIT' : 'STOP_LIMIT',
  timeInForce: 'DAY',
  quantity: quantity(size),
  ...(limit === undefined ? {} : { limitPrice: price(limit) }),
  ...(stop === undefined ? {} : { stopPrice: price(stop) }),
  ...rest,
});
