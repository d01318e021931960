import type { BarsClosed } from '@tradewind/market';
import { type ExecutionsReported, type OrderEvent, type OrdersHalted, type OrdersPlaced, startOrdersHash } from '@tradewind/orders';
import type { AccountSnapshot } from '@tradewind/portfolio';
import type { TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import type { SignalsDecided } from '@tradewind/signals';
import { add, toNumber, type UnixNanos, utcDateOf, ZERO_MONEY } from '@tradewind/vocabulary';

import type { BenchmarkDay, PricePoint } from './buy-and-hold.js';
import type { BreakerLine, StateLine } from './report.js';
import { RoundTrips } from './round-trips.js';

/** The facts a report is made from. Everything else of a run may be left out. */
export interface ReportFacts {
  readonly 'market.bars': BarsClosed;
  readonly 'signals.decisions': SignalsDecided;
  readonly 'risk.verdicts': VerdictsReached;
  readonly 'risk.states': TradingStateChanged;
  readonly 'orders.executions': ExecutionsReported;
  readonly 'orders.placed': OrdersPlaced;
  readonly 'orders.halted': OrdersHalted;
}
export type ReportEvent = keyof ReportFacts;

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Mark of the account at the last step of a day. */
export interface DailyMark {
  readonly date: string;
  readonly at: UnixNanos;
  readonly account: AccountSnapshot;
}

/** All that was counted; see `composeReport`. */
export class Tally {
  readonly barsBySymbol = new Map<string, { bars: number; from: string; to: string }>();
  readonly refusals = new Map<string, number>();
  readonly rejections = new Map<string, number>();
  readonly days = new Map<string, Map<string, PricePoint>>();
  readonly marks = new Map<string, DailyMark>();
  readonly breakers: BreakerLine[] = [];
  readonly states: StateLine[] = [];
  readonly roundTrips = new RoundTrips();
  readonly purposes = new Map<string, string>();
  readonly hash = startOrdersHash();
  bars = 0;
  warmUpBars = 0;
  steps = 0;
  signals = 0;
  validated = 0;
  fills = 0;
  bought = 0;
  sold = 0;
  slippage = ZERO_MONEY;
  lastStatus = '';
}

const observeBars = (tally: Tally, { header, bars }: BarsClosed): void => {
  tally.steps = Math.max(tally.steps, header.step + 1);
  const date = utcDateOf(header.at);
  for (const bar of bars) {
    tally.bars += 1;
    if (bar.warmUp) {
      tally.warmUpBars += 1;
      continue;
    }
    const seen = tally.barsBySymbol.get(bar.symbol);
    tally.barsBySymbol.set(bar.symbol, { bars: (seen?.bars ?? 0) + 1, from: seen?.from ?? date, to: date });
    const day = tally.days.get(date) ?? new Map<string, PricePoint>();
    const open = day.get(bar.symbol)?.open ?? toNumber(bar.open);
    tally.days.set(date, day.set(bar.symbol, { symbol: bar.symbol, open, close: toNumber(bar.close) }));
  }
};

const observeDecisions = (tally: Tally, { decisions }: SignalsDecided): void => {
  for (const decision of decisions) {
    tally.signals += 1;
    if (decision.status === 'VALIDATED') tally.validated += 1;
    else count(tally.rejections, decision.rejectionCode);
  }
};

const observeState = (tally: Tally, status: string, actor: string, reason: string, at: UnixNanos): void => {
  if (status === tally.lastStatus) return;
  if (tally.lastStatus !== '' || status !== 'ACTIVE') tally.states.push({ at: utcDateOf(at), status, actor, reason });
  tally.lastStatus = status;
};

const observeVerdicts = (tally: Tally, { verdicts, breakers, state, header }: VerdictsReached): void => {
  for (const verdict of verdicts) if (verdict.status === 'DENIED') count(tally.refusals, verdict.code);
  for (const { at, rule, action, measured, limit } of breakers) tally.breakers.push({ at: utcDateOf(at), rule, action, measured, limit });
  observeState(tally, state.status, state.actor, state.reason, header.at);
};

const observeOrderEvent = (tally: Tally, event: OrderEvent): void => {
  tally.hash.add([event]);
  if (event.type === 'OrderInitialized') tally.purposes.set(event.clientOrderId, event.intent.purpose);
  if (event.type === 'OrderDenied' || event.type === 'OrderRejected') count(tally.refusals, event.code);
  if (event.type !== 'OrderFilled') return;
  tally.fills += 1;
  const value = toNumber(event.price) * toNumber(event.quantity);
  if (event.side === 'BUY') tally.bought += value;
  else tally.sold += value;
  tally.slippage = add(tally.slippage, event.slippage);
  tally.roundTrips.add(event, tally.purposes.get(event.clientOrderId) ?? '');
};

const observeExecutions = (tally: Tally, { header, events, account }: ExecutionsReported): void => {
  for (const event of events) observeOrderEvent(tally, event);
  const date = utcDateOf(header.at);
  tally.marks.set(date, { date, at: header.at, account });
};

/** How each kind of fact is counted. */
export const observers: { readonly [E in ReportEvent]: (tally: Tally, fact: ReportFacts[E]) => void } = {
  'market.bars': observeBars,
  'signals.decisions': observeDecisions,
  'risk.verdicts': observeVerdicts,
  'risk.states': (tally, { state, at }) => observeState(tally, state.status, state.actor, state.reason, at),
  'orders.executions': observeExecutions,
  'orders.placed': (tally, { events }) => events.forEach((event) => observeOrderEvent(tally, event)),
  'orders.halted': (tally, { events }) => events.forEach((event) => observeOrderEvent(tally, event)),
};

export const reportEvents = Object.keys(observers) as readonly ReportEvent[];

/** What a run's buy and hold is measured on: days with their bars, in order. */
export const benchmarkDays = (tally: Tally): BenchmarkDay[] =>
  [...tally.days].sort(([left], [right]) => (left < right ? -1 : 1)).map(([date, bars]) => ({ date, bars: [...bars.values()] }));
