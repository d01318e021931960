import {
  type Decimal,
  DecimalError,
  price,
  type Price,
  priceFromNumber,
  quantity,
  type Quantity,
  quantityFromNumber,
  type UnixNanos,
} from '@tradewind/vocabulary';

import { SourceError } from '../source.js';

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
const PLAIN = /^-?\d{1,18}(?:\.\d{1,9})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Nanoseconds of RFC 3339 text with any offset and up to nine fraction digits, exactly; undefined when it isn't one. */
export const instantOf = (text: string): UnixNanos | undefined => {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const seconds = Date.parse(`${match[1]}T${match[2]}${match[4]}`);
  if (Number.isNaN(seconds) || !DAY.test(match[1]!) || !realDay(match[1]!)) return undefined;
  return (BigInt(seconds) * 1_000_000n + BigInt((match[3] ?? '').padEnd(9, '0'))) as UnixNanos;
};

/** `Date.parse` takes the 30th of February for a day of March. */
const realDay = (text: string): boolean => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

/** RFC 3339 text of the instant in UTC with all its nanoseconds, trailing zeros left out. */
export const instantText = (nanos: UnixNanos): string => {
  const second = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = (nanos % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${second}${fraction === '' ? '' : `.${fraction}`}Z`;
};

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value);

/**
 * Reads a raw message field by field for the decoder of one source. Each method takes the value and its path, and throws SourceError
 * BAD_RESPONSE with the field and the rule it breaks.
 */
export class FieldReader {
  constructor(private readonly source: string) {}

  fail(field: string, rule: string, value?: unknown): never {
    const shown = value === undefined ? 'is missing' : `is ${kindOf(value)} ${JSON.stringify(value)?.slice(0, 60) ?? ''}`.trimEnd();
    throw new SourceError('BAD_RESPONSE', this.source, `'${field}' ${shown}; it must be ${rule}`, { field, rule });
  }

  object(value: unknown, field: string): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.fail(field, 'an object', value);
    return value as Readonly<Record<string, unknown>>;
  }

  list(value: unknown, field: string): readonly unknown[] {
    return Array.isArray(value) ? value : this.fail(field, 'a list', value);
  }

  text(value: unknown, field: string): string {
    return typeof value === 'string' ? value : this.fail(field, 'text', value);
  }

  texts(value: unknown, field: string): readonly string[] {
    return this.list(value, field).map((item, index) => this.text(item, `${field}[${index}]`));
  }

  number(value: unknown, field: string): number {
    return typeof value === 'number' && Number.isFinite(value) ? value : this.fail(field, 'a finite number', value);
  }

  /** A whole number that a double holds exactly. */
  integer(value: unknown, field: string): number {
    return Number.isSafeInteger(value) ? (value as number) : this.fail(field, 'a whole number below 2^53', value);
  }

  /** A JSON number or decimal text above zero, exactly. */
  price(value: unknown, field: string): Price {
    const read = this.decimal(value, field, price, priceFromNumber);
    return read > 0n ? read : this.fail(field, 'a price above 0', value);
  }

  /** As `price`, but 0 stands for a side without an offer. */
  priceOrNone(value: unknown, field: string): Price {
    const read = this.decimal(value, field, price, priceFromNumber);
    return read >= 0n ? read : this.fail(field, 'a price of at least 0', value);
  }

  quantity(value: unknown, field: string): Quantity {
    const read = this.decimal(value, field, quantity, quantityFromNumber);
    return read >= 0n ? read : this.fail(field, 'a quantity of at least 0', value);
  }

  /** RFC 3339 text to the nanosecond. */
  instant(value: unknown, field: string): UnixNanos {
    const read = typeof value === 'string' ? instantOf(value) : undefined;
    return read ?? this.fail(field, 'an RFC 3339 instant with an offset', value);
  }

  /** A double is read by its shortest text, which is the text that the venue wrote for any decimal of up to 15 digits. */
  private decimal<T extends Decimal>(value: unknown, field: string, parse: (text: string) => T, fromNumber: (value: number) => T): T {
    try {
      if (typeof value === 'string') return parse(value);
      if (typeof value !== 'number') return this.fail(field, 'a number or decimal text', value);
      const text = String(value);
      return PLAIN.test(text) ? parse(text) : fromNumber(value);
    } catch (error) {
      if (error instanceof DecimalError) return this.fail(field, 'a decimal of at most 18 integer and 9 fraction digits', value);
      throw error;
    }
  }
}
