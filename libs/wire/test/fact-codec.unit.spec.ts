import { create, toBinary } from '@bufbuild/protobuf';
import { BarInterval, eventMap } from '@tradewind/contracts';
import { describe, expect, it } from 'vitest';

import { ContractError, decodeFact, encodeFact, factNames, type FactMap, type FactName, wireCodec } from '../src/index.js';
import { samples } from './samples.js';

const faultOf = (act: () => unknown): ContractError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('fact codecs', () => {
  it.each(factNames)('carries every field of %s there and back', (name: FactName) => {
    const bytes = encodeFact(name, samples[name] as FactMap[FactName]);
    expect(decodeFact(name, bytes)).toEqual(samples[name]);
  });

  it.each(factNames)('gives equal bytes for equal %s', (name: FactName) => {
    const again = decodeFact(name, encodeFact(name, samples[name] as FactMap[FactName]));
    expect(encodeFact(name, again as FactMap[FactName])).toEqual(encodeFact(name, samples[name] as FactMap[FactName]));
  });

  it.each(factNames)('never throws anything but ContractError on cut or altered bytes of %s', (name: FactName) => {
    const bytes = encodeFact(name, samples[name] as FactMap[FactName]);
    for (let index = 0; index < bytes.length; index += 1) {
      for (const broken of [bytes.subarray(0, index), bytes.with(index, bytes[index]! ^ 0xff)]) {
        try {
          decodeFact(name, broken);
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError);
        }
      }
    }
  });

  it('says MALFORMED of bytes that are no protobuf', () => {
    expect(faultOf(() => decodeFact('market.bars', Uint8Array.of(0xff, 0xff, 0xff))).code).toBe('MALFORMED');
  });

  it('names the field and the rule of a negative price', () => {
    const schema = eventMap['market.bars'];
    const message = create(schema, {
      header: { id: 'x', run: 'r', step: 1n, atNs: 1n },
      bars: [
        {
          id: 'b',
          symbol: 'SPX',
          interval: BarInterval.DAY,
          openTimeNs: 1n,
          closeTimeNs: 2n,
          open: '-1',
          high: '2',
          low: '1',
          close: '1',
          volume: '1',
          source: 's',
        },
      ],
    });
    const fault = faultOf(() => decodeFact('market.bars', toBinary(schema, message)));
    expect(fault).toMatchObject({ code: 'FIELD_INVALID', field: 'bars[0].open', rule: 'must be above 0, was -1' });
  });

  it('refuses an unspecified enum, a missing header and an event it does not know', () => {
    const schema = eventMap['risk.commands'];
    const empty = toBinary(schema, create(schema, {}));
    expect(faultOf(() => decodeFact('risk.commands', empty)).field).toBe('command');
    expect(faultOf(() => decodeFact('orders.placed', new Uint8Array())).field).toBe('header');
    expect(faultOf(() => wireCodec.decode('market.none', new Uint8Array())).code).toBe('UNKNOWN_EVENT');
  });
});
