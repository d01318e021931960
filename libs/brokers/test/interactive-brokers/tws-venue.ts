import { twsContract, TwsServer, type TwsTradingOptions } from '@tradewind/venue-servers';
import type { VenueOrder } from '@tradewind/venue';
import { type Clock, money, price, type Price, quantity, type UnixNanos } from '@tradewind/vocabulary';

import type { Broker, BrokerEnvironment } from '../../src/broker.js';
import { CAPABILITIES } from '../../src/interactive-brokers/capabilities.js';
import { definition } from '../../src/interactive-brokers/index.js';
import { CASH, QUOTES, START } from '../acceptance/scene.js';
import type { RequestFault, VenueHarness, VenueUnderTest } from '../acceptance/venue-under-test.js';

const MILLI = 1_000_000n;
const SLOW_MS = 100;
const NEXT_CLOSE = 6n * 3_600_000n * MILLI;
const NEXT_OPEN = 17n * 3_600_000n * MILLI + 1_800_000n * MILLI;

/** The venue's clock: it begins at the start of the scene, goes on by itself and can be set ahead. */
export class SceneClock implements Clock {
  readonly #began = performance.now();
  #ahead = 0n;
  now(): UnixNanos {
    return (START + BigInt(Math.trunc((performance.now() - this.#began) * 1e6)) + this.#ahead) as UnixNanos;
  }
  move(nanos: bigint): void {
    this.#ahead += nanos;
  }
}

export const CONTRACTS = [
  twsContract({ conId: 265598, symbol: 'AAPL' }),
  twsContract({ conId: 272093, symbol: 'MSFT' }),
  twsContract({ conId: 9000001, symbol: 'HARD', primaryExchange: 'NYSE' }),
];

/** Times that are short enough for a test. */
export const QUICK = {
  connectTimeoutMs: '1000',
  answerTimeoutMs: '300',
  questionTimeoutMs: '2000',
  heartbeatMs: '150',
  backoffBaseMs: '10',
  backoffMaxMs: '100',
  commissionWaitMs: '100',
  messagesPerSecond: '10000',
};

/** A server with the market of the scene, listening. */
export const startTws = async (clock: SceneClock, trading: Partial<TwsTradingOptions> = {}): Promise<TwsServer> => {
  const server = new TwsServer({
    contracts: CONTRACTS,
    clock,
    limits: { messagesPerSecondMax: 100_000 },
    trading: { openingCash: money(CASH), notShortable: ['HARD'], ...trading },
  });
  await server.listen();
  for (const { symbol, bid, ask } of QUOTES) server.trading.quote(symbol, bid, ask);
  return server;
};

export const openTws = (server: TwsServer, environment: BrokerEnvironment, changes: object = {}): Broker =>
  definition.open(definition.settings.parse({ port: String(server.port), ...QUICK, ...changes }), environment);

const TYPES = {
  MARKET: 'MKT',
  LIMIT: 'LMT',
  STOP: 'STP',
  STOP_LIMIT: 'STP LMT',
  TRAILING_STOP: 'TRAIL',
  TRAILING_STOP_LIMIT: 'TRAIL LIMIT',
} as const;
type PlacedOrder = Parameters<TwsServer['trading']['desk']['placeByHand']>[0];

/** An order as somebody enters it in TWS itself. */
export const byHand = (order: Omit<VenueOrder, 'clientOrderId'> & { readonly clientOrderId?: string }): PlacedOrder => ({
  contract: { conId: 0, symbol: order.symbol, secType: 'STK', exchange: 'SMART', primaryExchange: '', currency: 'USD', localSymbol: '' },
  action: order.side,
  quantity: order.quantity,
  orderType: TYPES[order.type],
  limitPrice: order.limitPrice,
  auxPrice: order.stopPrice ?? (order.trail?.by === 'AMOUNT' ? (order.trail.value as Price) : undefined),
  timeInForce: order.timeInForce,
  ocaGroup: '',
  account: '',
  orderRef: order.clientOrderId ?? '',
  outsideRegularHours: false,
  ocaType: 0,
  trailStopPrice: undefined,
  trailingPercent: undefined,
  limitOffset: order.limitOffset,
});

const spoiled = (at: number) => (fields: readonly (string | number)[]) => fields.toSpliced(at, 1, 'spoiled');

class TwsUnderTest implements VenueUnderTest {
  #opened = 0;

  constructor(
    private readonly server: TwsServer,
    private readonly clock: SceneClock,
  ) {}

  /** Each session has a client id of its own: TWS takes none twice. */
  open(environment: BrokerEnvironment): Broker {
    const clientId = this.#opened;
    this.#opened += 1;
    return openTws(this.server, environment, { clientId: String(clientId) });
  }

  readonly market: VenueUnderTest['market'] = {
    now: () => this.clock.now(),
    quote: async (symbol, bid, ask, size) => this.server.trading.quote(symbol, bid, ask, size),
    halt: async (symbol) => this.server.trading.halt(symbol),
    resume: async (symbol) => this.server.trading.resume(symbol),
    closeSession: async (prices) => {
      this.clock.move(NEXT_CLOSE);
      this.server.trading.changeSession('CLOSED', prices);
    },
    openSession: async (prices) => {
      this.clock.move(NEXT_OPEN);
      this.server.trading.changeSession('REGULAR', prices);
    },
    skew: (ms) => this.clock.move(BigInt(ms) * MILLI),
  };

  readonly link: VenueUnderTest['link'] = {
    cut: () => {
      this.server.dropInMidMessage();
      this.server.notice(2104, 'Market data farm connection is OK:usfarm');
    },
    refuse: (times) => this.server.refuseConnections(times),
    silence: () => this.server.silenceConnections(),
    hold: () => this.server.trading.desk.announcer.hold(),
    release: (order) => this.server.trading.desk.announcer.release(order),
    duplicate: () => {
      this.server.trading.desk.announcer.duplicate = true;
    },
    sendUnreadable: () => this.server.sendFields(3, 1, 'Nonsense', 'x'),
  };

  readonly elsewhere: VenueUnderTest['elsewhere'] = {
    submit: async (order) => String(this.server.trading.desk.placeByHand(byHand(order)).permId),
    cancel: async (venueOrderId) => this.server.trading.desk.cancelRecord(this.server.trading.desk.book.byPermId(Number(venueOrderId))!),
  };

  readonly account: VenueUnderTest['account'] = {
    book: () => Promise.reject(new Error('TWS tells of no dividends')),
    bust: async (executionId) => this.server.trading.desk.correct(executionId, undefined),
    correct: async (executionId, shares, at) =>
      this.server.trading.desk.correct(executionId, { quantity: quantity(shares), price: price(at) }),
  };

  disturb(fault: RequestFault, times: number): void {
    for (let time = 0; time < times; time += 1) this.#disturbOnce(fault);
  }

  disturbQuestions(_fault: RequestFault, times: number): void {
    for (let time = 0; time < times * 20; time += 1) this.server.rewriteNext('accountValue', spoiled(2));
  }

  async down(): Promise<void> {
    await this.server.stop();
  }

  async up(): Promise<void> {
    await this.server.listen();
  }

  connections(): number {
    return this.server.connected;
  }

  async stop(): Promise<void> {
    await this.server.close();
  }

  #disturbOnce(fault: RequestFault): void {
    const changes = ['placeOrder', 'cancelOrder'] as const;
    if (fault === 'REQUEST_LOST') this.server.ignoreNext(...changes);
    else if (fault === 'ANSWER_LOST') this.server.muteNext(...changes);
    else if (fault === 'SLOW') this.server.delayNext(SLOW_MS, ...changes);
    else if (fault === 'MALFORMED') {
      this.server.rewriteNext('openOrder', spoiled(13));
      this.server.rewriteNext('orderStatus', spoiled(2));
    } else throw new Error(`TWS does not know ${fault}`);
  }
}

export const twsHarness: VenueHarness = {
  capabilities: CAPABILITIES,
  // TWS has no keys and no 5xx; who sends too much is cut off; dividends are in statements; one connection carries requests and reports.
  traits: new Set([
    'REQUEST_LOST',
    'ANSWER_LOST',
    'SLOW',
    'MALFORMED',
    'CUT',
    'REFUSED_LINK',
    'SILENCE',
    'HELD_REPORTS',
    'DUPLICATES',
    'UNREADABLE',
    'DOWN',
    'CLOCK_SKEW',
    'HALTS',
    'SESSIONS',
    'SHORTABILITY',
    'OTHER_CLIENT',
    'BUSTS',
    'CORRECTIONS',
    'COMMISSIONS',
  ]),
  secrets: [],
  start: async () => {
    const clock = new SceneClock();
    return new TwsUnderTest(await startTws(clock), clock);
  },
};
