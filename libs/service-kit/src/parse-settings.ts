import { readFileSync } from 'node:fs';
import { topology } from '@tradewind/messaging';
import type { z } from 'zod';
import { baseSettings } from './base-settings.js';
import type { BaseSettings } from './base-settings.js';
import { isSecretSetting } from './setting.js';
import { SettingsError } from './settings-fault.js';
import type { SettingsFault } from './settings-fault.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ParsedSettings<C> {
  readonly config: C;
  /** Texts that must never reach a log. */
  readonly secrets: readonly string[];
}

interface Variable {
  readonly name: string;
  readonly key: string;
  readonly schema: z.ZodType;
  readonly secret: boolean;
}

const ROOT = 'TW_';
const FILE_SUFFIX = '_FILE';
/** A shorter text is no secret, and striking it out would make every line unreadable. */
const SECRET_LENGTH_MIN = 4;

const upperSnake = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
const prefixOf = (service: string): string => `${ROOT}${upperSnake(service)}_`;

/** Programs whose settings may stand in the same environment and are none of this service's business. */
const neighbourPrefixes = (service: string): readonly string[] =>
  [
    ...new Set([
      ...topology.consumers.map((consumer) => consumer.service),
      'cli',
      'local',
      'cache',
      'setup',
      'test',
      'compatible',
      'chaos',
      'demo',
      'bench',
      'source',
      'broker',
      'alerts',
    ]),
  ]
    .filter((name) => name !== service)
    .map(prefixOf);

const variablesOf = (prefix: string, shape: Readonly<Record<string, z.ZodType>>): readonly Variable[] =>
  Object.entries(shape).map(([key, schema]) => ({ name: `${prefix}${upperSnake(key)}`, key, schema, secret: isSecretSetting(schema) }));

/** The text of a variable: its own, or what the file named by `<NAME>_FILE` holds (secrets only). */
const rawValue = (variable: Variable, environment: Environment, faults: SettingsFault[]): string | undefined => {
  const direct = environment[variable.name];
  const file = variable.secret ? environment[variable.name + FILE_SUFFIX] : undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) {
    faults.push({ variable: variable.name, rule: 'given-twice', message: `is given both as itself and as ${variable.name}${FILE_SUFFIX}` });
    return direct;
  }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    faults.push({ variable: variable.name + FILE_SUFFIX, rule: 'unreadable-file', message: `the file ${file} cannot be read (${reason})` });
    return undefined;
  }
};

const describe = (variable: Variable, value: string | undefined, issues: readonly { readonly message: string }[]): SettingsFault => {
  if (value === undefined) return { variable: variable.name, rule: 'missing', message: 'is required and not set' };
  const shown = variable.secret ? '(secret)' : JSON.stringify(value);
  return { variable: variable.name, rule: 'invalid', message: `${shown} is refused: ${issues.map((issue) => issue.message).join('; ')}` };
};

const unknownFaults = (service: string, known: readonly Variable[], environment: Environment): SettingsFault[] => {
  const names = new Set(known.flatMap((variable) => (variable.secret ? [variable.name, variable.name + FILE_SUFFIX] : [variable.name])));
  const neighbours = neighbourPrefixes(service);
  return Object.keys(environment)
    .filter((name) => name.startsWith(ROOT) && !names.has(name) && !neighbours.some((prefix) => name.startsWith(prefix)))
    .sort()
    .map((name) => ({ variable: name, rule: 'unknown', message: `is not a setting of ${service}` }));
};

/** The whole value and, of a URL, its password alone: either could end up in an error message. */
const secretTexts = (value: string): readonly string[] => {
  const passwords = value
    .split(',')
    .filter((part) => URL.canParse(part))
    .map((part) => decodeURIComponent(new URL(part).password));
  return [value, ...passwords].filter((text) => text.length >= SECRET_LENGTH_MIN);
};

/**
 * Reads a service's settings: `databaseUrl` of the base is TW_DATABASE_URL, `slippageBps` of orders is TW_ORDERS_SLIPPAGE_BPS. Unset and
 * empty are the same. Throws SettingsError with every fault at once.
 */
export const parseSettings = <S extends z.ZodObject>(
  service: string,
  own: S,
  environment: Environment,
): ParsedSettings<z.output<S> & BaseSettings> => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const variables = [...variablesOf(ROOT, baseSettings.shape), ...variablesOf(prefixOf(service), own.shape)];
  const faults: SettingsFault[] = [];
  const values: Record<string, unknown> = {};
  const secrets: string[] = [];
  for (const variable of variables) {
    const before = faults.length;
    const text = rawValue(variable, given, faults);
    if (faults.length > before) continue;
    const result = variable.schema.safeParse(text);
    if (!result.success) faults.push(describe(variable, text, result.error.issues));
    else if (result.data !== undefined) values[variable.key] = result.data;
    if (variable.secret && text !== undefined) secrets.push(...secretTexts(text));
  }
  faults.push(...unknownFaults(service, variables, given));
  if (faults.length > 0) throw new SettingsError(faults);
  return { config: values as z.output<S> & BaseSettings, secrets };
};
