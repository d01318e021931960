import { formatDecimal, money, quantity } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { Ratio } from './ratio.js';

/** Where faults go, and what the file as a whole asks for. */
export interface Reading {
  readonly faults: string[];
  /** A limit may not be switched off: the profile is for real money. */
  readonly isLive: boolean;
}

/** How one value of a profile file is read and documented. A fault is answered with a harmless value: the caller throws away what was read. */
export interface Field<T> {
  readonly form: string;
  readonly meaning: string;
  readonly children?: Shape;
  read(value: unknown, path: string, reading: Reading): T;
}

export type Shape = Readonly<Record<string, Field<unknown>>>;
export type ValueOf<F> = F extends Field<infer T> ? T : never;
type ValuesOf<S extends Shape> = { readonly [K in keyof S]: ValueOf<S[K]> };

const OFF = 'off';
export type Off = typeof OFF;

const decimalOf = <T>(value: unknown, parse: (text: string) => T): T | undefined => {
  if (typeof value !== 'string') return undefined;
  try {
    return parse(value);
  } catch {
    return undefined;
  }
};

interface RatioBounds {
  readonly max: string;
  /** Below it is a fault; above 0 without it. */
  readonly min?: string;
}

/** Exact fraction or multiple, written as decimal text. */
export const ratio = ({ max, min }: RatioBounds, meaning: string): Field<Ratio> => {
  const form = min === undefined ? `decimal text above 0 and at most ${max}` : `decimal text from ${min} to ${max}`;
  const [most, least] = [quantity(max), quantity(min ?? '0')];
  return {
    form,
    meaning,
    read: (value, path, { faults }) => {
      const read = decimalOf(value, quantity);
      if (read === undefined || read > most || (min === undefined ? read <= least : read < least)) faults.push(`${path} must be ${form}`);
      return read ?? quantity('0');
    },
  };
};

/** An amount in the currency of the account, above 0. */
export const amount = (meaning: string): Field<Money> => ({
  form: 'decimal text above 0',
  meaning,
  read: (value, path, { faults }) => {
    const read = decimalOf(value, money);
    if (read === undefined || read <= 0n) faults.push(`${path} must be decimal text above 0`);
    return read ?? money('0');
  },
});

/** A whole number. */
export const count = (max: number, meaning: string, min = 1): Field<number> => ({
  form: `a whole number from ${min} to ${max}`,
  meaning,
  read: (value, path, { faults }) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    faults.push(`${path} must be a whole number from ${min} to ${max}`);
    return min;
  },
});

export const flag = (meaning: string): Field<boolean> => ({
  form: 'true or false',
  meaning,
  read: (value, path, { faults }) => {
    if (typeof value !== 'boolean') faults.push(`${path} must be true or false`);
    return value === true;
  },
});

export const choice = <const T extends string>(choices: readonly T[], meaning: string): Field<T> => ({
  form: `one of ${choices.join(', ')}`,
  meaning,
  read: (value, path, { faults }) => {
    const chosen = choices.find((each) => each === value);
    if (chosen === undefined) faults.push(`${path} must be one of ${choices.join(', ')}`);
    return chosen ?? choices[0]!;
  },
});

/** Text of one form. */
export const word = (pattern: RegExp, form: string, meaning: string): Field<string> => ({
  form,
  meaning,
  read: (value, path, { faults }) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    faults.push(`${path} must be ${form}`);
    return '';
  },
});

/** A list without repetitions of its `key`, or of its entries. */
export const list = <T>(
  of: Field<T>,
  { max, key }: { readonly max: number; readonly key?: keyof T },
  meaning: string,
): Field<readonly T[]> => ({
  form: `a list of at most ${max}`,
  meaning,
  ...(of.children === undefined ? {} : { children: of.children }),
  read: (value, path, reading) => {
    if (!Array.isArray(value) || value.length > max) {
      reading.faults.push(`${path} must be a list of at most ${max}`);
      return [];
    }
    const entries = value.map((entry, index) => of.read(entry, `${path}[${index}]`, reading));
    const seen = new Set<unknown>();
    entries.forEach((entry, index) => {
      const identity = key === undefined ? entry : entry[key];
      if (seen.has(identity)) reading.faults.push(`${path}[${index}] repeats ${String(identity)}`);
      seen.add(identity);
    });
    return entries;
  },
});

const asObject = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

/** An object in which every key is required and no other key is known. */
export const group = <S extends Shape>(shape: S, meaning: string): Field<ValuesOf<S>> => ({
  form: 'an object',
  meaning,
  children: shape,
  read: (value, path, reading) => {
    const source = asObject(value);
    if (source === undefined) reading.faults.push(`${path} must be an object`);
    const muted: Reading = source === undefined ? { ...reading, faults: [] } : reading;
    const read = Object.fromEntries(
      Object.entries(shape).map(([key, field]) => [key, field.read(source?.[key], `${path}.${key}`, muted)]),
    ) as ValuesOf<S>;
    for (const key of Object.keys(source ?? {})) if (!(key in shape)) reading.faults.push(`${path}.${key} is not a known setting`);
    return read;
  },
});

/** A limit that may be switched off in so many words, and never where real money is at stake. */
export const limitOrOff = <T>(field: Field<T>): Field<T | Off> => ({
  ...field,
  form: `${field.form}; or "${OFF}", not in a live profile`,
  read: (value, path, reading) => {
    if (value !== OFF) return field.read(value, path, reading);
    if (reading.isLive) reading.faults.push(`${path} must not be "${OFF}" in a live profile`);
    return OFF;
  },
});

/** Something that is no safeguard: it may be off anywhere. */
export const optionOrOff = <T>(field: Field<T>): Field<T | Off> => ({
  ...field,
  form: `${field.form}; or "${OFF}"`,
  read: (value, path, reading) => (value === OFF ? OFF : field.read(value, path, reading)),
});

/** The value as a profile file writes it. */
export const writtenOf = (value: unknown): unknown => {
  if (typeof value === 'bigint') return formatDecimal(value as Ratio);
  if (Array.isArray(value)) return value.map(writtenOf);
  const source = asObject(value);
  if (source === undefined) return value;
  return Object.fromEntries(
    Object.keys(source)
      .sort()
      .map((key) => [key, writtenOf(source[key])]),
  );
};
