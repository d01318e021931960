import { Backoff, type LiveSocket } from '@tradewind/connectors';
import type { VenueReport } from '@tradewind/venue';
import type { UnixNanos } from '@tradewind/vocabulary';

import { BrokerError, type BrokerEnvironment, type BrokerSink } from '../broker.js';
import { pause } from '../transport/pause.js';
import type { AccountReader } from './account-reader.js';
import { type AlpacaOrder, type FillActivity, NAME, type TradeUpdate } from './decode.js';
import { hasEnded, type OrderChains } from './order-chains.js';
import type { ReportMaker } from './reports.js';
import type { AlpacaBrokerSettings } from './settings.js';
import { openTradeStream } from './trade-stream.js';

/** The venue's clocks of orders and of activities need not agree to the second. */
const MARGIN_NANOS = 60_000_000_000n;
const TOLD_MAX = 100_000;
/** Passes by itself: the list of executions lags. */
const COMPLETE = 'complete';

/**
 * Reports of one account: the stream while it is there, and after each loss what REST shows to have happened meanwhile, before anything new. What was told is
 * not told again in the same session.
 */
export class ReportFeed {
  private socket: LiveSocket<BrokerError> | undefined;
  private readonly told = new Set<string>();
  /** Orders' filled quantity as told so far, or as it was when the session began. */
  private readonly filledTold = new Map<string, bigint>();
  /** Updates wait here until what was missed is told; undefined while they are passed on at once. */
  private waiting: { readonly update: TradeUpdate; readonly raw: string }[] | undefined = [];
  private work: Promise<void> = Promise.resolve();
  private heardAt: UnixNanos | undefined;
  private connection = 0;
  private readonly stopped = new AbortController();
  private readonly ready = Promise.withResolvers<void>();
  private begun = false;

  constructor(
    private readonly reader: AccountReader,
    private readonly chains: OrderChains,
    private readonly maker: ReportMaker,
    private readonly settings: AlpacaBrokerSettings,
    private readonly environment: BrokerEnvironment,
    private readonly sink: BrokerSink,
  ) {
    // Nobody may be waiting yet when it fails.
    this.ready.promise.catch(() => undefined);
  }

  /** Resolves when the stream is subscribed and the working orders are known. */
  async open(): Promise<void> {
    if (this.stopped.signal.aborted) throw new BrokerError('CLOSED', `${NAME}: the session is closed`);
    this.socket = await openTradeStream(this.settings, this.environment, {
      update: (update, raw) => this.receive(update, raw),
      up: () => void this.recover((this.connection += 1)),
      down: (error) => this.lose(error),
      stillDown: (error) => {
        if (error.code === 'UNAUTHORISED') this.needLogin(error);
      },
      fault: (error, raw) => this.fault(error, raw),
    });
    if (this.stopped.signal.aborted) await this.socket.close();
    await this.ready.promise;
  }

  async close(): Promise<void> {
    this.stopped.abort();
    this.ready.reject(new BrokerError('CLOSED', `${NAME}: the session is closed`));
    await this.socket?.close();
    await this.work;
  }

  private receive(update: TradeUpdate, raw: string): void {
    if (this.waiting === undefined) this.later(() => this.pass(update, raw));
    else this.waiting.push({ update, raw });
  }

  /** One after the other: an update may have to ask what its order replaces. */
  private later(task: () => Promise<void>): void {
    this.work = this.work.then(async () => {
      if (!this.stopped.signal.aborted) await task();
    });
  }

  private async pass(update: TradeUpdate, raw: string): Promise<void> {
    try {
      const order = await this.chains.adopt(update.order);
      const unknown = (event: string): void =>
        this.fault(
          new BrokerError('BAD_RESPONSE', `${NAME}: there is no word for the event '${event}'`, { field: 'data.event', rule: 'known' }),
          raw,
        );
      const report =
        update.event === 'replaced'
          ? await this.replaced(update)
          : this.maker.ofUpdate({ ...update, order: { ...order, filled: update.order.filled } }, unknown);
      this.tell(report, update.order);
    } catch (error) {
      // Whatever it is, it is about this message alone: the next ones are read all the same.
      const told =
        error instanceof BrokerError
          ? error
          : new BrokerError(
              'BAD_RESPONSE',
              `${NAME}: an update can't be understood`,
              { field: 'data', rule: 'understood' },
              { cause: error },
            );
      if (!this.stopped.signal.aborted) this.fault(told, raw);
    }
  }

  private async replaced({ order, at }: TradeUpdate): Promise<VenueReport | undefined> {
    if (order.replacedBy === undefined) return undefined;
    const known = this.chains.get(order.replacedBy);
    return this.maker.updated(known ?? (await this.chains.adopt(await this.reader.order(order.replacedBy))), at);
  }

  private tell(report: VenueReport | undefined, order?: AlpacaOrder): void {
    if (report === undefined) return;
    if (this.heardAt === undefined || report.at > this.heardAt) this.heardAt = report.at;
    if (report.type === 'FILLED' && order !== undefined) this.noteFilled(order.id, order.filled);
    if (this.told.has(report.id)) return;
    this.told.add(report.id);
    if (this.told.size > TOLD_MAX)
      for (const oldest of this.told)
        if (this.told.size > TOLD_MAX * 0.9) this.told.delete(oldest);
        else break;
    this.sink.report(report);
  }

  private noteFilled(venueOrderId: string, filled: bigint): void {
    if (filled > (this.filledTold.get(venueOrderId) ?? 0n)) this.filledTold.set(venueOrderId, filled);
  }

  private lose(error: BrokerError): void {
    this.connection += 1;
    this.waiting = [];
    if (this.begun && !this.stopped.signal.aborted) this.sink.link({ kind: 'DOWN', reason: error.message });
  }

  /** Tells what was missed, then what came meanwhile, then that it is up. Tries until it succeeds or the connection is another. */
  private async recover(connection: number): Promise<void> {
    const backoff = new Backoff(`${NAME}/recover`, { baseMs: this.settings.backoffBaseMs, maxMs: this.settings.backoffMaxMs });
    while (!this.stopped.signal.aborted && this.connection === connection) {
      try {
        const reports = this.begun ? await this.missed() : await this.begin();
        if (this.connection !== connection) return;
        this.later(() => this.resume(connection, reports));
        return;
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error;
        if (!this.begun) {
          this.ready.reject(error);
          return;
        }
        this.environment.log.warn({ broker: NAME, code: error.code }, error.message);
        if (error.code === 'UNAUTHORISED') this.needLogin(error);
        if (error.code === 'BAD_RESPONSE' && error.details.rule !== COMPLETE) this.fault(error, error.message);
        await pause(backoff.next(), this.stopped.signal).catch(() => undefined);
      }
    }
  }

  private async resume(connection: number, reports: readonly VenueReport[]): Promise<void> {
    for (const report of reports) this.tell(report);
    while (this.connection === connection && (this.waiting?.length ?? 0) > 0) {
      const next = this.waiting!.shift()!;
      await this.pass(next.update, next.raw);
    }
    if (this.connection !== connection) return;
    this.waiting = undefined;
    this.begun = true;
    this.sink.link({ kind: 'UP' });
    this.ready.resolve();
  }

  /** What works when the session begins was reported before, or is read from a snapshot. */
  private async begin(): Promise<readonly VenueReport[]> {
    this.heardAt = await this.reader.now();
    for (const order of await this.reader.orders('open')) this.noteFilled(order.id, (await this.chains.adopt(order)).filled);
    return [];
  }

  /** Reports of all that happened since the last one, in an order in which it can have happened. */
  private async missed(): Promise<readonly VenueReport[]> {
    const now = await this.reader.now();
    const since = ((this.heardAt ?? now) - MARGIN_NANOS) as UnixNanos;
    const worked = this.chains.working().map(({ id }) => id);
    const orders = new Map<string, AlpacaOrder>();
    const keep = async (order: AlpacaOrder): Promise<void> => void orders.set(order.id, await this.chains.adopt(order));
    for (const order of [...(await this.reader.orders('open')), ...(await this.reader.orders('all', since))]) await keep(order);
    const fills = await this.reader.fills(since);
    for (const id of new Set([...worked, ...fills.map(({ orderId }) => orderId)]))
      if (!orders.has(id)) await keep(await this.reader.order(id));
    for (const order of orders.values()) {
      if (order.replacedBy !== undefined && !orders.has(order.replacedBy)) await keep(await this.reader.order(order.replacedBy));
    }
    for (const order of orders.values()) this.checkFills(order, fills);
    this.heardAt = now;
    return [...orders.values()]
      .toSorted((left, right) => (left.submittedAt < right.submittedAt ? -1 : left.submittedAt > right.submittedAt ? 1 : 0))
      .flatMap((order) => this.historyOf(order, fills));
  }

  private historyOf(order: AlpacaOrder, fills: readonly FillActivity[]): readonly VenueReport[] {
    const { begun, ended } = this.maker.ofState(order);
    const own = fills
      .filter(({ orderId }) => orderId === order.id)
      .toSorted((left, right) => (left.cumulative < right.cumulative ? -1 : 1));
    const filled = own.map((fill) => this.maker.ofFill(fill));
    this.noteFilled(order.id, order.filled);
    return [begun, ...filled, ended].filter((report) => report !== undefined);
  }

  /** The list of executions may lag behind the orders: then it is read again, rather than lose a fill. */
  private checkFills(order: AlpacaOrder, fills: readonly FillActivity[]): void {
    const listed = fills
      .filter(({ orderId }) => orderId === order.id)
      .reduce((most, { cumulative }) => (cumulative > most ? cumulative : most), 0n);
    const known = this.filledTold.get(order.id) ?? 0n;
    if (order.filled > known && order.filled > listed) {
      throw new BrokerError('BAD_RESPONSE', `${NAME}: executions of ${order.id} are not listed yet`, {
        field: 'activities',
        rule: 'complete',
      });
    }
    if (hasEnded(order) && this.filledTold.size > TOLD_MAX) this.filledTold.delete(order.id);
  }

  private needLogin(error: BrokerError): void {
    this.sink.link({ kind: 'LOGIN_NEEDED', reason: error.message });
  }

  private fault(error: BrokerError, raw: string): void {
    this.sink.fault(error, raw);
  }
}
