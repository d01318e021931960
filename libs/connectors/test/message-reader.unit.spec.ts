import { describe, expect, it } from 'vitest';

import { money, price } from '@tradewind/vocabulary';

import { instantOf, instantText } from '../src/instant.js';
import { type FieldFault, MessageReader } from '../src/message-reader.js';

class Broken extends Error {
  constructor(
    message: string,
    readonly fault: FieldFault,
  ) {
    super(message);
  }
}
const reader = new MessageReader((message, fault) => new Broken(message, fault));
const faultOf = (read: () => unknown): FieldFault | undefined => {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as Broken).fault;
  }
};

describe('reading a message field by field', () => {
  it('names the field and the rule that it breaks, as its owner puts it', () => {
    expect(faultOf(() => reader.price('-1', 'order.price'))).toEqual({ field: 'order.price', rule: 'a price above 0' });
    expect(faultOf(() => reader.oneOf('up', 'side', ['buy', 'sell']))).toEqual({ field: 'side', rule: 'one of buy, sell' });
  });
  it('takes money with a sign, exactly', () => {
    expect(reader.money('-12.345678901', 'cash')).toBe(money('-12.345678901'));
    expect(faultOf(() => reader.money('1e5', 'cash'))).toMatchObject({ field: 'cash' });
  });
  it('rounds what the sender worked out half to even, and nothing else', () => {
    expect(reader.average('131.8446666666666667', 'average')).toBe(price('131.844666667'));
    expect(reader.average('1.0000000005', 'average')).toBe(price('1'));
    expect(reader.average('1.0000000015', 'average')).toBe(price('1.000000002'));
    expect(faultOf(() => reader.price('131.8446666666666667', 'price'))).toMatchObject({ field: 'price' });
    expect(faultOf(() => reader.average('0.0000000000001', 'average'))).toMatchObject({ rule: 'a price above 0' });
  });
  it('reads an instant to the nanosecond, and no day that there is not', () => {
    expect(instantText(instantOf('2024-03-04T10:00:00.000000001-05:00')!)).toBe('2024-03-04T15:00:00.000000001Z');
    expect(instantOf('2024-02-30T00:00:00Z')).toBeUndefined();
    expect(instantOf('2024-13-01T00:00:00Z')).toBeUndefined();
  });
});
