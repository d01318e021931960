import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { failed, type Result, succeeded } from '@tradewind/vocabulary';
import type { z } from 'zod';

/** One setting that can't be used. The value is never told: it may be a secret. */
export interface SettingFault {
  readonly variable: string;
  readonly problem: string;
}

/** What the index of a connector's folder exports as `definition`, at the least. */
export interface ConnectorDefinition {
  /** The folder's name. */
  readonly name: string;
  readonly settings: z.ZodObject;
}

/** A family of connectors: sources, brokers. */
export interface ConnectorFamily {
  /** One of them, as messages say it: `source`. */
  readonly noun: string;
  /** Of the variables of their settings, e.g. `TW_SOURCE_`. */
  readonly prefix: string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

const isDefinition = (value: unknown): value is ConnectorDefinition =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'settings' in value &&
  'open' in value &&
  typeof value.open === 'function';

/**
 * Finds the connectors of a folder: every folder in it that has an `index`, whose `definition` bears the folder's name. Works from the sources and from the
 * compiled files. Throws when a folder's index exports no such definition.
 */
export const discoverConnectors = async <D extends ConnectorDefinition>(
  family: ConnectorFamily,
  folder: string,
): Promise<ReadonlyMap<string, D>> => {
  const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = new Map<string, D>();
  for (const name of folders.toSorted()) {
    const index = ['index.ts', 'index.js'].map((file) => join(folder, name, file)).find((path) => existsSync(path));
    if (index === undefined) continue;
    const module = (await import(/* @vite-ignore */ pathToFileURL(index).href)) as { readonly definition?: unknown };
    if (!isDefinition(module.definition) || module.definition.name !== name) {
      throw new Error(`the ${family.noun} folder '${name}' must export a definition named '${name}' from its index`);
    }
    found.set(name, module.definition as D);
  }
  return found;
};

const spelled = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();

/** `<PREFIX><NAME>_<KEY>`: the variable of a setting, e.g. `TW_SOURCE_ALPACA_KEY_ID` of `keyId`. */
export const settingVariable = (family: ConnectorFamily, name: string, key: string): string =>
  `${family.prefix}${spelled(name)}_${spelled(key)}`;

const FILE_SUFFIX = '_FILE';

/** The text of a setting: its variable's, or what the file holds that `<VARIABLE>_FILE` names (a mounted secret). */
const textOf = (variable: string, variables: Variables): string | undefined => {
  const path = variables[`${variable}${FILE_SUFFIX}`];
  return variables[variable] ?? (path === undefined ? undefined : readFileSync(path, 'utf8').trim());
};

const readOne = (
  family: ConnectorFamily,
  definition: ConnectorDefinition,
  variables: Variables,
): { readonly settings: unknown; readonly faults: readonly SettingFault[] } => {
  const given: Record<string, string> = {};
  const unreadable: SettingFault[] = [];
  for (const key of Object.keys(definition.settings.shape)) {
    const variable = settingVariable(family, definition.name, key);
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
    variable: settingVariable(family, definition.name, String(path[0] ?? '')),
    problem: given[String(path[0])] === undefined ? 'is required' : message,
  }));
  return { settings: undefined, faults };
};

/** Variables with the prefix of the family that name no setting of any. */
const unknownVariables = (
  family: ConnectorFamily,
  registry: ReadonlyMap<string, ConnectorDefinition>,
  variables: Variables,
): readonly SettingFault[] => {
  const known = new Set(
    [...registry.values()].flatMap(({ name, settings }) => Object.keys(settings.shape).map((key) => settingVariable(family, name, key))),
  );
  return Object.keys(variables)
    .filter(
      (variable) =>
        variable.startsWith(family.prefix) &&
        variables[variable] !== undefined &&
        !known.has(variable.replace(/_FILE$/, '')) &&
        !known.has(variable),
    )
    .map((variable) => ({ variable, problem: `is the setting of no ${family.noun}` }));
};

/**
 * The settings of the named connectors, read from `<PREFIX><NAME>_<KEY>`. Fails with every fault at once: unknown names, unknown variables, and settings
 * that are missing or wrong.
 */
export const readConnectorSettings = (
  family: ConnectorFamily,
  registry: ReadonlyMap<string, ConnectorDefinition>,
  names: readonly string[],
  variables: Variables,
): Result<ReadonlyMap<string, unknown>, readonly SettingFault[]> => {
  const settings = new Map<string, unknown>();
  const faults: SettingFault[] = [...unknownVariables(family, registry, variables)];
  for (const name of new Set(names)) {
    const definition = registry.get(name);
    if (definition === undefined) {
      faults.push({ variable: name, problem: `is not a ${family.noun}; there are ${[...registry.keys()].join(', ')}` });
      continue;
    }
    const read = readOne(family, definition, variables);
    faults.push(...read.faults);
    settings.set(name, read.settings);
  }
  return faults.length > 0 ? failed(faults) : succeeded(settings);
};

/** Every fault, a line each. */
export const settingFaultsText = (family: ConnectorFamily, faults: readonly SettingFault[]): string =>
  [`${family.noun} settings can not be used`, ...faults.map(({ variable, problem }) => `  ${variable}: ${problem}`)].join('\n');
