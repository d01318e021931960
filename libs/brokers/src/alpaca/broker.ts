import { subtract, type Quantity, type UnixNanos, unreachable } from '@tradewind/vocabulary';
import type { VenueCapabilities, VenueOrder, VenueOrderChange, VenueOrderView, VenueSnapshot } from '@tradewind/venue';

import { type Broker, type BrokerAnswer, BrokerError, type BrokerEnvironment, type BrokerSink, type OrderReference } from '../broker.js';
import { AccountReader } from './account-reader.js';
import { capabilitiesOf, unfitOrder } from './capabilities.js';
import { AlpacaClient, type Outcome } from './client.js';
import { type AlpacaOrder, decodeOrder, fields, NAME, parsed, refusalText } from './decode.js';
import { OrderChains } from './order-chains.js';
import { refusalOf } from './refusals.js';
import { ReportFeed } from './report-feed.js';
import { ReportMaker } from './reports.js';
import type { AlpacaBrokerSettings } from './settings.js';
import { readSnapshot } from './snapshot.js';
import { encodeChange, encodeOrder } from './wire-order.js';

const isBrokerError = (error: unknown): error is BrokerError => error instanceof BrokerError;
/** How many ids are tried for one replacement. */
const REPLACEMENT_IDS_MAX = 10;
const notSent = (message: string): BrokerAnswer => ({ status: 'NOT_SENT', message });

/** One account at Alpaca, paper or live: REST for requests and questions, the stream `trade_updates` for reports. */
export class AlpacaBroker implements Broker {
  readonly name = NAME;
  readonly capabilities: VenueCapabilities;
  private readonly client: AlpacaClient;
  private readonly reader: AccountReader;
  private readonly chains: OrderChains;
  private readonly maker: ReportMaker;
  private sink: BrokerSink | undefined;
  private feed: ReportFeed | undefined;
  private closed = false;

  constructor(
    private readonly settings: AlpacaBrokerSettings,
    private readonly environment: BrokerEnvironment,
  ) {
    this.capabilities = capabilitiesOf(settings.live !== undefined);
    this.client = new AlpacaClient(settings, environment);
    this.reader = new AccountReader(this.client);
    this.chains = new OrderChains((id) => this.reader.order(id));
    this.maker = new ReportMaker(this.chains);
  }

  async connect(sink: BrokerSink, signal: AbortSignal): Promise<void> {
    if (this.closed || this.feed !== undefined)
      throw new BrokerError('CLOSED', `${NAME}: the session is ${this.closed ? 'closed' : 'connected'}`);
    this.sink = {
      report: (report) => this.told(() => sink.report(report)),
      link: (link) => this.told(() => sink.link(link)),
      fault: (error, raw) => this.told(() => sink.fault(error, raw)),
    };
    const feed = new ReportFeed(this.reader, this.chains, this.maker, this.settings, this.environment, this.sink);
    this.feed = feed;
    const aborted = Promise.withResolvers<never>();
    const stop = (): void => aborted.reject(new BrokerError('ABORTED', `${NAME}: connecting was aborted`));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await Promise.race([aborted.promise, this.begin(feed)]);
    } catch (error) {
      // Whoever asked may ask again: the venue may be back by then.
      this.feed = undefined;
      await feed.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async submit(order: VenueOrder): Promise<BrokerAnswer> {
    const unfit = unfitOrder(order, this.capabilities);
    if (unfit !== undefined) return { status: 'REFUSED', ...unfit };
    return this.answerOf(await this.client.command('ORDER', 'POST', '/v2/orders', encodeOrder(order)), order.clientOrderId);
  }

  async replace(order: OrderReference, change: VenueOrderChange): Promise<BrokerAnswer> {
    // Asked anew: how much is filled decides what is left, and a report may be on its way.
    const head = await this.askHead(order);
    if (!('id' in head)) return head;
    const remaining = this.remainingOf(head, change);
    if (remaining !== undefined && remaining <= 0n) {
      return { status: 'REFUSED', code: 'TOO_LATE', message: 'as much as that is filled already' };
    }
    for (let ids = 1; ; ids += 1) {
      const id = this.chains.replacementId(order.clientOrderId, head, ids);
      const body = encodeChange(change, id, remaining);
      const answer = await this.answerOf(
        await this.client.command('ORDER', 'PATCH', `/v2/orders/${encodeURIComponent(head.id)}`, body),
        id,
      );
      // A replacement that the venue rejected has used its id up; one that it took would have shown as the head.
      if (answer.status !== 'REFUSED' || answer.code !== 'DUPLICATE_ORDER_ID' || ids === REPLACEMENT_IDS_MAX) return answer;
    }
  }

  async cancel(order: OrderReference): Promise<BrokerAnswer> {
    let target = this.chains.headOf(order.clientOrderId) ?? order.venueOrderId;
    for (let asked = target === undefined; ; asked = true) {
      if (asked) {
        const head = await this.askHead(order);
        if (!('id' in head)) return head;
        if (head.id === target) return { status: 'REFUSED', code: 'TOO_LATE', message: `the order is ${head.status}` };
        target = head.id;
      }
      const answer = await this.canceled(target!);
      // The order may have been replaced since: then its replacement is what is to be cancelled.
      if (asked || answer.status !== 'REFUSED' || answer.code !== 'TOO_LATE') return answer;
    }
  }

  async find(clientOrderId: string): Promise<VenueOrderView | undefined> {
    const order = await this.newestOf(clientOrderId);
    return order === undefined ? undefined : this.chains.viewOf(order);
  }

  snapshot(since: UnixNanos): Promise<VenueSnapshot> {
    return readSnapshot(this.reader, this.chains, this.maker, since, this.settings.endedOrderDays);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.client.close();
    await this.feed?.close();
  }

  private async begin(feed: ReportFeed): Promise<void> {
    const account = await this.reader.account();
    if (account.blocked !== undefined) this.environment.log.warn({ broker: NAME, reason: account.blocked }, 'the account may not trade');
    await feed.open();
  }

  private told(tell: () => void): void {
    if (!this.closed) tell();
  }

  private async canceled(venueOrderId: string): Promise<BrokerAnswer> {
    const outcome = await this.client.command('CANCEL', 'DELETE', `/v2/orders/${encodeURIComponent(venueOrderId)}`);
    const done = outcome.kind === 'REPLY' && outcome.status >= 200 && outcome.status < 300;
    return done ? { status: 'TAKEN', venueOrderId } : this.answerOf(outcome);
  }

  /** The order with the client order id, or what replaced it last. */
  private async newestOf(clientOrderId: string): Promise<AlpacaOrder | undefined> {
    const first = await this.reader.orderOf(clientOrderId);
    if (first === undefined) return undefined;
    let order = await this.chains.adopt(first);
    while (order.status === 'replaced' && order.replacedBy !== undefined)
      order = await this.chains.adopt(await this.reader.order(order.replacedBy));
    this.chains.moveHead(clientOrderId, order.id);
    return order;
  }

  private async askHead(reference: OrderReference): Promise<AlpacaOrder | BrokerAnswer> {
    try {
      const order = await this.newestOf(reference.clientOrderId);
      return order ?? { status: 'REFUSED', code: 'ORDER_UNKNOWN', message: 'the venue has no order with this client order id' };
    } catch (error) {
      if (!isBrokerError(error)) throw error;
      // The question went wrong; the request itself was never sent.
      return notSent(error.message);
    }
  }

  /**
   * The venue gives a replacement the quantity of the order that it replaces, as though nothing of it were filled. So it is told what is left whenever the
   * quantity changes or something is filled.
   */
  private remainingOf(head: AlpacaOrder, change: VenueOrderChange): Quantity | undefined {
    if (change.quantity !== undefined) return subtract(subtract(change.quantity, this.chains.filledBefore(head)), head.filled);
    return head.filled > 0n && head.quantity !== undefined ? subtract(head.quantity, head.filled) : undefined;
  }

  /** `expected`: the client order id that the venue's answer is about. */
  private async answerOf(outcome: Outcome, expected?: string): Promise<BrokerAnswer> {
    switch (outcome.kind) {
      case 'NOT_SENT':
        return notSent(outcome.message);
      case 'UNKNOWN':
        return { status: 'UNKNOWN', message: outcome.message };
      case 'LIMITED':
        return { status: 'REFUSED', code: 'RATE_LIMITED', message: outcome.message };
      case 'REPLY':
        return this.answerOfReply(outcome.status, outcome.body, expected);
      default:
        return unreachable(outcome);
    }
  }

  private async answerOfReply(status: number, body: string, expected: string | undefined): Promise<BrokerAnswer> {
    if (status >= 200 && status < 300) return this.takenOf(body, expected);
    const message = `status ${status}: ${refusalText(body)}`;
    // A timeout, or a gateway that gave up, does not say that nothing was done.
    if (status < 400 || status >= 500 || status === 408 || status === 425) return { status: 'UNKNOWN', message };
    if (status === 401) this.sink?.link({ kind: 'LOGIN_NEEDED', reason: message });
    return { status: 'REFUSED', code: refusalOf(status, message), message };
  }

  private async takenOf(body: string, expected: string | undefined): Promise<BrokerAnswer> {
    try {
      const told = decodeOrder(parsed(body, 'order'), 'order');
      if (expected !== undefined && told.clientOrderId !== expected)
        fields.fail('order.client_order_id', 'the one that was sent', told.clientOrderId);
      const order = await this.chains.adopt(told);
      if (order.status === 'rejected') return { status: 'REFUSED', code: 'OTHER', message: 'the venue rejected the order' };
      return { status: 'TAKEN', venueOrderId: order.id };
    } catch (error) {
      if (!isBrokerError(error)) throw error;
      this.sink?.fault(error, body.slice(0, 2000));
      return { status: 'UNKNOWN', message: `the venue took the request and its answer can't be read: ${error.message}` };
    }
  }
}
