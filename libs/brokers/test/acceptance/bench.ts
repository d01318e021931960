import { expect } from 'vitest';

import type { VenueOrder, VenueOrderView, VenueReport, VenueReportOf, VenueSnapshot } from '@tradewind/venue';
import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import type { Broker, BrokerAnswer, BrokerEnvironment, BrokerLink, BrokerSink, OrderReference } from '../../src/broker.js';
import { BrokerError } from '../../src/broker.js';
import type { VenueUnderTest } from './venue-under-test.js';

/** Waits until it holds; throws with what was expected after five seconds. */
export const until = async (expected: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 5000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited 5 s in vain until ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Long enough for whatever is on its way to arrive. */
export const settle = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Keeps everything that a broker says, in order. */
export class RecordingBrokerSink implements BrokerSink {
  readonly reports: VenueReport[] = [];
  readonly links: BrokerLink[] = [];
  readonly faults: { readonly error: BrokerError; readonly raw: string }[] = [];
  report(report: VenueReport): void {
    this.reports.push(report);
  }
  link(link: BrokerLink): void {
    this.links.push(link);
  }
  fault(error: BrokerError, raw: string): void {
    this.faults.push({ error, raw });
  }
  /** How often it said so. */
  count(kind: BrokerLink['kind']): number {
    return this.links.filter((link) => link.kind === kind).length;
  }
}

/** What a broker takes from outside, with all that was logged. */
export interface Surroundings {
  readonly environment: BrokerEnvironment;
  readonly logged: string[];
}

export const surroundings = (): Surroundings => {
  const logged: string[] = [];
  const log = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  return { logged, environment: { clock: { now: () => nanosFromMillis(Date.now()) }, log: { info: log, warn: log } } };
};

const ENDED: ReadonlySet<VenueReport['type']> = new Set(['FILLED', 'CANCELED', 'EXPIRED', 'REJECTED']);

/** One case's venue and broker, with what cases ask of them again and again. */
export class Bench {
  readonly around = surroundings();
  readonly sink = new RecordingBrokerSink();
  readonly broker: Broker;
  private readonly others: Broker[] = [];

  constructor(readonly venue: VenueUnderTest) {
    this.broker = venue.open(this.around.environment);
  }

  connect(): Promise<void> {
    return this.broker.connect(this.sink, AbortSignal.timeout(5000));
  }

  /** Another session at the same venue, closed with the bench. */
  another(key?: 'WRONG'): Broker {
    const broker = this.venue.open(this.around.environment, key);
    this.others.push(broker);
    return broker;
  }

  async end(): Promise<void> {
    await Promise.all([this.broker, ...this.others].map((broker) => broker.close()));
    await this.venue.stop();
  }

  /** Submits it and expects it to be taken. */
  async place(order: VenueOrder): Promise<OrderReference> {
    const answer = await this.broker.submit(order);
    expect(answer).toMatchObject({ status: 'TAKEN' });
    return { clientOrderId: order.clientOrderId, symbol: order.symbol, venueOrderId: (answer as { venueOrderId: string }).venueOrderId };
  }

  /** Submits it and waits until the venue reports that it works. */
  async placeWorking(order: VenueOrder): Promise<OrderReference> {
    const reference = await this.place(order);
    await this.told(order.clientOrderId, 'ACCEPTED');
    return reference;
  }

  /** Submits it and waits until it is filled whole. */
  async placeFilled(order: VenueOrder): Promise<OrderReference> {
    const reference = await this.place(order);
    await this.filled(order.clientOrderId, order.quantity);
    return reference;
  }

  /** Reports of the order, each once, in order of arrival. */
  of(clientOrderId: string): readonly VenueReport[] {
    const seen = new Map<string, VenueReport>();
    for (const report of this.sink.reports) if (report.clientOrderId === clientOrderId && !seen.has(report.id)) seen.set(report.id, report);
    return [...seen.values()];
  }

  all<T extends VenueReport['type']>(clientOrderId: string, type: T): readonly VenueReportOf<T>[] {
    return this.of(clientOrderId).filter((report) => report.type === type) as unknown as readonly VenueReportOf<T>[];
  }

  /** Waits for `count` reports of the type on the order and gives the last. */
  async told<T extends VenueReport['type']>(clientOrderId: string, type: T, count = 1): Promise<VenueReportOf<T>> {
    await until(`${type} of ${clientOrderId} is reported`, () => this.all(clientOrderId, type).length >= count);
    return this.all(clientOrderId, type).at(-1)!;
  }

  filledQuantity(clientOrderId: string): bigint {
    return this.all(clientOrderId, 'FILLED').reduce((sum, fill) => sum + fill.quantity, 0n);
  }

  /** Waits until that much is filled, and not more. */
  async filled(clientOrderId: string, expected: bigint): Promise<readonly VenueReportOf<'FILLED'>[]> {
    await until(`${clientOrderId} is filled`, () => this.filledQuantity(clientOrderId) >= expected);
    expect(this.filledQuantity(clientOrderId)).toBe(expected);
    return this.all(clientOrderId, 'FILLED');
  }

  /** Nothing has filled and nothing has ended. */
  untouched(clientOrderId: string): void {
    expect(this.of(clientOrderId).filter(({ type }) => ENDED.has(type))).toEqual([]);
  }

  /** Waits until it has ended without being filled whole: canceled, expired or rejected. */
  ended(clientOrderId: string): Promise<void> {
    return until(`${clientOrderId} has ended`, () =>
      this.of(clientOrderId).some(({ type }) => type === 'CANCELED' || type === 'EXPIRED' || type === 'REJECTED'),
    );
  }

  /** Waits until `find` shows it so. */
  async found(clientOrderId: string, holds: (view: VenueOrderView) => boolean): Promise<VenueOrderView> {
    let view: VenueOrderView | undefined;
    await until(`${clientOrderId} is found as expected`, async () => {
      view = await this.broker.find(clientOrderId);
      return view !== undefined && holds(view);
    });
    return view!;
  }

  snapshot(since = 0n as UnixNanos): Promise<VenueSnapshot> {
    return this.broker.snapshot(since);
  }

  /** Loses the connection of reports and waits until it is up again. */
  async reconnected(lose: () => void): Promise<void> {
    const [downs, ups] = [this.sink.count('DOWN'), this.sink.count('UP')];
    lose();
    await until('the link is down', () => this.sink.count('DOWN') > downs);
    await until('the link is up again', () => this.sink.count('UP') > ups);
  }
}

/** The refusal of an answer; fails when it is none. */
export const refusalOf = (answer: BrokerAnswer): string => {
  expect(answer.status).toBe('REFUSED');
  return answer.status === 'REFUSED' ? answer.code : '';
};

/** The BrokerError that it rejects with; fails when it resolves or rejects with anything else. */
export const errorOf = async (call: Promise<unknown>): Promise<BrokerError> => {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(BrokerError);
  return outcome as BrokerError;
};
