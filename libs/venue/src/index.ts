export { takesNatively } from './venue-order.js';
export type { OrderTerms, OrderType, TimeInForce, Trail, VenueCapabilities, VenueOrder, VenueOrderChange } from './venue-order.js';
export type { RejectCode, VenueReport, VenueReportOf } from './venue-report.js';
export type { VenueActivity, VenueExecution, VenueOrderStatus, VenueOrderView, VenuePosition, VenueSnapshot } from './venue-snapshot.js';
export { SimulatedVenue } from './simulated/simulated-venue.js';
export type { SavedVenue, VenueAnswer } from './simulated/simulated-venue.js';
export type {
  SessionPhase,
  SimulatedAccountSettings,
  SimulatedVenueSettings,
  TradingHalt,
  VenueOrderReference,
} from './simulated/venue-settings.js';
export type { CommissionableFill, CommissionPolicy } from './models/commission/commission-policy.js';
export { noCommission } from './models/commission/no-commission.js';
export { ratioCommission } from './models/commission/ratio-commission.js';
export { perShareCommission } from './models/commission/per-share-commission.js';
export { alpacaCommission } from './models/commission/alpaca-commission.js';
export { ibkrFixedCommission } from './models/commission/ibkr-fixed-commission.js';
export { IBKR_TIERS, ibkrTieredCommission } from './models/commission/ibkr-tiered-commission.js';
export { AUDIT_TRAIL_RATES, SECTION_31_RATES, TRADING_ACTIVITY_RATES } from './models/commission/us-regulatory-fees.js';
export type { SlippageContext, SlippagePolicy } from './models/slippage/slippage-policy.js';
export { noSlippage } from './models/slippage/no-slippage.js';
export { ratioSlippage } from './models/slippage/ratio-slippage.js';
export { halfSpreadSlippage } from './models/slippage/half-spread-slippage.js';
export { volumeShareSlippage } from './models/slippage/volume-share-slippage.js';
export { squareRootSlippage } from './models/slippage/square-root-impact.js';
export { almgrenImpact, almgrenSlippage } from './models/slippage/almgren-impact.js';
export type { ParticipationPolicy } from './models/participation/participation-policy.js';
export { unlimitedParticipation, volumeParticipation } from './models/participation/participation-policy.js';
export type { LatencyModel } from './models/latency/latency-model.js';
export { noLatency } from './models/latency/no-latency.js';
export { fixedLatency } from './models/latency/fixed-latency.js';
export { exponentialLatency } from './models/latency/exponential-latency.js';
export { uniformAt } from './models/latency/seeded-latency.js';
export type { QueueModel } from './models/queue/queue-model.js';
export { cancelsBehind } from './models/queue/cancels-behind.js';
export { cancelsProportional } from './models/queue/cancels-proportional.js';
export { cancelsPower } from './models/queue/cancels-power.js';
export type { BorrowPolicy } from './models/borrow/borrow-policy.js';
export { borrowList } from './models/borrow/borrow-list.js';
export { SETTLEMENT_CYCLES, settlementDateOf } from './models/settlement/settlement-date.js';
export type { VenuePolicies } from './models/venue-policies.js';
export type { MatchedOrder } from './matching/matched-order.js';
export type { MatchingDesk, SymbolMarket } from './matching/matching-desk.js';
export { emptyBook } from './matching/shown-book.js';
export type { ShownBook, ShownLevel } from './matching/shown-book.js';
export type { QueuePlace } from './matching/queue-place.js';
export { SymbolOrders } from './matching/symbol-orders.js';
export { applyTick, beginWork } from './matching/tick-matching.js';
