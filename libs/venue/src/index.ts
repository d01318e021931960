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
  VenuePolicies,
} from './simulated/venue-settings.js';
