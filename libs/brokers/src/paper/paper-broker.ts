import {
  type OrderType,
  takesNatively,
  type TimeInForce,
  type VenueAnswer,
  type VenueCapabilities,
  type VenueOrder,
  type VenueOrderChange,
  type VenueOrderView,
  type VenueReport,
  type VenueSnapshot,
} from '@tradewind/venue';
import type { UnixNanos } from '@tradewind/vocabulary';

import { type Broker, type BrokerAnswer, BrokerError, type BrokerSink, type OrderReference } from '../broker.js';
import type { PaperVenue } from './paper-venue.js';

const NAME = 'paper';
const PLAIN: readonly OrderType[] = ['MARKET', 'LIMIT'];
const STOPS: readonly OrderType[] = ['STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT'];
const RESTING: readonly TimeInForce[] = ['DAY', 'GTC'];
const PASSING: readonly TimeInForce[] = ['IOC', 'FOK', 'OPG', 'CLS'];

/** All that there is, but for stops that would have to be reached at once or in an auction. */
export const PAPER_CAPABILITIES: VenueCapabilities = {
  orderTypes: [...PLAIN, ...STOPS],
  timesInForce: [...RESTING, ...PASSING],
  refuses: STOPS.flatMap((type) => PASSING.map((timeInForce) => ({ type, timeInForce }))),
  replace: true,
  oneCancelsOther: true,
  fractional: true,
  shortSales: true,
  extendedHours: true,
  simulated: true,
};

const NOT_CONNECTED = { status: 'NOT_SENT', message: 'the session is not connected' } as const;
const answerOf = (answer: VenueAnswer): BrokerAnswer =>
  answer.status === 'TAKEN'
    ? { status: 'TAKEN', venueOrderId: answer.venueOrderId }
    : { status: 'REFUSED', code: answer.code, message: answer.message };

/** One session at a simulated venue. It answers at once and its link never fails. */
export class PaperBroker implements Broker {
  readonly name = NAME;
  readonly capabilities = PAPER_CAPABILITIES;
  private sink: BrokerSink | undefined;
  private closed = false;
  private readonly hear = (report: VenueReport): void => this.sink?.report(report);

  constructor(private readonly paper: PaperVenue) {}

  connect(sink: BrokerSink, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(new BrokerError('ABORTED', `${NAME}: connecting was aborted`));
    if (this.closed || this.sink !== undefined) return Promise.reject(new BrokerError('CLOSED', `${NAME}: a session is connected once`));
    this.sink = sink;
    this.paper.listen(this.hear);
    sink.link({ kind: 'UP' });
    return Promise.resolve();
  }

  submit(order: VenueOrder): Promise<BrokerAnswer> {
    if (this.sink === undefined) return Promise.resolve(NOT_CONNECTED);
    if (!takesNatively(this.capabilities, order.type, order.timeInForce)) {
      const message = `${NAME} takes no ${order.type} order that is ${order.timeInForce}`;
      return Promise.resolve({ status: 'REFUSED', code: 'UNSUPPORTED', message });
    }
    return Promise.resolve(answerOf(this.paper.request((venue, at) => venue.submit(order, at))));
  }

  replace({ clientOrderId }: OrderReference, change: VenueOrderChange): Promise<BrokerAnswer> {
    if (this.sink === undefined) return Promise.resolve(NOT_CONNECTED);
    return Promise.resolve(answerOf(this.paper.request((venue, at) => venue.replace({ clientOrderId }, change, at))));
  }

  cancel({ clientOrderId }: OrderReference): Promise<BrokerAnswer> {
    if (this.sink === undefined) return Promise.resolve(NOT_CONNECTED);
    return Promise.resolve(answerOf(this.paper.request((venue, at) => venue.cancel({ clientOrderId }, at))));
  }

  find(clientOrderId: string): Promise<VenueOrderView | undefined> {
    return this.closed ? Promise.reject(this.gone()) : Promise.resolve(this.paper.venue.find(clientOrderId));
  }

  snapshot(since: UnixNanos): Promise<VenueSnapshot> {
    return this.closed ? Promise.reject(this.gone()) : Promise.resolve(this.paper.venue.snapshot(since, this.paper.clock.now()));
  }

  close(): Promise<void> {
    this.closed = true;
    this.sink = undefined;
    this.paper.leave(this.hear);
    return Promise.resolve();
  }

  private gone(): BrokerError {
    return new BrokerError('CLOSED', `${NAME}: the session is closed`);
  }
}
