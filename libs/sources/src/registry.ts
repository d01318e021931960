import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { failed, type Result, succeeded } from '@tradewind/vocabulary';

import type { MarketSource, SourceDefinition, SourceEnvironment } from './source.js';

/** The sources by name. */
export type SourceRegistry = ReadonlyMap<string, SourceDefinition>;

/** One setting that can't be used. The value is never told: it may be a secret. */
export interface SettingFault {
  readonly variable: string;
  readonly problem: string;
}

export class SourceSettingsError extends Error {
  override readonly name = 'SourceSettingsError';
  readonly code = 'SOURCE_SETTINGS_INVALID';
  constructor(readonly faults: readonly SettingFault[]) {
    super(['source settings can not be used', ...faults.map(({ variable, problem }) => `  ${variable}: ${problem}`)].join('\n'));
  }
}

const PREFIX = 'TW_SOURCE_';

const isDefinition = (value: unknown): value is SourceDefinition =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'settings' in value &&
  'open' in value &&
  typeof value.open === 'function';

/**
 * Finds the sources: every folder beside this file that has an `index`, whose `definition` bears the folder's name. Works from the sources and from the
 * compiled files. Throws when a folder's index exports no such definition.
 */
export const discoverSources = async (folder: string = import.meta.dirname): Promise<SourceRegistry> => {
  const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = new Map<string, SourceDefinition>();
  for (const name of folders.toSorted()) {
    const index = ['index.ts', 'index.js'].map((file) => join(folder, name, file)).find((path) => existsSync(path));
    if (index === undefined) continue;
    const module = (await import(/* @vite-ignore */ pathToFileURL(index).href)) as { readonly definition?: unknown };
    if (!isDefinition(module.definition) || module.definition.name !== name) {
      throw new Error(`the source folder '${name}' must export a definition named '${name}' from its index`);
    }
    found.set(name, module.definition);
  }
  return found;
};

const spelled = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();

/** `TW_SOURCE_<NAME>_<KEY>`: the variable of a setting, e.g. `TW_SOURCE_ALPACA_KEY_ID` of `keyId`. */
export const settingVariable = (source: string, key: string): string => `${PREFIX}${spelled(source)}_${spelled(key)}`;

type Variables = Readonly<Record<string, string | undefined>>;

const FILE_SUFFIX = '_FILE';

/** The text of a setting: its variable's, or what the file holds that `<VARIABLE>_FILE` names (a mounted secret). */
const textOf = (variable: string, variables: Variables): string | undefined => {
  const path = variables[`${variable}${FILE_SUFFIX}`];
  return variables[variable] ?? (path === undefined ? undefined : readFileSync(path, 'utf8').trim());
};

const readSettings = (
  definition: SourceDefinition,
  variables: Variables,
): { readonly settings: unknown; readonly faults: readonly SettingFault[] } => {
  const given: Record<string, string> = {};
  const unreadable: SettingFault[] = [];
  for (const key of Object.keys(definition.settings.shape)) {
    const variable = settingVariable(definition.name, key);
    try {
      const text = textOf(variable, variables);
      if (text !== undefined && text !== '') given[key] = text;
    } catch (error) {
      unreadable.push({
        variable: `${variable}${FILE_SUFFIX}`,
        problem: `can't be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
      });
    }
  }
  if (unreadable.length > 0) return { settings: undefined, faults: unreadable };
  const parsed = definition.settings.safeParse(given);
  if (parsed.success) return { settings: parsed.data, faults: [] };
  const faults = parsed.error.issues.map(({ path, message }) => ({
    variable: settingVariable(definition.name, String(path[0] ?? '')),
    problem: given[String(path[0])] === undefined ? 'is required' : message,
  }));
  return { settings: undefined, faults };
};

/** Variables with the prefix of sources that name no setting of any. */
const unknownVariables = (registry: SourceRegistry, variables: Variables): readonly SettingFault[] => {
  const known = new Set(
    [...registry.values()].flatMap(({ name, settings }) => Object.keys(settings.shape).map((key) => settingVariable(name, key))),
  );
  return Object.keys(variables)
    .filter(
      (variable) =>
        variable.startsWith(PREFIX) &&
        variables[variable] !== undefined &&
        !known.has(variable.replace(/_FILE$/, '')) &&
        !known.has(variable),
    )
    .map((variable) => ({ variable, problem: 'is the setting of no source' }));
};

/**
 * The settings of the named sources, read from `TW_SOURCE_<NAME>_<KEY>`. Fails with every fault at once: unknown sources, unknown variables, and
 * settings that are missing or wrong.
 */
export const readSourceSettings = (
  registry: SourceRegistry,
  names: readonly string[],
  variables: Variables,
): Result<ReadonlyMap<string, unknown>, readonly SettingFault[]> => {
  const settings = new Map<string, unknown>();
  const faults: SettingFault[] = [...unknownVariables(registry, variables)];
  for (const name of new Set(names)) {
    const definition = registry.get(name);
    if (definition === undefined) {
      faults.push({ variable: name, problem: `is not a source; there are ${[...registry.keys()].join(', ')}` });
      continue;
    }
    const read = readSettings(definition, variables);
    faults.push(...read.faults);
    settings.set(name, read.settings);
  }
  return faults.length > 0 ? failed(faults) : succeeded(settings);
};

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
