import { type Clock, price, quantity, type UnixNanos } from '@tradewind/vocabulary';

import {
  twsContract,
  type TwsBar,
  type TwsContract,
  type TwsQuote,
  TwsServer,
  type TwsServerOptions,
  type TwsTrade,
} from '../../src/index.js';

export const AAPL = 265598;
export const EURUSD = 12087792;

export const CONTRACTS: readonly TwsContract[] = [
  twsContract({ conId: AAPL, symbol: 'AAPL', longName: 'APPLE INC', industry: 'Technology', category: 'Computers' }),
  twsContract({
    conId: 38708077,
    symbol: 'AAPL',
    currency: 'MXN',
    primaryExchange: 'MEXI',
    validExchanges: ['SMART', 'MEXI'],
    longName: 'Apple é',
  }),
  twsContract({
    conId: EURUSD,
    symbol: 'EUR',
    secType: 'CASH',
    primaryExchange: '',
    localSymbol: 'EUR.USD',
    tradingClass: 'EUR.USD',
    minTick: price('0.00005'),
    sizeIncrement: quantity('0.01'),
    validExchanges: ['IDEALPRO'],
    depthExchanges: ['IDEALPRO'],
  }),
];

/** 2024-03-08 14:30:00 UTC, the opening of New York on a Friday before the clocks go forward. */
export const OPENING = 1_709_908_200;

export const at = (seconds: number): UnixNanos => (BigInt(Math.round(seconds * 1000)) * 1_000_000n) as UnixNanos;

/** A clock that stands until it is moved. */
export class SteppedClock implements Clock {
  constructor(public seconds = OPENING + 3600) {}
  now(): UnixNanos {
    return at(this.seconds);
  }
}

export const trade = (seconds: number, unitPrice: string, amount: string, given: Partial<TwsTrade> = {}): TwsTrade => ({
  at: at(seconds),
  price: price(unitPrice),
  quantity: quantity(amount),
  exchange: 'ARCA',
  conditions: 'T I',
  pastLimit: false,
  unreported: false,
  ...given,
});

export const quote = (seconds: number, bid: string, bidSize: string, ask: string, askSize: string): TwsQuote => ({
  at: at(seconds),
  bidPrice: price(bid),
  bidQuantity: quantity(bidSize),
  askPrice: price(ask),
  askQuantity: quantity(askSize),
});

/** Minute bars from the opening on whose prices count up by a cent. */
export const minuteBars = (count: number, from = OPENING): readonly TwsBar[] =>
  Array.from({ length: count }, (_, index) => {
    const open = 170_000_000_000n + BigInt(index) * 10_000_000n;
    return {
      at: at(from + index * 60),
      open: open as TwsBar['open'],
      high: (open + 50_000_000n) as TwsBar['high'],
      low: (open - 50_000_000n) as TwsBar['low'],
      close: (open + 10_000_000n) as TwsBar['close'],
      volume: quantity('100.5'),
      average: open as TwsBar['average'],
      count: 3,
    };
  });

/** A server that listens. */
export const listeningServer = async (options: Partial<TwsServerOptions> = {}): Promise<TwsServer> => {
  const server = new TwsServer({ contracts: CONTRACTS, ...options });
  await server.listen();
  return server;
};
