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

const person = {
  id: 'c/1',
  accountId: samples['orders.changes'].accountId,
  actor: 'ann',
  reason: 'because',
  at: samples['orders.changes'].at,
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

  it.each<FactMap['risk.commands'] | FactMap['orders.commands']>([
    { ...person, type: 'Halt' },
    { ...person, type: 'ReloadProfile', profile: '{}' },
    { ...person, type: 'CancelOrder', clientOrderId: 'tw-1' },
    { ...person, type: 'Reconcile' },
    ...samples['orders.changes'].accountEvents.map((event) => ({ ...person, type: 'RecordAccountEvent', event }) as const),
  ])('carries the command $type there and back', (command) => {
    const name = command.type === 'Halt' || command.type === 'ReloadProfile' ? 'risk.commands' : 'orders.commands';
    expect(wireCodec.decode(name, wireCodec.encode(name, command))).toEqual(command);
  });

  it('names the price that an order type can not do without', () => {
    const [intent] = samples['risk.protections'].intents;
    for (const [type, field] of [
      ['LIMIT', 'limit_price'],
      ['STOP', 'stop_price'],
      ['TRAILING_STOP', 'trail'],
    ] as const) {
      const bare = { ...intent!, type, limitPrice: undefined, stopPrice: undefined, trail: undefined } as unknown as typeof intent;
      const bytes = encodeFact('risk.protections', { ...samples['risk.protections'], intents: [bare!] });
      expect(faultOf(() => decodeFact('risk.protections', bytes)).field).toBe(`intents[0].${field}`);
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
