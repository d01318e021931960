import {
  type Decimal,
  DecimalError,
  divideHalfEven,
  money,
  type Money,
  moneyFromNumber,
  price,
  type Price,
  priceFromNumber,
  quantity,
  type Quantity,
  quantityFromNumber,
  type UnixNanos,
} from '@tradewind/vocabulary';

import { instantOf } from './instant.js';

const PLAIN = /^-?\d{1,18}(?:\.\d{1,9})?$/;

/** What was wrong with a field of a message. */
export interface FieldFault {
  readonly field: string;
  readonly rule: string;
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value);

/**
 * Reads a raw message field by field. Each method takes the value and its path, and throws what `broken` makes of the field and the rule that it breaks.
 */
export class MessageReader {
  constructor(private readonly broken: (message: string, fault: FieldFault) => Error) {}

  fail(field: string, rule: string, value?: unknown): never {
    const shown = value === undefined ? 'is missing' : `is ${kindOf(value)} ${JSON.stringify(value)?.slice(0, 60) ?? ''}`.trimEnd();
    throw this.broken(`'${field}' ${shown}; it must be ${rule}`, { field, rule });
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

  /** A signed amount, exactly. */
  money(value: unknown, field: string): Money {
    return this.decimal(value, field, money, moneyFromNumber);
  }

  /** A price above zero that the sender worked out, with as many digits as it likes: rounded half to even to nine. */
  average(value: unknown, field: string): Price {
    const match = typeof value === 'string' ? /^(\d{1,18})\.(\d{9})(\d{1,60})$/.exec(value) : null;
    if (match === null) return this.price(value, field);
    const units = BigInt(`${match[1]}${match[2]}${match[3]}`);
    const rounded = divideHalfEven(units, 10n ** BigInt(match[3]!.length)) as Price;
    return rounded > 0n ? rounded : this.fail(field, 'a price above 0', value);
  }

  oneOf<const T extends string>(value: unknown, field: string, choices: readonly T[]): T {
    return choices.includes(value as T) ? (value as T) : this.fail(field, `one of ${choices.join(', ')}`, value);
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
