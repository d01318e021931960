import { setTimeout as pause } from 'node:timers/promises';

import { INSTRUMENTS } from '@tradewind/market';
import type { Bar, BarsClosed } from '@tradewind/market';
import type { OrderEvent, OrderIntent, OrdersChanged, OrdersCommand, OrdersPlaced } from '@tradewind/orders';
import type { RiskCommand, VerdictsReached } from '@tradewind/risk';
import { accountIdOf, nanosFromMillis, price, quantity, stepMessageId, symbolOf } from '@tradewind/vocabulary';
import type { StepHeader } from '@tradewind/vocabulary';
import { AlpacaTradingServer } from '@tradewind/venue-servers';

import { eventually, ServiceProcess, TestPlatform } from './platform.js';

export const SYMBOL = symbolOf('AAPL');
export const ACCOUNT = accountIdOf('paper-1');
const RUN = 'live-1';
/** A Friday in the middle of the session. */
const SESSION_TIME = nanosFromMillis(Date.UTC(2026, 10, 20, 16));

interface VenueOrder {
  readonly client_order_id: string;
  readonly status: string;
  readonly type: string;
  readonly side: string;
  readonly qty: string;
}

/** The orders service as a process of its own, at a venue server, on real NATS and Postgres; the test speaks for market data, validation and risk. */
export class DeskPlatform implements AsyncDisposable {
  #step = -1;
  readonly processes: ServiceProcess[] = [];

  private constructor(
    readonly platform: TestPlatform,
    readonly venue: AlpacaTradingServer,
    readonly more: Readonly<Record<string, string>>,
  ) {}

  static async start(more: Readonly<Record<string, string>> = {}): Promise<DeskPlatform> {
    const instruments = Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry]));
    const venue = await AlpacaTradingServer.start({ instruments, startAt: SESSION_TIME, requestsPerMinuteMax: 100_000 });
    venue.market.quote(SYMBOL, '99.9', '100');
    return new DeskPlatform(await TestPlatform.start(), venue, more);
  }

  async service(): Promise<ServiceProcess> {
    const service = ServiceProcess.start('orders', {
      ...this.platform.settings(),
      TW_ORDERS_BROKER: 'alpaca',
      TW_ORDERS_RISK_SILENCE_SECONDS: '0',
      TW_ORDERS_DATA_SILENCE_INTERVALS: '0',
      TW_ORDERS_RECONCILE_SECONDS: '1',
      TW_ORDERS_RECONCILE_CONFIRM_SECONDS: '1',
      TW_BROKER_ALPACA_KEY_ID: 'local-key-id',
      TW_BROKER_ALPACA_SECRET: 'local-secret',
      TW_BROKER_ALPACA_REST_URL: this.venue.restUrl,
      TW_BROKER_ALPACA_STREAM_URL: this.venue.streamUrl,
      TW_BROKER_ALPACA_REQUESTS_PER_MINUTE: '100000',
      TW_BROKER_ALPACA_REQUEST_TIMEOUT_MS: '1500',
      ...this.more,
    });
    this.processes.push(service);
    await service.ready();
    return service;
  }

  get output(): string {
    return this.processes.map(({ output }) => output.slice(-4_000)).join('\n');
  }

  eventually(what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> {
    return eventually(what, isTrue, () => this.output);
  }

  #header(type: string, step: number): StepHeader {
    return {
      id: stepMessageId(type, RUN, step, 0),
      run: RUN,
      step,
      partition: 0,
      at: nanosFromMillis(Date.now()),
      causes: [],
      degraded: [],
    };
  }

  /** One step: a bar, and what risk approved on it. Resolves when orders has placed it. */
  async step(intents: readonly OrderIntent[], close = '100'): Promise<void> {
    this.#step += 1;
    const header = this.#header('market.bars', this.#step);
    const bar: Bar = {
      id: `bar/${SYMBOL}/1m/${this.#step}`,
      symbol: SYMBOL,
      interval: '1m',
      openTime: header.at,
      closeTime: header.at,
      open: price(close),
      high: price(close),
      low: price(close),
      close: price(close),
      volume: quantity('1000'),
      source: 'test',
      warmUp: false,
    };
    const bars: BarsClosed = { header, bars: [bar], lowQuality: [], final: false };
    await this.platform.publish('market.bars', bars);
    const verdicts = {
      header: this.#header('risk.verdicts', this.#step),
      verdicts: intents.map((intent) => ({
        id: intent.verdictId,
        signalId: intent.verdictId,
        symbol: SYMBOL,
        at: header.at,
        status: 'APPROVED' as const,
        intent,
        causes: [],
      })),
      protectiveIntents: [],
      breakers: [],
      state: { accountId: ACCOUNT, status: 'ACTIVE' as const, actor: 'test', reason: '', since: header.at },
      final: false,
    } satisfies VerdictsReached;
    const step = this.#step;
    await this.eventually(
      `the bars of step ${step} are executed`,
      async () => (await this.platform.facts('orders.executions')).length > step,
    );
    await this.platform.publish('risk.verdicts', verdicts);
    await this.eventually(`step ${step} is placed`, async () => (await this.platform.facts<OrdersPlaced>('orders.placed')).length > step);
  }

  intent(id: string, changes: Partial<OrderIntent> = {}): OrderIntent {
    return {
      clientOrderId: id,
      symbol: SYMBOL,
      side: 'BUY',
      type: 'MARKET',
      timeInForce: 'DAY',
      quantity: quantity('10'),
      purpose: 'signal:enter',
      verdictId: `vd/${id}`,
      ...changes,
    };
  }

  async order(
    command: Omit<Extract<OrdersCommand, { type: 'AcceptDifferences' }>, 'accountId' | 'actor' | 'reason' | 'at'>,
  ): Promise<void> {
    const fact: OrdersCommand = { ...command, accountId: ACCOUNT, actor: 'test', reason: 'test', at: nanosFromMillis(Date.now()) };
    await this.platform.bus.publish(this.platform.bus.envelope('orders.commands', fact, { id: fact.id, partition: 0, key: ACCOUNT }));
  }

  async halt(id: string): Promise<void> {
    const command: RiskCommand = { type: 'Halt', id, accountId: ACCOUNT, actor: 'test', reason: 'drill', at: nanosFromMillis(Date.now()) };
    await this.platform.bus.publish(this.platform.bus.envelope('risk.commands', command, { id, partition: 0, key: ACCOUNT }));
  }

  changes(): Promise<readonly OrdersChanged[]> {
    return this.platform.facts<OrdersChanged>('orders.changes');
  }

  /** Order events so far, from wherever they were told. */
  async told(): Promise<readonly OrderEvent[]> {
    const placed = await this.platform.facts<OrdersPlaced>('orders.placed');
    return [...placed.flatMap(({ events }) => events), ...(await this.changes()).flatMap(({ events }) => events)];
  }

  async events(clientOrderId: string): Promise<readonly string[]> {
    return (await this.told()).filter((event) => event.clientOrderId === clientOrderId).map(({ type }) => type);
  }

  /** The orders that such an event was told of, each as often as it was. */
  async idsOf(type: OrderEvent['type']): Promise<readonly string[]> {
    return (await this.told()).filter((event) => event.type === type).map(({ clientOrderId }) => clientOrderId);
  }

  /** What the venue holds, all orders of all time. */
  venueOrders(): readonly VenueOrder[] {
    return this.venue.ask('GET', '/v2/orders?status=all&limit=500').body as readonly VenueOrder[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of this.processes) await service.end('SIGKILL');
    await this.venue.down();
    await pause(0);
    await this.platform[Symbol.asyncDispose]();
  }
}
