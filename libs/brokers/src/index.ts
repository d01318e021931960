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
