/*
 * The orders step: executeBars (first half), placeIntents (second half), announceTradingStatus (between steps). Each takes the plain-data state and
 * returns the next one, the fact to publish and the events that lead from the one to the other.
 */
export { noteActions, takeActions } from './actions/take-actions.js';
export { amendedTerms } from './amended-terms.js';
export { handlingOf } from './emulation/handling.js';
export type { CancelBy, EmulationRefusal, Handling, Watch } from './emulation/handling.js';
export { forgetOrder, holdOrder, initialEmulation, timeOrder } from './emulation/held-orders.js';
export type { EmulationState, HeldOrder, TimedOrder } from './emulation/held-orders.js';
export { WATCH_DEFAULTS, watchClock, watchPrice } from './emulation/watch.js';
export type { EmulationEffect, PriceSeen, SessionTimes, Watched, WatchSettings } from './emulation/watch.js';
export { executeBars, joinBars } from './execute-bars.js';
export type { BarsOfStep } from './execute-bars.js';
export { executionChange } from './execution-change.js';
export type { BookedExecution, ExecutionChange } from './execution-change.js';
export type {
  AccountReconciled,
  ExecutionsReported,
  OrderAnomaly,
  OrderAnomalyCode,
  OrderEvent,
  OrderIntent,
  OrdersChanged,
  OrdersCommand,
  OrdersHalted,
  OrdersPlaced,
  OrderStatus,
  ReconciliationDifference,
} from './facts.js';
export { intentFault } from './intent-fault.js';
export { clientOrderIdOf } from './ledger.js';
export { OrderError } from './order-error.js';
export type { OrderErrorCode } from './order-error.js';
export { ocoChanges } from './oco.js';
export type { OcoChange } from './oco.js';
export { evolveOrder, isReduceOnly, leavesOf, splitOverfill, termsOf } from './order.js';
export type { Order } from './order.js';
export { ordersHash, startOrdersHash } from './orders-hash.js';
export type { OrdersHash } from './orders-hash.js';
export { placeIntents } from './place-intents.js';
export type { IntentsOfStep } from './place-intents.js';
export { PLACEMENT_DENIALS } from './placement-denials.js';
export type { PlacementDenial } from './placement-denials.js';
export { PROTECTIVE_PURPOSE, TARGET_PURPOSE } from './protection.js';
export { releasedTerms } from './released-terms.js';
export { SERIES_END_PURPOSE } from './series-end.js';
export { evolveOrders, foldOrders, initialOrders, isStepExecuted, isStepPlaced } from './stage-state.js';
export type { LastBar, OpenOrder, OrdersEvent, OrdersState, StageEvent, TradingStatusSeen } from './stage-state.js';
export { announceTradingStatus } from './trading-status.js';
export type { TradingStatusAnnouncement } from './trading-status.js';
export { isTerminal, nextStanding, TRANSITIONS } from './transition.js';
export type { OrderTrigger, Standing } from './transition.js';
export { COMMISSION_MODELS, PAPER_VENUE_DEFAULTS, paperVenue, SLIPPAGE_MODELS } from './venue.js';
export type { CommissionModel, PaperVenue, PaperVenueSettings, SlippageModel } from './venue.js';

/*
 * The desk: the same account at a real broker. Decisions in, events out; the shell carries out `dueRequests` and hands back what it heard.
 */
export { recordAnswer, recordFound } from './desk/answers.js';
export type { RequestAnswer } from './desk/answers.js';
export type { DeskOutcome } from './desk/desk-ledger.js';
export { evolveDesk, initialDesk, withDesk } from './desk/desk-state.js';
export type { Desk, DeskEvent, DeskLink, DeskPolicy, DeskRequest, DeskState, OpenDifference, ProtectionPlan } from './desk/desk-state.js';
export { seePrices } from './desk/emulate.js';
export { DESK_DENIALS } from './desk/gate.js';
export type { DeskDenial } from './desk/gate.js';
export { changePaper } from './desk/paper-changes.js';
export type { PaperChange } from './desk/paper-changes.js';
export { takeReports } from './desk/reports.js';
export { dueRequests, mayBeDue, mayStillGo, takeRequests } from './desk/requests.js';
export type { DueRequest } from './desk/requests.js';
export { reportFault, snapshotFault, viewFault } from './desk/sanity.js';
export { announceDeskStatus, bookAccountEvent, cancelOrder, changeLink, haltDesk, openDesk, passTime } from './desk/session.js';
export { deskBars, placeDeskIntents, protectBetweenSteps } from './desk/steps.js';
export { RECONCILIATION_CODES } from './reconciliation/codes.js';
export type { ReconciliationCode, ReconciliationCodeEntry } from './reconciliation/codes.js';
export { acceptDifferences, reconcile, RECONCILIATION_DEFAULTS, snapshotSince } from './reconciliation/reconcile.js';
export type { ReconciliationOutcome, ReconciliationSettings } from './reconciliation/reconcile.js';
