import type { Bar, BookChange, Quote, Tick, Trade } from '@tradewind/market';
import { type Price, type Quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { twsContract, type TwsContract, TwsServer, type TwsServerOptions } from '@tradewind/venue-servers';

import { definition } from '../../src/interactive-brokers/index.js';
import type { MarketSource, SourceEnvironment } from '../../src/source.js';

export const AAPL = symbolOf('AAPL');
export const SPY = symbolOf('SPY');
const IDS: Readonly<Record<string, number>> = { AAPL: 265598, SPY: 756733, EURUSD: 12087792 };

export const CONTRACTS: readonly TwsContract[] = [
  twsContract({ conId: IDS['AAPL']!, symbol: 'AAPL', longName: 'APPLE INC' }),
  twsContract({ conId: IDS['SPY']!, symbol: 'SPY', primaryExchange: 'ARCA', longName: 'SPDR S&P 500', depthExchanges: ['ARCA'] }),
  twsContract({ conId: 38708077, symbol: 'AAPL', currency: 'MXN', primaryExchange: 'MEXI', validExchanges: ['SMART', 'MEXI'] }),
];

export const startServer = async (options: Partial<TwsServerOptions> = {}): Promise<TwsServer> => {
  const server = new TwsServer({ contracts: CONTRACTS, limits: { tickByTickMax: 10, messagesPerSecondMax: 1000 }, ...options });
  await server.listen();
  return server;
};

export const openAgainst = (server: TwsServer, environment: SourceEnvironment, changes: object = {}): MarketSource =>
  definition.open(
    definition.settings.parse({
      port: String(server.port),
      connectTimeoutMs: '1000',
      requestTimeoutMs: '300',
      heartbeatMs: '150',
      backoffBaseMs: '200',
      backoffMaxMs: '4000',
      depthRows: '2',
      ...changes,
    }),
    environment,
  );

/** The instrument of a symbol on the server. */
export const instrumentOf = (server: TwsServer, symbol: string): ReturnType<TwsServer['market']['instrument']> =>
  server.market.instrument(IDS[symbol]!);

/** An instant so many seconds after 1970. */
export const at = (seconds: number): UnixNanos => (BigInt(Math.round(seconds * 1000)) * 1_000_000n) as UnixNanos;

const changeBook = (server: TwsServer, symbol: string, { side, price, quantity }: BookChange): void => {
  const instrument = instrumentOf(server, symbol);
  const rows = instrument.rows(side);
  const found = rows.findIndex((row) => row.price === price);
  const row = { maker: 'NSDQ', price, quantity };
  const behind = rows.findIndex((other) => (side === 'BID' ? other.price < price : other.price > price));
  if (found >= 0) instrument.changeBook({ side, operation: quantity === 0n ? 'delete' : 'update', position: found, row });
  else instrument.changeBook({ side, operation: 'insert', position: behind < 0 ? rows.length : behind, row });
};

const publishTrade = (server: TwsServer, { symbol, at: time, price, quantity, venue, conditions }: Trade): void =>
  instrumentOf(server, symbol).publishTrade({
    at: time,
    price,
    quantity,
    exchange: venue,
    conditions: conditions.join(' '),
    pastLimit: false,
    unreported: false,
  });

/** Sends a tick or bar of the port as TWS would. */
export const publish = (server: TwsServer, message: Tick | Bar): void => {
  if (!('kind' in message)) {
    const { openTime, open, high, low, close, volume } = message;
    instrumentOf(server, message.symbol).publishRealTimeBar({ at: openTime, open, high, low, close, volume, average: close, count: 1 });
  } else if (message.kind === 'trade') publishTrade(server, message);
  else if (message.kind === 'quote') instrumentOf(server, message.symbol).publishQuote(message);
  else if (message.kind === 'book-delta') for (const change of message.changes) changeBook(server, message.symbol, change);
};

const UNIT = 1_000_000_000n;
const CENT = 10_000_000n;

/** Trades a second apart, as far as IB tells time. */
export const trades = (symbol: Trade['symbol'], from: number, count: number): readonly Trade[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'trade',
    symbol,
    at: at(from + index),
    sequence: 0,
    price: ((17_250n + BigInt((index * 7) % 11)) * CENT) as Price,
    quantity: (BigInt(1 + index * 10) * UNIT + 500_000_000n) as Quantity,
    aggressor: 'UNKNOWN',
    conditions: index % 2 === 0 ? [] : ['T', 'I'],
    venue: 'ARCA',
  }));

export const quotes = (symbol: Quote['symbol'], from: number, count: number): readonly Quote[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'quote',
    symbol,
    at: at(from + index),
    sequence: 0,
    bidPrice: ((17_240n + BigInt(index)) * CENT) as Price,
    bidQuantity: (BigInt(100 + index) * UNIT) as Quantity,
    askPrice: ((17_260n + BigInt(index)) * CENT) as Price,
    askQuantity: (BigInt(200 + index) * UNIT) as Quantity,
    venue: '',
  }));

/** Bars one after the other; they end at their size's borders. */
export const bars = (symbol: Bar['symbol'], interval: Bar['interval'], seconds: number, from: number, count: number): readonly Bar[] =>
  Array.from({ length: count }, (_, index) => {
    const openTime = at(from + index * seconds);
    const closeTime = at(from + (index + 1) * seconds);
    const open = 17_250n + BigInt((index * 13) % 17);
    return {
      id: `bar/${symbol}/${interval}/${new Date(Number(closeTime / 1_000_000n)).toISOString()}`,
      symbol,
      interval,
      openTime,
      closeTime,
      open: (open * CENT) as Price,
      high: ((open + 5n) * CENT) as Price,
      low: ((open - 5n) * CENT) as Price,
      close: ((open + 1n) * CENT) as Price,
      volume: (BigInt(100 + index) * UNIT) as Quantity,
      source: 'interactive-brokers',
      warmUp: false,
    };
  });

/** History for the server out of bars of the port. */
export const loadBars = (server: TwsServer, seconds: number, loaded: readonly Bar[]): void => {
  const [first] = loaded;
  if (first === undefined) return;
  instrumentOf(server, first.symbol).loadBars(
    seconds,
    loaded.map(({ openTime, open, high, low, close, volume }) => ({
      at: openTime,
      open,
      high,
      low,
      close,
      volume,
      average: close,
      count: 1,
    })),
  );
};
