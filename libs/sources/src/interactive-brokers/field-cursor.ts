import { nanosFromMillis, type Price, type Quantity, type UnixNanos } from '@tradewind/vocabulary';

import { FieldReader } from '../transport/fields.js';
import { SOURCE } from './name.js';

const reader = new FieldReader(SOURCE);
const INTEGER = /^-?\d{1,15}$/;
const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;
const SECOND = 1_000_000_000n;

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

/** Reads the fields of a message in order. Every reading throws SourceError BAD_RESPONSE with the field and the rule it breaks. */
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
    if (field === undefined) return reader.fail(this.#path(name), 'there: the message ended before it');
    this.#next += 1;
    return field;
  }

  skip(...names: readonly string[]): void {
    for (const name of names) this.text(name);
  }

  integer(name: string): number {
    const text = this.text(name);
    return INTEGER.test(text) ? Number(text) : reader.fail(this.#path(name), 'a whole number', text);
  }

  request(): number {
    this.requestId = this.integer('request id');
    return this.requestId;
  }

  count(name: string, max: number): number {
    const value = this.integer(name);
    return value >= 0 && value <= max ? value : reader.fail(this.#path(name), `0 to ${max}`, value);
  }

  price(name: string): Price {
    return reader.price(withoutExponent(this.text(name)), this.#path(name));
  }

  /** A price that may be missing: 0, or -1 as TWS writes it, are 0. */
  priceOrNone(name: string): Price {
    const text = withoutExponent(this.text(name));
    return /^-1(\.0+)?$/.test(text) ? (0n as Price) : reader.priceOrNone(text === '' ? '0' : text, this.#path(name));
  }

  /** An empty size is 0. */
  quantity(name: string): Quantity {
    const text = this.text(name);
    return reader.quantity(text === '' ? '0' : withoutExponent(text), this.#path(name));
  }

  /** Seconds since 1970. */
  seconds(name: string): UnixNanos {
    const value = this.integer(name);
    return value > 0 ? ((BigInt(value) * SECOND) as UnixNanos) : reader.fail(this.#path(name), 'seconds since 1970', value);
  }

  /** Milliseconds since 1970. */
  millis(name: string): UnixNanos {
    const value = this.integer(name);
    return value > 0 ? nanosFromMillis(value) : reader.fail(this.#path(name), 'milliseconds since 1970', value);
  }

  fail(name: string, rule: string, value: string | number): never {
    return reader.fail(this.#path(name), rule, value);
  }

  #path(name: string): string {
    return `${this.message}.${name}`;
  }
}
