import {
  type ConnectorFamily,
  discoverConnectors,
  readConnectorSettings,
  settingFaultsText,
  type SettingFault,
  settingVariable,
  type Variables,
} from '@tradewind/connectors';
import type { Result } from '@tradewind/vocabulary';

import type { Broker, BrokerDefinition, BrokerEnvironment } from './broker.js';

/** The brokers by name. */
export type BrokerRegistry = ReadonlyMap<string, BrokerDefinition>;

const FAMILY: ConnectorFamily = { noun: 'broker', prefix: 'TW_BROKER_' };

export class BrokerSettingsError extends Error {
  override readonly name = 'BrokerSettingsError';
  readonly code = 'BROKER_SETTINGS_INVALID';
  constructor(readonly faults: readonly SettingFault[]) {
    super(settingFaultsText(FAMILY, faults));
  }
}

/**
 * Finds the brokers: every folder beside this file that has an `index`, whose `definition` bears the folder's name. Works from the sources and from the
 * compiled files. Throws when a folder's index exports no such definition.
 */
export const discoverBrokers = (folder: string = import.meta.dirname): Promise<BrokerRegistry> =>
  discoverConnectors<BrokerDefinition>(FAMILY, folder);

/** `TW_BROKER_<NAME>_<KEY>`: the variable of a setting, e.g. `TW_BROKER_ALPACA_KEY_ID` of `keyId`. */
export const brokerSettingVariable = (broker: string, key: string): string => settingVariable(FAMILY, broker, key);

/**
 * The settings of one broker, read from `TW_BROKER_<NAME>_<KEY>`, a secret also from the file that `<VARIABLE>_FILE` names. Fails with every fault at once:
 * a broker that there isn't, unknown variables, and settings that are missing or wrong.
 */
export const readBrokerSettings = (
  registry: BrokerRegistry,
  name: string,
  variables: Variables,
): Result<ReadonlyMap<string, unknown>, readonly SettingFault[]> => readConnectorSettings(FAMILY, registry, [name], variables);

/** Opens the broker, not connected yet. Throws BrokerSettingsError with every fault. */
export const openBroker = (registry: BrokerRegistry, name: string, variables: Variables, environment: BrokerEnvironment): Broker => {
  const read = readBrokerSettings(registry, name, variables);
  if (!read.ok) throw new BrokerSettingsError(read.error);
  return registry.get(name)!.open(read.value.get(name), environment);
};
