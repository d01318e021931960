import {
  type ConnectorFamily,
  discoverConnectors,
  readConnectorSettings,
  settingFaultsText,
  type SettingFault,
  settingVariable as variableOf,
  type Variables,
} from '@tradewind/connectors';
import type { Result } from '@tradewind/vocabulary';

import type { MarketSource, SourceDefinition, SourceEnvironment } from './source.js';

export type { SettingFault };

/** The sources by name. */
export type SourceRegistry = ReadonlyMap<string, SourceDefinition>;

const FAMILY: ConnectorFamily = { noun: 'source', prefix: 'TW_SOURCE_' };

export class SourceSettingsError extends Error {
  override readonly name = 'SourceSettingsError';
  readonly code = 'SOURCE_SETTINGS_INVALID';
  constructor(readonly faults: readonly SettingFault[]) {
    super(settingFaultsText(FAMILY, faults));
  }
}

/**
 * Finds the sources: every folder beside this file that has an `index`, whose `definition` bears the folder's name. Works from the sources and from the
 * compiled files. Throws when a folder's index exports no such definition.
 */
export const discoverSources = (folder: string = import.meta.dirname): Promise<SourceRegistry> =>
  discoverConnectors<SourceDefinition>(FAMILY, folder);

/** `TW_SOURCE_<NAME>_<KEY>`: the variable of a setting, e.g. `TW_SOURCE_ALPACA_KEY_ID` of `keyId`. */
export const settingVariable = (source: string, key: string): string => variableOf(FAMILY, source, key);

/**
 * The settings of the named sources, read from `TW_SOURCE_<NAME>_<KEY>`. Fails with every fault at once: unknown sources, unknown variables, and
 * settings that are missing or wrong.
 */
export const readSourceSettings = (
  registry: SourceRegistry,
  names: readonly string[],
  variables: Variables,
): Result<ReadonlyMap<string, unknown>, readonly SettingFault[]> => readConnectorSettings(FAMILY, registry, names, variables);

/** Opens the named sources in the order given. Throws SourceSettingsError with every fault before any is opened. */
export const openSources = (
  registry: SourceRegistry,
  names: readonly string[],
  variables: Variables,
  environmentOf: (name: string) => SourceEnvironment,
): readonly MarketSource[] => {
  const read = readSourceSettings(registry, names, variables);
  if (!read.ok) throw new SourceSettingsError(read.error);
  return [...read.value].map(([name, settings]) => registry.get(name)!.open(settings as never, environmentOf(name)));
};
