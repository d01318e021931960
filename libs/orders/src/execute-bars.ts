import type { Bar, BarsClosed, SymbolQuality, TicksArrived } from '@tradewind/market';
import { snapshotOf } from '@tradewind/portfolio';
import { stepMessageId } from '@tradewind/vocabulary';
import type { StepHeader, Symbol } from '@tradewind/vocabulary';

import type { ExecutionsReported } from './facts.js';
import { Ledger, openOrdersOf } from './ledger.js';
import { matchBar } from './match-bar.js';
import { matchTicks, tellMarket, ticksBySymbol } from './match-ticks.js';
import type { CausedTick } from './match-ticks.js';
import { OrderError } from './order-error.js';
import type { SeenMarket } from './seen-market.js';
import { settleEndedSeries } from './series-end.js';
import { isStepExecuted } from './stage-state.js';
import type { OrdersEvent, OrdersState } from './stage-state.js';
import type { PaperVenue } from './venue.js';

/** The bars of one step over all partitions. `header.causes` names the batches they came in. */
export interface BarsOfStep {
  readonly header: StepHeader;
  readonly bars: readonly Bar[];
  readonly lowQuality: readonly SymbolQuality[];
  /** The chunks of ticks of the step's interval, in the order of the stream; none where no ticks are recorded. */
  readonly ticks?: readonly TicksArrived[];
  readonly final: boolean;
}

interface OfSymbol {
  readonly symbol: string;
}

const bySymbol = (left: OfSymbol, right: OfSymbol): number => (left.symbol < right.symbol ? -1 : left.symbol > right.symbol ? 1 : 0);

/** Items come sorted as a rule; then they are not copied. */
const inOrder = <T extends OfSymbol>(items: readonly T[]): readonly T[] => {
  for (let index = 1; index < items.length; index += 1)
    if (bySymbol(items[index - 1]!, items[index]!) > 0) return [...items].sort(bySymbol);
  return items;
};

const joinDegraded = (batches: readonly BarsClosed[]): readonly string[] =>
  batches.every(({ header }) => header.degraded.length === 0) ? [] : [...new Set(batches.flatMap(({ header }) => header.degraded))].sort();

/** Joins the batches of all partitions of one step, in any order; the answer is always partition 0. */
export const joinBars = (batches: readonly BarsClosed[]): BarsOfStep => {
  const sorted = batches.length === 1 ? batches : [...batches].sort((left, right) => left.header.partition - right.header.partition);
  const first = sorted[0];
  if (first === undefined) throw new OrderError('STEP_OUT_OF_ORDER', 'a step has at least one batch of bars');
  if (sorted.some(({ header }) => header.step !== first.header.step || header.run !== first.header.run)) {
    throw new OrderError('STEP_OUT_OF_ORDER', `batches of different steps cannot be joined at ${first.header.id}`);
  }
  return {
    header: {
      id: first.header.id,
      run: first.header.run,
      step: first.header.step,
      partition: 0,
      at: first.header.at,
      causes: sorted.map(({ header }) => header.id),
      degraded: joinDegraded(sorted),
    },
    bars: sorted.length === 1 ? first.bars : inOrder(sorted.flatMap(({ bars }) => bars)),
    lowQuality: sorted.length === 1 ? first.lowQuality : inOrder(sorted.flatMap(({ lowQuality }) => lowQuality)),
    final: sorted.some(({ final }) => final),
  };
};

/** DAY orders whose session is over: only intraday bars and symbols without a bar leave any. */
const expireEarlierSessions = (ledger: Ledger, causes: readonly string[]): void => {
  const { open, sessionStartStep } = ledger.state;
  const over = Object.values(open).filter(
    ({ order, workingFromStep }) => order.intent.timeInForce === 'DAY' && workingFromStep < sessionStartStep,
  );
  if (over.length > 1) over.sort((left, right) => left.placement - right.placement);
  for (const { order } of over) ledger.say(order.intent.clientOrderId, { type: 'OrderExpired' }, causes);
};

/** Bars against working orders, by symbol; where a symbol's ticks are known, they tell what happened within the bar, also when none closed. */
const matchStep = (
  ledger: Ledger,
  bars: readonly Bar[],
  chunks: readonly TicksArrived[],
  { run, step, at }: StepHeader,
  venue: PaperVenue,
): void => {
  if (chunks.length === 0) {
    for (const bar of bars) if (!bar.warmUp) matchBar(ledger, bar, step, venue);
    return;
  }
  const ticks = ticksBySymbol(chunks);
  const markets: Record<string, SeenMarket> = {};
  const matchSymbol = (symbol: Symbol, found: readonly CausedTick[]): void => {
    const seen = matchTicks(ledger, symbol, found, step, venue);
    if (seen !== undefined) markets[symbol] = seen;
  };
  for (const bar of bars) {
    const found = ticks.get(bar.symbol);
    if (bar.warmUp) continue;
    const tells = found !== undefined && tellMarket(found, ledger.state.markets?.[bar.symbol]);
    matchBar(ledger, bar, step, venue, tells ? () => matchSymbol(bar.symbol, found) : undefined);
  }
  const closed = new Set<string>(bars.map(({ symbol }) => symbol));
  for (const [symbol, found] of ticks) if (!closed.has(symbol)) matchSymbol(symbol as Symbol, found);
  const before = ledger.state.markets ?? {};
  for (const [symbol, seen] of Object.entries(before))
    if (markets[symbol] === undefined && openOrdersOf(ledger.state, symbol).length > 0) markets[symbol] = seen;
  if (Object.keys(markets).length + Object.keys(before).length > 0)
    ledger.stage({ type: 'MarketsSeen', id: `om/${run}/${step}`, at, markets });
};

/**
 * First half of the orders step: what the bars did to working orders, and the account marked at their closes. The result does not depend on
 * the order of `bars`. Throws OrderError on a step that is not after the last one of the run.
 */
export const executeBars = (
  state: OrdersState,
  input: BarsOfStep,
  venue: PaperVenue,
): { readonly state: OrdersState; readonly report: ExecutionsReported; readonly events: readonly OrdersEvent[] } => {
  const { header, final } = input;
  if (isStepExecuted(state, header.run, header.step)) {
    throw new OrderError('STEP_OUT_OF_ORDER', `step ${header.step} of run ${header.run} was executed already`);
  }
  const bars = inOrder(input.bars);
  const ledger = new Ledger(state, header.at);
  ledger.stage({
    type: 'BarsArrived',
    id: `ob/${header.run}/${header.step}`,
    at: header.at,
    run: header.run,
    step: header.step,
    bars: bars.map(({ symbol, close, warmUp }) => ({ symbol, close, warmUp })),
  });
  if (Object.keys(ledger.state.open).length > 0) {
    expireEarlierSessions(ledger, header.causes);
    matchStep(ledger, bars, input.ticks ?? [], header, venue);
  }
  settleEndedSeries(ledger, header.at, venue, header.causes);
  const report: ExecutionsReported = {
    header: {
      id: stepMessageId('orders.executions', header.run, header.step, 0),
      run: header.run,
      step: header.step,
      partition: 0,
      at: header.at,
      causes: header.causes,
      degraded: header.degraded,
    },
    events: ledger.orderEvents,
    account: snapshotOf(ledger.state.account, header.at),
    lowQuality: inOrder(input.lowQuality),
    final,
  };
  return { state: ledger.state, report, events: ledger.events };
};
