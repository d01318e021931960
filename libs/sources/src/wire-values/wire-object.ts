import { type Price, type Quantity, symbolOf, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { FieldReader } from '../transport/fields.js';
import { vendorText } from './vendor-text.js';

/** How vendors write that they have no figure. */
const NOTHING: ReadonlySet<unknown> = new Set([undefined, null, 'None', 'null', '-', '', '.']);
const DECIMAL = /^\s*([+-]?\d{1,18})(?:\.(\d{1,9})\d{0,20})?\s*$/;

/** Decimal text as vendors print it, with any number of fraction digits: those after the ninth are the noise of binary numbers. */
const shortened = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  const match = DECIMAL.exec(value);
  if (match === null) return value;
  return match[2] === undefined ? match[1]! : `${match[1]!}.${match[2]}`;
};

/**
 * One object of a vendor's answer. Every reader knows the path of its field and throws SourceError BAD_RESPONSE with field and rule when the value
 * breaks it. Numbers may be JSON numbers or decimal text.
 */
export class WireObject {
  private readonly value: Readonly<Record<string, unknown>>;
  private readonly reader: FieldReader;

  constructor(
    readonly source: string,
    value: unknown,
    readonly path = 'body',
  ) {
    this.reader = new FieldReader(source);
    this.value = this.reader.object(value, path);
  }

  /** Parses a body. */
  static parse(source: string, body: string): WireObject {
    return new WireObject(source, parseWireJson(source, body));
  }

  /** Names of its fields in the order in which they were sent. */
  keys(): readonly string[] {
    return Object.keys(this.value);
  }

  raw(name: string): unknown {
    return Object.hasOwn(this.value, name) ? this.value[name] : undefined;
  }

  /** True when the field is there and says something. */
  has(name: string): boolean {
    return !NOTHING.has(this.raw(name));
  }

  /** Throws. */
  fail(name: string, rule: string): never {
    return this.reader.fail(this.at(name), rule, this.raw(name));
  }

  object(name: string): WireObject {
    return new WireObject(this.source, this.raw(name), this.at(name));
  }

  list(name: string): readonly unknown[] {
    return this.reader.list(this.raw(name), this.at(name));
  }

  objects(name: string): readonly WireObject[] {
    return this.list(name).map((entry, index) => new WireObject(this.source, entry, `${this.at(name)}[${index}]`));
  }

  /** Text without control characters, cut at `lengthMax`. */
  text(name: string, lengthMax: number): string {
    return vendorText(this.reader.text(this.raw(name), this.at(name)), lengthMax);
  }

  /** As `text`; empty when the vendor says nothing. */
  textOrNone(name: string, lengthMax: number): string {
    return this.has(name) ? this.text(name, lengthMax) : '';
  }

  number(name: string): number {
    const value = this.raw(name);
    if (typeof value !== 'string') return this.reader.number(value, this.at(name));
    const number = /^\s*[+-]?\d/.test(value) ? Number(value) : Number.NaN;
    return Number.isFinite(number) ? number : this.fail(name, 'a finite number');
  }

  /** NaN when the vendor has no figure. */
  figure(name: string): number {
    return this.has(name) ? this.number(name) : Number.NaN;
  }

  integer(name: string): number {
    const value = this.number(name);
    return Number.isSafeInteger(value) ? value : this.fail(name, 'a whole number below 2^53');
  }

  /** A price above 0. */
  price(name: string): Price {
    return this.reader.price(shortened(this.raw(name)), this.at(name));
  }

  /** A price, or 0 for a side without an offer. */
  priceOrNone(name: string): Price {
    return this.has(name) ? this.reader.priceOrNone(shortened(this.raw(name)), this.at(name)) : (0n as Price);
  }

  /** A quantity of 0 or more. */
  quantity(name: string): Quantity {
    return this.reader.quantity(shortened(this.raw(name)), this.at(name));
  }

  /** RFC 3339 with an offset. */
  instant(name: string): UnixNanos {
    return this.reader.instant(this.raw(name), this.at(name));
  }

  symbol(name: string): Symbol {
    try {
      return symbolOf(this.reader.text(this.raw(name), this.at(name)));
    } catch (error) {
      if (error instanceof RangeError) return this.fail(name, 'a symbol');
      throw error;
    }
  }

  private at(name: string): string {
    return `${this.path}.${name}`;
  }
}

/** A parsed body. Throws BAD_RESPONSE when it is no JSON, e.g. because it was cut short; says its length only, for a body may hold a secret. */
export const parseWireJson = (source: string, body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return new FieldReader(source).fail('body', 'JSON', `${body.length} characters`);
  }
};
