import type { Bar, BarsClosed, SymbolQuality } from '@tradewind/market';
import { snapshotOf } from '@tradewind/portfolio';
import { stepMessageId } from '@tradewind/vocabulary';
import type { StepHeader } from '@tradewind/vocabulary';

import type { ExecutionsReported } from './facts.js';
import { Ledger } from './ledger.js';
import { matchBar } from './match-bar.js';
import { OrderError } from './order-error.js';
import { settleEndedSeries } from './series-end.js';
import { isStepExecuted } from './stage-state.js';
import type { OrdersEvent, OrdersState } from './stage-state.js';
import type { PaperVenue } from './venue.js';

/** The bars of one step over all partitions. `header.causes` names the batches they came in. */
export interface BarsOfStep {
  readonly header: StepHeader;
  readonly bars: readonly Bar[];
  readonly lowQuality: readonly SymbolQuality[];
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
    for (const bar of bars) if (!bar.warmUp) matchBar(ledger, bar, header.step, venue);
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
