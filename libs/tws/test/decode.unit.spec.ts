import { describe, expect, it } from 'vitest';

import { seededRandom } from '@tradewind/testkit';
import { price, quantity } from '@tradewind/vocabulary';

import { decodeMessage } from '../src/decode.js';
import { frameOf, FrameReader, greeting } from '../src/framing.js';
import { TwsError } from '../src/index.js';

describe('frames', () => {
  const messages = [
    ['4', '2', '-1', '2104', 'Market data farm connection is OK:usfarm', ''],
    ['49', '1', '1709908200'],
    ['46', '6', '3', '45', ''],
  ];
  const stream = Buffer.concat(messages.map((fields) => frameOf(fields)));

  it.each([1, 2, 3, 5, 7, 64, stream.length])('are read from chunks of %i bytes', (size) => {
    const reader = new FrameReader();
    const read: (readonly string[])[] = [];
    for (let at = 0; at < stream.length; at += size) read.push(...reader.push(stream.subarray(at, at + size)));
    expect(read).toEqual(messages);
  });

  it('carry text beyond ASCII across a chunk that ends in a letter', () => {
    const frame = frameOf(['4', 'Montréal 東京']);
    const reader = new FrameReader();
    expect([...frame].flatMap((byte) => reader.push(Buffer.from([byte])))).toEqual([['4', 'Montréal 東京']]);
  });

  it.each([0, -1, -4, 0x7f_ff_ff_ff, 0x01_00_00_00])('refuse a message that says it is %i bytes long', (length) => {
    const header = Buffer.alloc(4);
    header.writeInt32BE(length);
    expect(() => new FrameReader().push(header)).toThrow(TwsError);
  });

  it('read a message of megabytes byte by byte in time that grows with its length', () => {
    const frame = frameOf(['17', 'x'.repeat(400_000)]);
    const reader = new FrameReader();
    let read = 0;
    for (let at = 0; at < frame.length; at += 1) read += reader.push(frame.subarray(at, at + 1)).length;
    expect(read).toBe(1);
  });

  it('greet with the range of versions', () => {
    expect(greeting(176, 178).toString('latin1')).toBe('API\0\0\0\0\x09v176..178');
  });
});

describe('messages', () => {
  const message = (...fields: readonly (string | number)[]): unknown => decodeMessage(fields.map(String)).message;
  const fault = (...fields: readonly (string | number)[]): { readonly requestId: number | undefined; readonly details: unknown } => {
    const { fault: error, requestId, message: none } = decodeMessage(fields.map(String));
    expect(none).toBeUndefined();
    expect(error).toBeInstanceOf(TwsError);
    expect((error as TwsError).code).toBe('BAD_RESPONSE');
    return { requestId, details: (error as TwsError).details };
  };

  it('keep every digit of prices and sizes, written out or with an exponent', () => {
    const depth = (unitPrice: string, size: string): unknown => message(12, 1, 5, 0, 0, 1, unitPrice, size);
    const expected = (unitPrice: string, size: string): object => ({
      kind: 'depth',
      requestId: 5,
      side: 'BID',
      operation: 'insert',
      position: 0,
      price: price(unitPrice),
      quantity: quantity(size),
    });
    expect(depth('1.13125', '1000000')).toEqual(expected('1.13125', '1000000'));
    expect(depth('1.0E-4', '1.2345678E7')).toEqual(expected('0.0001', '12345678'));
    expect(depth('6.5E-4', '0.00012345')).toEqual(expected('0.00065', '0.00012345'));
    expect(depth('1.25E2', '5E0')).toEqual(expected('125', '5'));
    expect(depth('123456789.123456789', '1')).toEqual(expected('123456789.123456789', '1'));
  });

  it('take -1 and nothing for a side without an offer', () => {
    for (const none of ['-1', '-1.0', '0', '']) {
      expect(message(1, 6, 3, 1, none, '', 0)).toEqual({ kind: 'tick-price', requestId: 3, type: 1, price: 0n, size: 0n });
    }
  });

  it('pass over ticks that are not used, whatever they hold', () => {
    for (const fields of [
      [1, 6, 3, 9, '-17'],
      [2, 6, 3, 8, 'NaN'],
      [46, 6, 3, 45, '1709908200'],
      [46, 6, 3, 48, ';0;1709908200123;5;1;false'],
      [45, 6, 3, 49, '1'],
      [107, 'anything'],
    ]) {
      expect(message(...fields)).toMatchObject({ kind: 'other' });
    }
  });

  it('read the sale of a real-time volume to the millisecond', () => {
    expect(message(46, 6, 3, 48, '172.5;25.5;1709908201250;1000;172.4;true')).toEqual({
      kind: 'trade',
      requestId: 3,
      trade: { at: 1_709_908_201_250_000_000n, price: price('172.5'), quantity: quantity('25.5'), venue: '', conditions: [] },
      mark: '172.5;25.5;1709908201250;1000;172.4;true',
    });
  });

  it('split sale conditions into their letters, leave out what means a regular sale, and say what was not reported', () => {
    expect(message(99, 4, 1, 1709908200, '172.5', '3', 3, 'FINRA', ' T  I')).toMatchObject({
      trade: { venue: 'FINRA', conditions: ['T', 'I', 'UNREPORTED'] },
    });
    const conditions = (text: string): unknown => message(99, 4, 1, 1709908200, '172.5', '3', 0, 'ARCA', text);
    expect(conditions('@FTI')).toMatchObject({ trade: { conditions: ['F', 'T', 'I'] } });
    expect(conditions('@')).toMatchObject({ trade: { conditions: [] } });
  });

  it('name the field that breaks a rule, the rule, and the request that it answers', () => {
    expect(fault(50, 3, 8, 1709908200, '1', '2', 'x', '1', '5', '1', 1)).toMatchObject({
      requestId: 8,
      details: { field: 'realTimeBar.low', rule: 'a decimal of at most 18 integer and 9 fraction digits' },
    });
    expect(fault(99, 4, 7, 1709908200)).toMatchObject({ requestId: 4, details: { field: 'tickByTick.tick type', rule: '1, 2 or 3' } });
    expect(fault(13, 1, 6, 0, 'NSDQ', 3, 1, '1', '1')).toMatchObject({ requestId: 6, details: { field: 'marketDepthL2.operation' } });
    expect(fault(12, 1, 6, -1, 0, 1, '1', '1')).toMatchObject({ details: { field: 'marketDepth.position' } });
    expect(fault(17, 9, '', '', 2, '1709908200', '1', '1', '1', '1', '1', '1', 1)).toMatchObject({
      requestId: 9,
      details: { field: 'historicalData.time', rule: expect.stringContaining('the message ended') as string },
    });
    expect(fault(17, 9, '', '', '99999999999')).toMatchObject({ details: { field: 'historicalData.count' } });
    expect(fault('HTTP/1.1 400')).toMatchObject({ requestId: undefined, details: { field: 'message.number' } });
    expect(fault()).toMatchObject({ details: { field: 'message.number' } });
  });

  it('decode the escapes of a name', () => {
    const fields = [
      10,
      1,
      'BMO',
      'STK',
      '',
      0,
      '',
      'SMART',
      'CAD',
      'BMO',
      'BMO',
      'BMO',
      5,
      '0.01',
      '',
      '',
      '',
      1,
      0,
      'BANQUE DE MONTR\\u00c9AL',
      'TSE',
      '',
      '',
      '',
      '',
      'US/Eastern',
    ];
    expect(message(...fields)).toMatchObject({
      contract: { conId: 5, currency: 'CAD', primaryExchange: 'TSE', longName: 'BANQUE DE MONTRÉAL', minTick: price('0.01') },
    });
  });
});

describe('bytes that are no protocol', () => {
  const VALID: readonly (readonly (string | number)[])[] = [
    [1, 6, 3, 1, '172.5', '100', 1],
    [4, 2, 3, 200, 'No security definition has been found for the request', ''],
    [12, 1, 5, 0, 0, 1, '1.13125', '1000000'],
    [13, 1, 5, 0, 'NSDQ', 1, 0, '172.5', '3', 1],
    [17, 9, 'from', 'to', 2, '1709908200', '1', '2', '1', '1', '5', '1', 3, '1709908260', '1', '2', '1', '1', '5', '1', 3],
    [50, 3, 8, 1709908200, '1', '2', '1', '1', '5', '1', 1],
    [98, 4, 1, 1709908200, 0, '172.5', '3', 'ARCA', 'T', 1],
    [99, 4, 3, 1709908200, '172.5', '172.6', '1', '2', 0],
  ];

  it('are decoded or reported, never thrown and never read for ever, whatever is wrong with them', () => {
    const random = seededRandom('bytes that are no protocol');
    const odd = ['', '-1', 'NaN', '1e400', '9'.repeat(40), '\uFFFD', '0x10', ' 1', '1.7976931348623157E308', '2147483647'];
    let [read, faults] = [0, 0];
    for (let round = 0; round < 5000; round += 1) {
      const fields = random.pick(VALID).map(String);
      for (let change = random.integer(0, 2); change > 0; change -= 1) {
        const position = random.integer(0, fields.length - 1);
        if (random.next() < 0.3) fields.splice(position, 1);
        else fields[position] = random.pick(odd);
      }
      const { message, fault } = decodeMessage(fields);
      if (message === undefined) {
        expect(fault).toBeInstanceOf(TwsError);
        faults += 1;
      } else read += 1;
    }
    expect(read).toBeGreaterThan(500);
    expect(faults).toBeGreaterThan(500);
  });

  it('end a stream or make messages of at most its own length', () => {
    const random = seededRandom('a stream of noise');
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.concat(VALID.map((fields) => frameOf(fields)));
      for (let change = random.integer(1, 4); change > 0; change -= 1) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      const reader = new FrameReader();
      try {
        const messages = reader.push(bytes);
        expect(messages.flat().join('').length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BAD_RESPONSE' });
      }
    }
  });
});
