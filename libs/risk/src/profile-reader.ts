import { money, quantity } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { Ratio } from './profile.js';

/** Reads one JSON object field by field, keeps every fault, and knows which keys nobody asked for. */
export interface ObjectReader {
  ratio(key: string, bounds: { readonly above?: string; readonly max: string }): Ratio;
  money(key: string): Money;
  count(key: string, max: number): number;
  flag(key: string): boolean;
  choice<T extends string>(key: string, choices: readonly T[]): T;
  object(key: string): ObjectReader;
  has(key: string): boolean;
  /** Reports the keys nobody asked for, here and below. */
  finish(): void;
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

const decimalOf = <T>(value: unknown, parse: (text: string) => T): T | undefined => {
  if (typeof value !== 'string') return undefined;
  try {
    return parse(value);
  } catch {
    return undefined;
  }
};

/** `path` names the object in faults. A fault is answered with a harmless value: the caller throws away the result when there are any. */
export const readObject = (value: unknown, path: string, faults: string[]): ObjectReader => {
  const found = asObject(value);
  if (found === undefined) faults.push(`${path} must be an object`);
  const source = found ?? {};
  const asked = new Set<string>();
  const children: ObjectReader[] = [];
  const fault = (key: string, rule: string): void => void (found !== undefined && faults.push(`${path}.${key} ${rule}`));
  const take = (key: string): unknown => {
    asked.add(key);
    return source[key];
  };
  return {
    ratio: (key, { above = '0', max }) => {
      const read = decimalOf(take(key), quantity);
      if (read === undefined || read <= quantity(above) || read > quantity(max)) {
        fault(key, `must be decimal text above ${above} and at most ${max}`);
      }
      return read ?? quantity('0');
    },
    money: (key) => {
      const read = decimalOf(take(key), money);
      if (read === undefined || read <= 0n) fault(key, 'must be decimal text above 0');
      return read ?? money('0');
    },
    count: (key, max) => {
      const read = take(key);
      if (typeof read === 'number' && Number.isInteger(read) && read >= 1 && read <= max) return read;
      fault(key, `must be a whole number from 1 to ${max}`);
      return 1;
    },
    flag: (key) => {
      const read = take(key);
      if (typeof read !== 'boolean') fault(key, 'must be true or false');
      return read === true;
    },
    choice: (key, choices) => {
      const read = take(key);
      const chosen = choices.find((choice) => choice === read);
      if (chosen === undefined) fault(key, `must be one of ${choices.join(', ')}`);
      return chosen ?? choices[0]!;
    },
    object: (key) => {
      const child = readObject(take(key), `${path}.${key}`, faults);
      children.push(child);
      return child;
    },
    has: (key) => source[key] !== undefined,
    finish: () => {
      for (const key of Object.keys(source)) if (!asked.has(key)) faults.push(`${path}.${key} is not a known setting`);
      for (const child of children) child.finish();
    },
  };
};
