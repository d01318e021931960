import { stepMessageId } from '@tradewind/vocabulary';
import type { StepHeader } from '@tradewind/vocabulary';

import type { OrderIntent, OrdersPlaced } from './facts.js';
import { amendedTerms } from './amended-terms.js';
import { intentFault } from './intent-fault.js';
import { Ledger } from './ledger.js';
import { OrderError } from './order-error.js';
import { sendOrders } from './order-latency.js';
import { isReduceOnly, termsOf } from './order.js';
import type { PlacementDenial } from './placement-denials.js';
import { PROTECTIVE_PURPOSE, protectiveStopOf } from './protection.js';
import { seriesEnded } from './series-end.js';
import type { OrdersEvent, OrdersState, TradingStatusSeen } from './stage-state.js';
import { cancelEntries } from './trading-status.js';
import { isTrailing, trailLevel } from './trail.js';
import type { PaperVenue } from './venue.js';

/** A step's approved intents, protective ones first; the header is that of VerdictsReached. */
export interface IntentsOfStep {
  readonly header: StepHeader;
  readonly intents: readonly OrderIntent[];
  readonly status: TradingStatusSeen;
  readonly final: boolean;
}

const nothingToReduce = (state: OrdersState, intent: OrderIntent): boolean => {
  const held = state.account.positions[intent.symbol]?.quantity ?? 0n;
  return isReduceOnly(intent) && (intent.side === 'SELL' ? held <= 0n : held >= 0n);
};

/** Who joins a group too late would trade what another order of it has traded already. */
const groupEnded = (state: OrdersState, { ocoGroup }: OrderIntent): boolean =>
  ocoGroup !== undefined &&
  Object.values(state.closed).some(({ order }) => order.intent.ocoGroup === ocoGroup && order.status === 'FILLED');

const denialOf = (state: OrdersState, intent: OrderIntent, venue: PaperVenue): PlacementDenial | undefined => {
  const fault = intentFault(intent, venue.instruments[intent.symbol]);
  if (fault !== undefined) return fault;
  if (groupEnded(state, intent)) return 'OCO_GROUP_ENDED';
  const last = state.lastBars[intent.symbol];
  if (last === undefined) return 'NO_MARKET_DATA';
  if (intent.trail?.by === 'AMOUNT' && intent.side === 'SELL' && intent.trail.value >= last.close) return 'TRAIL_INVALID';
  if (last.warmUp) return 'WARM_UP';
  if (seriesEnded(state, intent.symbol, venue)) return 'SERIES_ENDED';
  if (state.halt !== 'NONE' && !isReduceOnly(intent)) return 'TRADING_HALTED';
  return nothingToReduce(state, intent) ? 'POSITION_FLAT' : undefined;
};

/** A trailing order follows the market from the last price known when it is placed. */
const startTrail = (ledger: Ledger, { clientOrderId, symbol, side }: OrderIntent, venue: PaperVenue, causes: readonly string[]): void => {
  const order = ledger.order(clientOrderId)?.order;
  const last = ledger.state.lastBars[symbol];
  const instrument = venue.instruments[symbol];
  if (order === undefined || last === undefined || instrument === undefined) return;
  const terms = termsOf(order);
  if (!isTrailing(terms.type) || terms.stopPrice !== undefined) return;
  const stopPrice = trailLevel(side, terms, last.close, instrument.tickSize);
  ledger.say(clientOrderId, { type: 'OrderUpdated', terms: amendedTerms(terms, { stopPrice }) }, causes);
};

/** Places one intent, or denies it; a client order id seen before is ignored. */
export const placeOne = (ledger: Ledger, intent: OrderIntent, venue: PaperVenue): void => {
  const id = intent.clientOrderId;
  if (ledger.state.open[id] !== undefined || ledger.state.closed[id] !== undefined) return;
  const causes = [intent.verdictId];
  const denial = denialOf(ledger.state, intent, venue);
  if (denial !== undefined) {
    ledger.deny(intent, denial, causes);
    return;
  }
  const replaced = intent.purpose === PROTECTIVE_PURPOSE ? protectiveStopOf(ledger.state, intent.symbol) : undefined;
  if (replaced !== undefined) ledger.say(replaced.order.intent.clientOrderId, { type: 'OrderCanceled', reason: 'REPLACED' }, causes);
  ledger.place(intent, causes);
  if (isTrailing(intent.type)) startTrail(ledger, intent, venue, causes);
};

/**
 * Second half of the orders step: places what risk approved. A client order id seen before is ignored. An order works from the step after the
 * last executed one, so it never meets the bar it was decided on; when verdicts arrive late (real-time mode) that is a step later still.
 * Throws OrderError on a step placed before, or one whose bars were never executed.
 */
export const placeIntents = (
  state: OrdersState,
  input: IntentsOfStep,
  venue: PaperVenue,
): { readonly state: OrdersState; readonly placed: OrdersPlaced; readonly events: readonly OrdersEvent[] } => {
  const { header, intents, status, final } = input;
  if (header.run !== state.run || header.step <= state.placedStep || header.step > state.executedStep) {
    throw new OrderError(
      'STEP_OUT_OF_ORDER',
      `intents of step ${header.step} of run ${header.run} after placing ${state.placedStep} of ${state.run}`,
    );
  }
  const ledger = new Ledger(state, header.at);
  ledger.stage({
    type: 'VerdictsArrived',
    id: `op/${header.run}/${header.step}`,
    at: header.at,
    run: header.run,
    step: header.step,
    status,
  });
  if (status === 'HALTED') cancelEntries(ledger, 'TRADING_HALTED', [header.id]);
  for (const intent of intents) placeOne(ledger, intent, venue);
  sendOrders(ledger, venue, header.run, header.step, state);
  const placed: OrdersPlaced = {
    header: {
      id: stepMessageId('orders.placed', header.run, header.step, 0),
      run: header.run,
      step: header.step,
      partition: 0,
      at: header.at,
      causes: [header.id],
      degraded: header.degraded,
    },
    events: ledger.orderEvents,
    final,
  };
  return { state: ledger.state, placed, events: ledger.events };
};
