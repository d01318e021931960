import type { Broker, BrokerEnvironment } from '@tradewind/brokers';

/** Opens the broker of the settings, not connected yet. */
export type OpenBroker = (environment: BrokerEnvironment) => Promise<Broker> | Broker;
