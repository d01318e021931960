import { snapshotOf } from '@tradewind/portfolio';
import { least, stepMessageId } from '@tradewind/vocabulary';
import type { Quantity, UnixNanos } from '@tradewind/vocabulary';

import type { BarsOfStep } from '../execute-bars.js';
import type { ExecutionsReported, OrderIntent, OrdersPlaced } from '../facts.js';
import { OrderError } from '../order-error.js';
import { isReduceOnly } from '../order.js';
import type { IntentsOfStep } from '../place-intents.js';
import { PROTECTIVE_PURPOSE } from '../protection.js';
import { isStepExecuted } from '../stage-state.js';
import { isTerminal } from '../transition.js';
import { DeskLedger } from './desk-ledger.js';
import type { DeskOutcome } from './desk-ledger.js';
import type { DeskPolicy, DeskState } from './desk-state.js';
import { seePrice } from './emulate.js';
import { deskDenialOf, unclaimed } from './gate.js';
import { alignProtection, replanStop } from './protection.js';
import { submitOrder, withdrawEntries } from './working-orders.js';

/** Reports of an order that ended come for so long at the latest. */
const ENDED_KEPT_NANOS = 3n * 86_400_000_000_000n;

const forgetOld = (ledger: DeskLedger): void => {
  const { desk } = ledger.state;
  const old = Object.keys(desk.ended).filter((id) => ledger.at - desk.ended[id]! > ENDED_KEPT_NANOS);
  if (old.length === 0) return;
  const gone = new Set(old);
  const row = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, null]));
  // Orders that were never ours go with them: should one be told of again, it is told again.
  const names = Object.keys(desk.names).filter((name) => gone.has(desk.names[name]!) || desk.names[name] === '');
  ledger.note('OrderForgotten', { ended: row(old), names: row(names), inferred: row(old) });
};

/** The clock of an entry that the venue took starts with the first bar of its symbol: while the market is closed nothing is late. */
const startClocks = (ledger: DeskLedger, symbols: ReadonlySet<string>): void => {
  const { open, desk } = ledger.state;
  for (const [id, { order }] of Object.entries(open)) {
    const counts = !isReduceOnly(order.intent) && order.venueOrderId !== undefined && symbols.has(order.intent.symbol);
    if (counts && desk.clocks[id] === undefined) ledger.note('OrderClockStarted', { clocks: { [id]: ledger.at } });
  }
};

/**
 * First half of a step of the desk: the account marked at the closes, and what the bars released of held orders. Fills come from the venue, never from bars.
 * Throws OrderError on a step that is not after the last one of the run.
 */
export const deskBars = (
  state: DeskState,
  { header, bars, lowQuality, final }: BarsOfStep,
  policy: DeskPolicy,
): { readonly state: DeskState; readonly report: ExecutionsReported; readonly events: DeskLedger['events'] } => {
  const { run, step, at } = header;
  if (isStepExecuted(state, run, step)) throw new OrderError('STEP_OUT_OF_ORDER', `step ${step} of run ${run} was executed already`);
  const ledger = new DeskLedger(state, at);
  const seen = bars.map(({ symbol, close, warmUp }) => ({ symbol, close, warmUp }));
  ledger.stage({ type: 'BarsArrived', id: `ob/${run}/${step}`, at, run, step, bars: seen });
  forgetOld(ledger);
  const live = bars.filter(({ warmUp }) => !warmUp);
  startClocks(ledger, new Set(live.map(({ symbol }) => symbol)));
  for (const { symbol, open, high, low, close } of live)
    seePrice(ledger, { kind: 'BAR', symbol, open, high, low, close }, policy, header.causes);
  const report: ExecutionsReported = {
    header: { ...header, id: stepMessageId('orders.executions', run, step, 0), partition: 0 },
    events: ledger.orderEvents,
    account: snapshotOf(ledger.state.account, at),
    lowQuality,
    final,
  };
  return { state: ledger.state, report, events: ledger.events };
};

const placeIntent = (ledger: DeskLedger, wanted: OrderIntent, policy: DeskPolicy): void => {
  const { clientOrderId: id, symbol } = wanted;
  if (ledger.order(id) !== undefined) return;
  const causes = [wanted.verdictId];
  const denial = deskDenialOf(ledger.state, wanted, policy);
  if (denial !== undefined) {
    ledger.deny(wanted, denial, causes);
    return;
  }
  if (wanted.purpose === PROTECTIVE_PURPOSE && wanted.type === 'STOP') {
    replanStop(ledger, wanted);
    alignProtection(ledger, symbol, policy, causes, id);
    return;
  }
  // The venue would turn the position round with what is too much.
  const most = isReduceOnly(wanted) ? least(wanted.quantity, unclaimed(ledger.state, wanted) as Quantity) : wanted.quantity;
  submitOrder(ledger, most === wanted.quantity ? wanted : { ...wanted, quantity: most }, policy, causes);
  if (isReduceOnly(wanted)) alignProtection(ledger, symbol, policy, causes);
};

/**
 * Second half of a step of the desk: approved intents become orders that are due to be sent, each written down before anything leaves. A client order id seen
 * before is ignored. Throws OrderError on a step placed before, or one whose bars were never executed.
 */
export const placeDeskIntents = (
  state: DeskState,
  { header, intents, status, final }: IntentsOfStep,
  policy: DeskPolicy,
): { readonly state: DeskState; readonly placed: OrdersPlaced; readonly events: DeskLedger['events'] } => {
  const { run, step, at } = header;
  if (run !== state.run || step <= state.placedStep || step > state.executedStep) {
    throw new OrderError('STEP_OUT_OF_ORDER', `intents of step ${step} of run ${run} after placing ${state.placedStep} of ${state.run}`);
  }
  const ledger = new DeskLedger(state, at);
  ledger.stage({ type: 'VerdictsArrived', id: `op/${run}/${step}`, at, run, step, status });
  if (status === 'HALTED') withdrawEntries(ledger, 'TRADING_HALTED', [header.id]);
  for (const intent of intents) placeIntent(ledger, intent, policy);
  const placed: OrdersPlaced = {
    header: { ...header, id: stepMessageId('orders.placed', run, step, 0), partition: 0, causes: [header.id] },
    events: ledger.orderEvents,
    final,
  };
  return { state: ledger.state, placed, events: ledger.events };
};

/** Intents that the live monitor orders between the steps; they only reduce, or tighten a stop. */
export const protectBetweenSteps = (
  state: DeskState,
  ordered: { readonly id: string; readonly intents: readonly OrderIntent[]; readonly status: 'ACTIVE' | 'REDUCING' | 'HALTED' },
  at: UnixNanos,
  policy: DeskPolicy,
): DeskOutcome => {
  const ledger = new DeskLedger(state, at);
  if (ordered.status === 'HALTED') withdrawEntries(ledger, 'TRADING_HALTED', [ordered.id]);
  for (const intent of ordered.intents) if (isReduceOnly(intent)) placeIntent(ledger, intent, policy);
  return ledger.outcome([ordered.id]);
};

/** Positions closed at the market, each by one order that follows from the cause. */
export const flattenAll = (
  ledger: DeskLedger,
  purpose: string,
  cause: string,
  policy: DeskPolicy,
  idOf: (symbol: string) => string,
): void => {
  for (const { symbol, quantity } of Object.values(ledger.state.account.positions)) {
    const side = quantity > 0n ? 'SELL' : 'BUY';
    const clientOrderId = idOf(symbol);
    const working = ledger.order(clientOrderId);
    if (working !== undefined && !isTerminal(working.status)) continue;
    const size = (quantity > 0n ? quantity : -quantity) as Quantity;
    placeIntent(
      ledger,
      { clientOrderId, symbol, side, type: 'MARKET', timeInForce: 'DAY', quantity: size, purpose, verdictId: cause },
      policy,
    );
  }
};
