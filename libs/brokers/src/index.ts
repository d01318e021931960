export { BrokerError } from './broker.js';
export type {
  Broker,
  BrokerAnswer,
  BrokerDefinition,
  BrokerEnvironment,
  BrokerErrorCode,
  BrokerLink,
  BrokerSink,
  OrderReference,
} from './broker.js';
export { PAPER_CAPABILITIES, PaperBroker } from './paper/paper-broker.js';
export { PaperVenue } from './paper/paper-venue.js';
export { BrokerSettingsError, brokerSettingVariable, discoverBrokers, openBroker, readBrokerSettings } from './registry.js';
export type { BrokerRegistry } from './registry.js';
