import {
  accountIdOf,
  DecimalError,
  type AccountId,
  type Money,
  money,
  price,
  type Price,
  type Quantity,
  quantity,
  type Symbol,
  symbolOf,
  type UnixNanos,
} from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';

const invalid = (field: string, rule: string, cause?: unknown): ContractError =>
  new ContractError('FIELD_INVALID', field, rule, cause === undefined ? undefined : { cause });

const MAX_TEXT_LENGTH = 16_384;

/** Text that must be there. */
export const readText = (value: string, field: string): string => {
  if (value === '') throw invalid(field, 'must not be empty');
  return readOptionalText(value, field);
};

/** Text that may be empty. */
export const readOptionalText = (value: string, field: string): string => {
  if (value.length > MAX_TEXT_LENGTH) throw invalid(field, `must be at most ${MAX_TEXT_LENGTH} characters`);
  return value;
};

const readDecimal = <T>(parse: (text: string) => T, value: string, field: string): T => {
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof DecimalError) throw invalid(field, error.message, error);
    throw error;
  }
};

export const readPrice = (value: string, field: string): Price => {
  const read = readDecimal(price, value, field);
  if (read <= 0n) throw invalid(field, `must be above 0, was ${value}`);
  return read;
};
/** A price that is 0 where there is none, e.g. the average price of a flat position. */
export const readPriceOrZero = (value: string, field: string): Price => {
  const read = readDecimal(price, value, field);
  if (read < 0n) throw invalid(field, `must not be negative, was ${value}`);
  return read;
};
export const readSignedQuantity = (value: string, field: string): Quantity => readDecimal(quantity, value, field);
export const readQuantity = (value: string, field: string): Quantity => {
  const read = readSignedQuantity(value, field);
  if (read < 0n) throw invalid(field, `must not be negative, was ${value}`);
  return read;
};
export const readPositiveQuantity = (value: string, field: string): Quantity => {
  const read = readSignedQuantity(value, field);
  if (read <= 0n) throw invalid(field, `must be above 0, was ${value}`);
  return read;
};
export const readMoney = (value: string, field: string): Money => readDecimal(money, value, field);
export const readPositiveMoney = (value: string, field: string): Money => {
  const read = readMoney(value, field);
  if (read <= 0n) throw invalid(field, `must be above 0, was ${value}`);
  return read;
};

export const readSymbol = (value: string, field: string): Symbol => {
  try {
    return symbolOf(value);
  } catch (error) {
    throw invalid(field, (error as Error).message, error);
  }
};

export const readAccountId = (value: string, field: string): AccountId => {
  try {
    return accountIdOf(value);
  } catch (error) {
    throw invalid(field, (error as Error).message, error);
  }
};

export const readNanos = (value: bigint, field: string): UnixNanos => {
  if (value <= -(1n << 62n)) throw invalid(field, 'must be nanoseconds since 1970');
  return value as UnixNanos;
};

export const readCount = (value: bigint, field: string): number => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(field, 'must be below 2^53');
  return Number(value);
};

export const readFinite = (value: number, field: string): number => {
  if (!Number.isFinite(value)) throw invalid(field, `must be finite, was ${value}`);
  return value;
};

/** A number in [0, 1]. */
export const readFraction = (value: number, field: string): number => {
  if (!(value >= 0 && value <= 1)) throw invalid(field, `must be in [0, 1], was ${value}`);
  return value;
};

export const readPresent = <T>(value: T | undefined, field: string): T => {
  if (value === undefined) throw invalid(field, 'must be set');
  return value;
};

export interface EnumCodec<D extends string, W extends number> {
  write(value: D): W;
  read(value: W, field: string): D;
}

/** Maps our words to the wire's numbers and back; the unspecified and the unknown are refused. */
export const enumCodec = <D extends string, W extends number>(table: Readonly<Record<D, W>>): EnumCodec<D, W> => {
  const words = new Map<W, D>((Object.entries(table) as [D, W][]).map(([word, number]) => [number, word]));
  return {
    write: (value) => {
      const number = table[value];
      if (number === undefined) throw invalid('', `'${value}' is not one of ${Object.keys(table).join(', ')}`);
      return number;
    },
    read: (value, field) => {
      const word = words.get(value);
      if (word === undefined) throw invalid(field, `${value} is not one of ${Object.keys(table).join(', ')}`);
      return word;
    },
  };
};
