import { stepMessageId } from '@tradewind/vocabulary';
import type { StepHeader } from '@tradewind/vocabulary';

import type { OrderIntent, OrdersPlaced } from './facts.js';
import { Ledger } from './ledger.js';
import { OrderError } from './order-error.js';
import { isReduceOnly } from './order.js';
import { PROTECTIVE_PURPOSE, protectiveStopOf } from './protection.js';
import { seriesEnded } from './series-end.js';
import type { OrdersEvent, OrdersState, TradingStatusSeen } from './stage-state.js';
import { cancelEntries } from './trading-status.js';
import type { PaperVenue } from './venue.js';

/** A step's approved intents, protective ones first; the header is that of VerdictsReached. */
export interface IntentsOfStep {
  readonly header: StepHeader;
  readonly intents: readonly OrderIntent[];
  readonly status: TradingStatusSeen;
  readonly final: boolean;
}

/** Why the venue's own gate refused an order that risk had approved; risk's codes are elsewhere. */
export const PLACEMENT_DENIALS = {
  UNKNOWN_INSTRUMENT: 'The venue does not know the instrument.',
  QUANTITY_INVALID: 'The quantity is not above zero or not a whole number of lots.',
  PRICE_MISSING: 'A limit or stop order without its price.',
  NO_MARKET_DATA: 'The venue has never seen a bar of the instrument.',
  WARM_UP: 'The last bar of the instrument only warms features up; nothing may be traded on it.',
  SERIES_ENDED: 'The instrument has had no bar for longer than the venue waits.',
  TRADING_HALTED: 'Trading was halted after risk approved the entry.',
  POSITION_FLAT: 'There is nothing left that the order could reduce.',
} as const;
export type PlacementDenial = keyof typeof PLACEMENT_DENIALS;

const priceMissing = ({ type, limitPrice, stopPrice }: OrderIntent): boolean =>
  ((type === 'LIMIT' || type === 'STOP_LIMIT') && limitPrice === undefined) ||
  ((type === 'STOP' || type === 'STOP_LIMIT') && stopPrice === undefined);

const nothingToReduce = (state: OrdersState, intent: OrderIntent): boolean => {
  const held = state.account.positions[intent.symbol]?.quantity ?? 0n;
  return isReduceOnly(intent) && (intent.side === 'SELL' ? held <= 0n : held >= 0n);
};

const denialOf = (state: OrdersState, intent: OrderIntent, venue: PaperVenue): PlacementDenial | undefined => {
  const instrument = venue.instruments[intent.symbol];
  if (instrument === undefined) return 'UNKNOWN_INSTRUMENT';
  if (intent.quantity <= 0n || intent.quantity % instrument.lotSize !== 0n) return 'QUANTITY_INVALID';
  if (priceMissing(intent)) return 'PRICE_MISSING';
  const last = state.lastBars[intent.symbol];
  if (last === undefined) return 'NO_MARKET_DATA';
  if (last.warmUp) return 'WARM_UP';
  if (seriesEnded(state, intent.symbol, venue)) return 'SERIES_ENDED';
  if (state.halt !== 'NONE' && !isReduceOnly(intent)) return 'TRADING_HALTED';
  return nothingToReduce(state, intent) ? 'POSITION_FLAT' : undefined;
};

const placeOne = (ledger: Ledger, intent: OrderIntent, venue: PaperVenue): void => {
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
