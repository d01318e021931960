import {
  DecimalError,
  money,
  type Money,
  nanosFromMillis,
  price,
  type Price,
  quantity,
  type Quantity,
  type UnixNanos,
} from '@tradewind/vocabulary';

import { TwsError } from './error.js';
import { executionTime } from './execution-time.js';

const INTEGER = /^-?\d{1,15}$/;
const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;
const SECOND = 1_000_000_000n;
const SHOWN_MAX = 60;
const DECIMAL_RULE = 'a decimal of at most 18 integer and 9 fraction digits';
/** How TWS writes a double that was never set: Java's greatest, in the spellings it comes in. */
const UNSET = /^1\.797693134862315\d*E\+?308$/i;
/** How it writes a quantity that was never set: the greatest of each kind of number that quantities once were. */
const UNSET_QUANTITIES: ReadonlySet<string> = new Set([
  '',
  '2147483647',
  '9223372036854775807',
  '-9223372036854775808',
  '170141183460469231731687303715884105727',
]);

/** Decimal text without its exponent, exactly: TWS writes small and large doubles as Java does (`1.0E-4`). */
const withoutExponent = (text: string): string => {
  const match = EXPONENT.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = `${whole}${fraction}`;
  const point = whole!.length + Number(exponent);
  const padded = point <= 0 ? `${'0'.repeat(1 - point)}${digits}` : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  return `${sign}${padded.slice(0, at)}.${padded.slice(at)}0`.replace(/0+$/, '').replace(/\.$/, '');
};

/** A double's digits beyond the ninth are noise of its arithmetic: rounded half up, away from zero. */
const toNineDigits = (text: string): string => {
  const match = /^(-?)(\d{1,18})\.(\d{9})(\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, kept, rest] = match;
  const units = BigInt(`${whole}${kept}`) + (rest!.charCodeAt(0) >= 53 ? 1n : 0n);
  const digits = units.toString().padStart(10, '0');
  return `${sign}${digits.slice(0, -9)}.${digits.slice(-9)}`;
};

/** Reads the fields of a message in order. Every reading throws TwsError BAD_RESPONSE with the field and the rule it breaks. */
export class FieldCursor {
  #next = 1;
  /** Number of the request that the message is about, once it was read. */
  requestId: number | undefined;

  constructor(
    private readonly message: string,
    private readonly fields: readonly string[],
  ) {}

  text(name: string): string {
    const field = this.fields[this.#next];
    if (field === undefined) return this.fail(name, 'there: the message ended before it');
    this.#next += 1;
    return field;
  }

  skip(...names: readonly string[]): void {
    for (const name of names) this.text(name);
  }

  /** Passes over so many fields of which none is used. */
  skipCount(name: string, count: number): void {
    for (let index = 0; index < count; index += 1) this.text(name);
  }

  integer(name: string): number {
    const text = this.text(name);
    return INTEGER.test(text) ? Number(text) : this.fail(name, 'a whole number', text);
  }

  request(): number {
    this.requestId = this.integer('request id');
    return this.requestId;
  }

  count(name: string, max: number): number {
    const value = this.integer(name);
    return value >= 0 && value <= max ? value : this.fail(name, `0 to ${max}`, value);
  }

  flag(name: string): boolean {
    const text = this.text(name);
    if (text === '1' || text === 'true') return true;
    return text === '' || text === '0' || text === 'false' ? false : this.fail(name, '0 or 1', text);
  }

  one<T extends string>(name: string, choices: readonly T[]): T {
    const text = this.text(name);
    return choices.find((choice) => choice === text) ?? this.fail(name, choices.join(', '), text);
  }

  price(name: string): Price {
    const text = this.text(name);
    const read = this.#decimal(name, withoutExponent(text), price);
    return read > 0n ? read : this.fail(name, 'a price above 0', text);
  }

  /** A price that may be missing: 0, or -1 as TWS writes it, are 0. */
  priceOrNone(name: string): Price {
    const text = withoutExponent(this.text(name));
    if (/^-1(\.0+)?$/.test(text)) return 0n as Price;
    const read = this.#decimal(name, text === '' ? '0' : text, price);
    return read >= 0n ? read : this.fail(name, 'a price of at least 0', text);
  }

  /** A price of an order: undefined when it has none of the kind (empty, 0, or the greatest double). */
  priceIfAny(name: string): Price | undefined {
    const text = this.text(name);
    if (text === '' || UNSET.test(text)) return undefined;
    const read = this.#decimal(name, toNineDigits(withoutExponent(text)), price);
    return read === 0n ? undefined : read > 0n ? read : this.fail(name, 'a price above 0, or none', text);
  }

  /** An average, whose digits beyond the ninth are rounded; 0 when there is none. */
  average(name: string): Price {
    const text = this.text(name);
    const read = this.#decimal(name, toNineDigits(withoutExponent(text === '' || UNSET.test(text) ? '0' : text)), price);
    return read >= 0n ? read : this.fail(name, 'a price of at least 0', text);
  }

  /** An empty size, or one that was never set, is 0. */
  quantity(name: string): Quantity {
    const read = this.#quantity(name);
    return read >= 0n ? read : this.fail(name, 'a quantity of at least 0', this.fields[this.#next - 1]);
  }

  quantityAboveZero(name: string): Quantity {
    const read = this.#quantity(name);
    return read > 0n ? read : this.fail(name, 'a quantity above 0', this.fields[this.#next - 1]);
  }

  /** A position: negative when it is short. */
  signedQuantity(name: string): Quantity {
    return this.#quantity(name);
  }

  /** An amount of money of either sign; undefined when it was never set. */
  money(name: string): Money | undefined {
    const text = this.text(name);
    if (text === '' || UNSET.test(text)) return undefined;
    return this.#decimal(name, toNineDigits(withoutExponent(text)), money);
  }

  /** Seconds since 1970. */
  seconds(name: string): UnixNanos {
    const value = this.integer(name);
    return value > 0 ? ((BigInt(value) * SECOND) as UnixNanos) : this.fail(name, 'seconds since 1970', value);
  }

  /** Milliseconds since 1970. */
  millis(name: string): UnixNanos {
    const value = this.integer(name);
    return value > 0 ? nanosFromMillis(value) : this.fail(name, 'milliseconds since 1970', value);
  }

  /** `yyyymmdd hh:mm:ss zone`, or `yyyymmdd-hh:mm:ss` in UTC. */
  civilTime(name: string): UnixNanos {
    const text = this.text(name);
    return executionTime(text) ?? this.fail(name, 'yyyymmdd hh:mm:ss and a zone, or yyyymmdd-hh:mm:ss in UTC', text);
  }

  /** As `civilTime`, for times that only inform: undefined when it can't be read. */
  civilTimeIfAny(name: string): UnixNanos | undefined {
    return executionTime(this.text(name));
  }

  fail(name: string, rule: string, value?: string | number): never {
    const field = `${this.message}.${name}`;
    const shown = value === undefined ? 'is missing' : `is ${typeof value} ${JSON.stringify(value).slice(0, SHOWN_MAX)}`;
    throw new TwsError('BAD_RESPONSE', `'${field}' ${shown}; it must be ${rule}`, { field, rule });
  }

  #quantity(name: string): Quantity {
    const text = this.text(name);
    return this.#decimal(name, UNSET_QUANTITIES.has(text) || UNSET.test(text) ? '0' : withoutExponent(text), quantity);
  }

  #decimal<T>(name: string, text: string, parse: (text: string) => T): T {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof DecimalError) return this.fail(name, DECIMAL_RULE, text);
      throw error;
    }
  }
}
