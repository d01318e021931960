import {
  cancelOrder,
  type ContractName,
  Contracts,
  parseContractOverrides,
  placeOrder,
  type RoutedContract,
  type TwsClient,
  TwsError,
} from '@tradewind/tws';
import type { RejectCode, VenueOrder, VenueOrderChange, VenueOrderView, VenueSnapshot } from '@tradewind/venue';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { type Broker, type BrokerAnswer, type BrokerEnvironment, BrokerError, type BrokerSink, type OrderReference } from '../broker.js';
import { Answers } from './answers.js';
import { CAPABILITIES } from './capabilities.js';
import { brokerErrorOf } from './errors.js';
import type { KnownOrder } from './known-order.js';
import { BROKER } from './name.js';
import { refusalBeforeSending } from './order-checks.js';
import { OrderLog, venueOrderIdOf } from './order-log.js';
import { amended, orderToPlace, sameTerms } from './order-terms.js';
import { type OrdersShown, Questions } from './questions.js';
import { Reporting } from './reporting.js';
import { TwsSession } from './session.js';
import type { InteractiveBrokersSettings } from './settings.js';
import { VenueClock } from './venue-clock.js';
import { executionView, latestExecutions, moneyView, orderViews, positionViews } from './views.js';

const NEVER = new AbortController().signal;
const notSent = (message: string): BrokerAnswer => ({ status: 'NOT_SENT', message });
const refused = (code: RejectCode, message: string): BrokerAnswer => ({ status: 'REFUSED', code, message });

/** What a request goes to: the order, the connection, and its contract. */
interface Target {
  readonly order: KnownOrder;
  readonly client: TwsClient;
}

/** One account at Interactive Brokers, through a TWS or IB Gateway that is running and logged in. */
export class InteractiveBrokersBroker implements Broker {
  readonly name = BROKER;
  readonly capabilities = CAPABILITIES;
  readonly #clock: VenueClock;
  readonly #contracts: Contracts;
  readonly #answers: Answers;
  readonly #questions: Questions;
  readonly #log: OrderLog;
  readonly #reporting: Reporting;
  readonly #session: TwsSession;
  #sink: BrokerSink | undefined;
  #nextOrderId = 0;
  #closed = false;
  #lookQueued = false;

  constructor(
    private readonly settings: InteractiveBrokersSettings,
    private readonly environment: BrokerEnvironment,
  ) {
    const overrides = parseContractOverrides(settings.contracts);
    this.#clock = new VenueClock(environment.clock);
    this.#contracts = new Contracts(overrides.ok ? overrides.value : new Map(), settings.questionTimeoutMs);
    this.#answers = new Answers(settings.answerTimeoutMs, () => this.#lookAfter());
    this.#questions = new Questions(() => this.#session.account, settings.questionTimeoutMs);
    this.#log = new OrderLog(this.#symbolOf, () => this.#clock.now());
    this.#reporting = new Reporting(this.#log, this.#answers, settings.commissionWaitMs, {
      report: (report) => this.#sink?.report(report),
      account: () => this.#session.account,
      clientId: settings.clientId,
      unreadable: (error, raw) => this.#unreadable(error, raw),
      barrier: () => this.#session.client?.barrier() ?? Promise.reject(new BrokerError('UNREACHABLE', 'the connection is gone')),
    });
    this.#session = new TwsSession(settings, environment, {
      message: (message) => this.#reporting.take(message),
      fault: (error, raw) => this.#unreadable(error, raw),
      synchronise: (client) => this.#synchronise(client),
      link: (link) => this.#sink?.link(link),
      gone: (reason) => this.#answers.abandon(reason),
    });
  }

  async connect(sink: BrokerSink, signal: AbortSignal): Promise<void> {
    this.#sink = sink;
    await this.#session.connect(signal);
  }

  async submit(order: VenueOrder): Promise<BrokerAnswer> {
    const refusal = refusalBeforeSending(order);
    if (refusal !== undefined) return refusal;
    const { client } = this.#session;
    if (client === undefined) return notSent('TWS is not connected');
    const contract = await this.#contractOf(client, order.symbol);
    if ('status' in contract) return contract;
    const known = await this.#unlessItsNumberPassed(order.clientOrderId);
    if (known === 'UNCLEAR') return notSent('its number was refused, and TWS does not say whether the order is there');
    if (known !== undefined && (known.permId > 0 || known.refused !== undefined || this.#answers.waits(known, 'ORDER')))
      return refused('DUPLICATE_ORDER_ID', `there is an order ${order.clientOrderId} already`);
    // A number that was used for it before is used again: should the first have arrived after all, this changes nothing.
    const placed = known ?? this.#log.expect(this.settings.clientId, this.#takeOrderId(client), order.clientOrderId, order.symbol, order);
    const fields = placeOrder(placed.orderId, contract, orderToPlace(order, this.#session.account));
    return this.#send(client, placed, 'ORDER', fields);
  }

  /**
   * The order of this id that TWS may still take under the number that it has. Once TWS has refused the number (103: a later one was used) and shows no such order, it never
   * can: the order is as good as new and gets a fresh number.
   */
  async #unlessItsNumberPassed(clientOrderId: string): Promise<KnownOrder | 'UNCLEAR' | undefined> {
    const known = this.#log.index.byClientOrderId(clientOrderId);
    const isPassed = known !== undefined && known.permId === 0 && known.refused?.code === 'DUPLICATE_ORDER_ID';
    if (!isPassed || this.#answers.waits(known, 'ORDER')) return known;
    try {
      return (await this.find(clientOrderId)) === undefined ? undefined : known;
    } catch {
      return 'UNCLEAR';
    }
  }

  async replace(reference: OrderReference, change: VenueOrderChange): Promise<BrokerAnswer> {
    const target = await this.#target(reference);
    if ('status' in target) return target;
    const { order, client } = target;
    if (order.fields === undefined) return refused('ORDER_UNKNOWN', 'TWS has not shown the order yet');
    const contract = await this.#contractOf(client, order.symbol);
    if ('status' in contract) return contract;
    // Nothing to tell TWS, which would have nothing to show for it either.
    if (sameTerms(order.terms, { ...order.terms, ...change })) return { status: 'TAKEN', venueOrderId: venueOrderIdOf(order) };
    order.updateAsked = true;
    return this.#send(client, order, 'UPDATE', placeOrder(order.orderId, contract, amended(order.fields, change)));
  }

  async cancel(reference: OrderReference): Promise<BrokerAnswer> {
    const target = await this.#target(reference);
    if ('status' in target) return target;
    target.order.cancelAsked = true;
    return this.#send(target.client, target.order, 'CANCEL', cancelOrder(target.order.orderId));
  }

  async find(clientOrderId: string): Promise<VenueOrderView | undefined> {
    const shown = await this.#orders();
    const views = orderViews(shown, this.#log, this.#symbolOf, this.#clock.now());
    const found = views.filter((view) => view.clientOrderId === clientOrderId);
    if (found.length > 1)
      this.environment.log.warn({ clientOrderId, orders: found.map(({ venueOrderId }) => venueOrderId) }, 'two orders have one id');
    return found.find(({ status }) => status === 'WORKING' || status === 'PENDING_CANCEL') ?? found[0];
  }

  async snapshot(since: UnixNanos): Promise<VenueSnapshot> {
    const shown = await this.#orders();
    const account = await this.#ask((client) => this.#questions.accountShown(client));
    const dayBegan = this.#clock.dayBegan();
    const executionsSince = since > dayBegan ? since : dayBegan;
    const at = this.#clock.now();
    return {
      at,
      venueAccount: this.#session.account,
      orders: orderViews(shown, this.#log, this.#symbolOf, at).filter(
        ({ status, updatedAt }) => status === 'WORKING' || status === 'PENDING_CANCEL' || updatedAt >= executionsSince,
      ),
      executions: latestExecutions(shown.executions)
        .filter((execution) => execution.at >= executionsSince)
        .map((execution) => executionView(execution, this.#symbolOf, this.#log.executions)),
      executionsSince,
      positions: positionViews(account, this.#symbolOf),
      ...moneyView(account),
      // The socket tells of no dividends and fees: they are in IB's statements.
      activities: [],
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#reporting.end();
    await this.#session.close();
    this.#answers.abandon('the broker was closed');
    this.#sink = undefined;
  }

  readonly #symbolOf = (contract: ContractName): Symbol => this.#contracts.symbolOf(contract);

  /** Brings everything of the day into step: what came about while nobody listened is told as it is read. */
  async #synchronise(client: TwsClient): Promise<void> {
    this.#clock.observe(await client.barrier());
    this.#reporting.takeShown(await this.#questions.orders(client));
    this.#reporting.begin();
  }

  /** What could not be read may have been news of an order: TWS is asked for all of them, unless it is its answer to that, or an answer that will be missed. */
  #unreadable(error: BrokerError, raw: string): void {
    this.#sink?.fault(error, raw);
    if (this.#session.client !== undefined && !this.#questions.busy && !this.#answers.waiting) this.#lookAfter();
  }

  /** An answer that did not come is looked for: what TWS shows is told like any report. */
  #lookAfter(): void {
    // Of many that did not come one look is enough, as long as it has not begun before the last of them was sent.
    if (this.#lookQueued) return;
    this.#lookQueued = true;
    this.#ask(async (client) => {
      this.#lookQueued = false;
      this.#reporting.takeShown(await this.#questions.orders(client));
    }).catch((error: unknown) => {
      this.#lookQueued = false;
      this.environment.log.warn({ cause: String(error) }, 'a missing answer could not be looked for');
    });
  }

  #orders(): Promise<OrdersShown> {
    return this.#ask(async (client) => {
      const shown = await this.#questions.orders(client);
      this.#reporting.takeShown(shown);
      return shown;
    });
  }

  #takeOrderId(client: TwsClient): number {
    const orderId = Math.max(this.#nextOrderId, client.nextOrderId);
    this.#nextOrderId = orderId + 1;
    return orderId;
  }

  async #send(
    client: TwsClient,
    order: KnownOrder,
    kind: 'ORDER' | 'UPDATE' | 'CANCEL',
    fields: Parameters<TwsClient['send']>[0],
  ): Promise<BrokerAnswer> {
    const waiting = this.#answers.of(order, kind);
    // What takes risk off goes before what waits for its turn, once TWS has what it is about.
    const sent = await (kind === 'CANCEL' && order.permId > 0 ? client.sendFirst(fields) : client.send(fields));
    if (sent) waiting.sent();
    else waiting.settle(notSent('the connection was lost before it was sent'));
    return waiting.answer;
  }

  /** The order of a reference, when a request can go to it. TWS is asked for one that is not known here. */
  async #target(reference: OrderReference): Promise<Target | BrokerAnswer> {
    const { client } = this.#session;
    if (client === undefined) return notSent('TWS is not connected');
    let order = this.#known(reference);
    if (order === undefined) {
      try {
        await this.#orders();
      } catch (error) {
        return notSent(brokerErrorOf(error).message);
      }
      order = this.#known(reference);
    }
    if (order === undefined) return refused('ORDER_UNKNOWN', `TWS has no order ${reference.venueOrderId ?? reference.clientOrderId}`);
    if (order.ended) return refused('TOO_LATE', 'the order has ended');
    if (order.clientId !== this.settings.clientId)
      return refused('UNSUPPORTED', `only client ${order.clientId}, which placed the order, may change it`);
    return { order, client };
  }

  #known({ venueOrderId, clientOrderId }: OrderReference): KnownOrder | undefined {
    const byVenue = venueOrderId === undefined ? undefined : this.#log.index.byVenueOrderId(venueOrderId);
    return byVenue ?? this.#log.index.byClientOrderId(clientOrderId);
  }

  async #contractOf(client: TwsClient, symbol: Symbol): Promise<RoutedContract | BrokerAnswer> {
    try {
      return await this.#contracts.of(client, symbol, NEVER);
    } catch (error) {
      if (error instanceof TwsError && (error.code === 'UNKNOWN_SYMBOL' || error.code === 'AMBIGUOUS_SYMBOL' || error.code === 'REFUSED'))
        return refused('SYMBOL_UNKNOWN', error.message);
      return notSent(brokerErrorOf(error).message);
    }
  }

  /** Asks, and asks again on the next connection when one is lost, as long as an answer may take. Rejects with BrokerError. */
  async #ask<T>(question: (client: TwsClient) => Promise<T>): Promise<T> {
    const until = performance.now() + this.settings.questionTimeoutMs;
    for (;;) {
      if (this.#closed) throw new BrokerError('CLOSED', 'the broker was closed');
      const client = await this.#session.whenUp(until - performance.now());
      if (this.#closed) throw new BrokerError('CLOSED', 'the broker was closed');
      if (client === undefined) throw new BrokerError('UNREACHABLE', 'TWS is not connected');
      try {
        const answer = await question(client);
        this.#clock.observe(await client.barrier());
        return answer;
      } catch (error) {
        if (client.open || performance.now() >= until) throw brokerErrorOf(error);
      }
    }
  }
}
