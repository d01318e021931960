import { accountIdOf, money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import type { VenueCapabilities, VenueReport } from '@tradewind/venue';
import { snapshotOf } from '@tradewind/portfolio';
import { expect } from 'vitest';

import {
  deskBars,
  dueRequests,
  evolveDesk,
  initialOrders,
  openDesk,
  changeLink,
  passTime,
  placeDeskIntents,
  recordAnswer,
  recordFound,
  reconcile,
  snapshotSince,
  takeReports,
  takeRequests,
  withDesk,
} from '../../src/index.js';
import type {
  AccountReconciled,
  DeskEvent,
  DeskOutcome,
  DeskPolicy,
  DeskState,
  DueRequest,
  OrderAnomaly,
  OrderEvent,
  OrderIntent,
  RequestAnswer,
  TradingStatusSeen,
} from '../../src/index.js';
import { bar, closeAt, header, instrument } from '../fixtures.js';
import type { Candle } from '../fixtures.js';
import { HandVenue } from './hand-venue.js';

export const SECOND = 1_000_000_000n;
export const SPX = symbolOf('SPX');
export const NDX = symbolOf('NDX');

export const capabilities = (changes: Partial<VenueCapabilities> = {}): VenueCapabilities => ({
  orderTypes: ['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP'],
  timesInForce: ['DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS'],
  refuses: [],
  replace: true,
  oneCancelsOther: false,
  fractional: false,
  shortSales: true,
  extendedHours: false,
  simulated: false,
  ...changes,
});

export const policyOf = (changes: Partial<DeskPolicy> = {}): DeskPolicy => ({
  venue: 'hand',
  capabilities: capabilities(),
  instruments: { SPX: instrument('SPX', true), NDX: instrument('NDX', true) },
  orderTimeoutNanos: 300n * SECOND,
  brokerLost: 'cancel',
  brokerLostAfterNanos: 30n * SECOND,
  ...changes,
});

/** How the shell's carrying out of a request ends. */
export type Fate = 'OK' | 'NOT_SENT' | 'LOST_REQUEST' | 'LOST_ANSWER' | 'CRASH_BEFORE' | 'CRASH_AFTER';

/** One desk on one venue. Every outcome is folded again from its events, and the account has to explain its equity. */
export class Trading {
  state: DeskState = withDesk(initialOrders({ accountId: accountIdOf('desk-1'), currency: 'USD', openingCash: money('100000') }));
  readonly venue: HandVenue;
  readonly history: DeskEvent[] = [];
  readonly told: OrderEvent[] = [];
  readonly anomalies: OrderAnomaly[] = [];
  readonly reconciliations: AccountReconciled[] = [];
  now = closeAt(0);
  step = -1;

  constructor(
    readonly policy: DeskPolicy = policyOf(),
    ready = true,
  ) {
    this.venue = new HandVenue(this.now);
    if (ready) this.open().up().reconcile();
    this.candle('100', '101', '99', '100');
  }

  take(outcome: Pick<DeskOutcome, 'state' | 'events'> & Partial<Pick<DeskOutcome, 'changed'>>): this {
    let folded = this.state;
    for (const event of outcome.events) folded = evolveDesk(folded, event);
    expect(folded).toEqual(outcome.state);
    expect(snapshotOf(outcome.state.account, this.now).equity).toBeTypeOf('bigint');
    this.state = outcome.state;
    this.history.push(...outcome.events);
    this.told.push(...(outcome.changed?.events ?? []));
    this.anomalies.push(...(outcome.changed?.anomalies ?? []));
    return this;
  }

  pass(seconds: number): this {
    this.now = (this.now + BigInt(Math.round(seconds * 1000)) * 1_000_000n) as UnixNanos;
    this.venue.now = this.now;
    return this.take(passTime(this.state, this.now, this.policy));
  }

  open(): this {
    return this.take(openDesk(this.state, this.now));
  }

  up(): this {
    return this.take(changeLink(this.state, { kind: 'UP' }, this.now, this.policy));
  }

  down(kind: 'DOWN' | 'LOGIN_NEEDED' = 'DOWN'): this {
    return this.take(changeLink(this.state, { kind, reason: 'gone' }, this.now, this.policy));
  }

  candle(...candle: Candle): this {
    this.step += 1;
    const input = { header: { ...header(this.step), at: this.now }, bars: [bar(this.step, candle)], lowQuality: [], final: false };
    const done = deskBars(this.state, input, this.policy);
    this.told.push(...done.report.events);
    return this.take(done);
  }

  place(intents: readonly OrderIntent[], status: TradingStatusSeen = 'ACTIVE'): this {
    if (this.state.placedStep === this.step) this.candle('100', '101', '99', '100');
    const done = placeDeskIntents(
      this.state,
      { header: { ...header(this.step, 'risk.verdicts'), at: this.now }, intents, status, final: false },
      this.policy,
    );
    this.told.push(...done.placed.events);
    return this.take(done);
  }

  due(): readonly DueRequest[] {
    return dueRequests(this.state, this.now, this.policy);
  }

  /** Carries out what is due once; fates are used up in turn, then all is well. */
  carryOut(...fates: readonly Fate[]): this {
    const due = this.due();
    const taken = takeRequests(this.state, due, this.now);
    this.take(taken);
    for (const [index, request] of due.entries()) {
      const fate = fates[index] ?? 'OK';
      if (request.kind === 'FIND') {
        if (fate === 'OK')
          this.take(recordFound(this.state, request.clientOrderId, this.venue.find(request.clientOrderId), this.now, this.policy));
        continue;
      }
      if (fate === 'CRASH_BEFORE' || fate === 'CRASH_AFTER') {
        if (fate === 'CRASH_AFTER') this.#do(request);
        return this.open();
      }
      this.take(recordAnswer(this.state, request.requestId, this.#answer(request, fate), this.now, this.policy));
    }
    return this;
  }

  deliver(reports: readonly VenueReport[] = this.venue.take()): this {
    return this.take(takeReports(this.state, reports, this.now, this.policy));
  }

  reconcile(confirmNanos = 0n): this {
    const outcome = reconcile(this.state, this.venue.snapshot(snapshotSince(this.state, this.now)), this.policy, { confirmNanos });
    if (outcome.reconciled !== undefined) this.reconciliations.push(outcome.reconciled);
    return this.take(outcome);
  }

  /** Until nothing is due and nothing is untold. */
  settle(): this {
    for (let round = 0; round < 20; round += 1) {
      if (this.due().length === 0 && this.venue.reports.length === 0) return this;
      this.carryOut().deliver();
    }
    return this;
  }

  order(clientOrderId: string) {
    return this.state.open[clientOrderId]?.order ?? this.state.closed[clientOrderId]?.order;
  }

  status(clientOrderId: string): string | undefined {
    return this.order(clientOrderId)?.status;
  }

  /** Open orders of one purpose. */
  working(purpose: string) {
    return Object.values(this.state.open)
      .map(({ order }) => order)
      .filter(({ intent }) => intent.purpose === purpose);
  }

  held(symbol = SPX): bigint {
    return this.state.account.positions[symbol]?.quantity ?? 0n;
  }

  get differences(): readonly string[] {
    return Object.values(this.state.desk.differences).map(({ code }) => code);
  }

  get codes(): readonly string[] {
    return this.reconciliations.at(-1)?.differences.map(({ code }) => code) ?? [];
  }

  #answer(request: Exclude<DueRequest, { kind: 'FIND' }>, fate: Fate): RequestAnswer {
    if (fate === 'NOT_SENT') return { status: 'NOT_SENT', message: 'no route' };
    if (fate === 'LOST_REQUEST') return { status: 'UNKNOWN', message: 'timeout' };
    const answer = this.#do(request);
    return fate === 'LOST_ANSWER' ? { status: 'UNKNOWN', message: 'timeout' } : answer;
  }

  #do(request: Exclude<DueRequest, { kind: 'FIND' }>): RequestAnswer {
    if (request.kind === 'SUBMIT') return this.venue.submit(request.order);
    if (request.kind === 'CANCEL') return this.venue.cancel(request.order.clientOrderId);
    return this.venue.replace(request.order.clientOrderId, request.change);
  }
}

export const P = price;
export const Q = quantity;
