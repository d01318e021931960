import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AlpacaTradingServer } from '@tradewind/venue-servers';

import {
  decodeAccount,
  decodeClock,
  decodeFill,
  decodeOrder,
  decodeOrders,
  decodePositions,
  decodeUpdate,
} from '../../src/alpaca/decode.js';
import { decodeActivity } from '../../src/alpaca/decode-activity.js';
import { definition } from '../../src/alpaca/index.js';
import { BrokerError } from '../../src/broker.js';
import { RecordingBrokerSink, surroundings, until } from '../acceptance/bench.js';
import { INSTRUMENTS } from '../acceptance/instruments.js';
import { AAPL, START } from '../acceptance/scene.js';
import { KEYS } from './alpaca-venue.js';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** In place of every value of a message, one after the other; undefined takes the field away. */
const ABSURD: readonly (Json | undefined)[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1e308,
  0.1 + 0.2,
  '',
  ' ',
  '0',
  '-5',
  'NaN',
  'Infinity',
  '1e5',
  '99999999999999999999',
  '0.0000000001',
  '2024-02-30T00:00:00Z',
  '9999-99-99',
  'x'.repeat(5000),
  '\u0000\uFFFF',
  '__proto__',
  [],
  [null],
  {},
];

/** Every message that one spoilt value makes of another, with the path of the value. */
const spoilt = function* (
  value: Json,
  path: readonly string[] = [],
): Generator<{ readonly path: string; readonly message: Json | undefined }> {
  const at = path.join('.');
  for (const absurd of ABSURD) yield { path: at, message: absurd };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    for (const { path: deeper, message } of spoilt(part as Json, [...path, key])) {
      const copy = structuredClone(value) as Record<string, Json>;
      if (message === undefined) delete copy[key];
      else copy[key] = message;
      yield { path: deeper, message: copy };
    }
  }
};

/** What a real exchange of messages brought forth, to be spoilt. */
const collect = async () => {
  const server = await AlpacaTradingServer.start({ ...KEYS, accountNumber: 'PA3FUZZED', instruments: INSTRUMENTS, startAt: START });
  server.market.quote(AAPL, '100', '100.1');
  const order = server.ask('POST', '/v2/orders', {
    symbol: 'AAPL',
    qty: '10',
    side: 'buy',
    type: 'market',
    time_in_force: 'day',
    client_order_id: 'fuzz-1',
  });
  const trailing = server.ask('POST', '/v2/orders', {
    symbol: 'AAPL',
    qty: '5',
    side: 'sell',
    type: 'trailing_stop',
    trail_percent: '5',
    time_in_force: 'gtc',
  });
  server.bookActivity('DIV', 1_000_000_000n as never, 'a dividend', AAPL);
  const ask = (path: string): Json => server.ask('GET', path).body as Json;
  const samples = {
    order: order.body as Json,
    trailing: trailing.body as Json,
    orders: ask('/v2/orders?status=all'),
    account: ask('/v2/account'),
    positions: ask('/v2/positions'),
    clock: ask('/v2/clock'),
    fill: (ask('/v2/account/activities/FILL') as readonly Json[])[0]!,
    activity: (ask('/v2/account/activities?category=non_trade_activity') as readonly Json[])[0]!,
  };
  const filled = (samples.orders as readonly { readonly filled_qty: string }[]).find(
    ({ filled_qty }) => filled_qty === '10',
  ) as unknown as Json;
  await server.down();
  return {
    ...samples,
    update: {
      event: 'fill',
      timestamp: '2024-03-04T15:00:00.5Z',
      order: filled,
      price: '100.1',
      qty: '10',
      position_qty: '10',
      execution_id: 'x',
    } as Json,
  };
};

describe('messages of Alpaca with one value spoilt', () => {
  it('are read, or refused with the field and the rule; nothing else comes of them', async () => {
    const samples = await collect();
    const decoders: readonly (readonly [keyof typeof samples, (value: unknown) => unknown])[] = [
      ['order', (value) => decodeOrder(value, 'order')],
      ['trailing', (value) => decodeOrder(value, 'order')],
      ['orders', decodeOrders],
      ['account', decodeAccount],
      ['positions', decodePositions],
      ['clock', decodeClock],
      ['fill', (value) => decodeFill(value, 'fill')],
      ['activity', (value) => decodeActivity(value, 'activity', 'USD')],
      ['update', decodeUpdate],
    ];
    let [read, refused] = [0, 0];
    for (const [name, decode] of decoders) {
      expect(() => decode(samples[name])).not.toThrow();
      for (const { message, path } of spoilt(samples[name])) {
        try {
          decode(message);
          read += 1;
        } catch (error) {
          refused += 1;
          expect(error, `${name} ${path}`).toBeInstanceOf(BrokerError);
          const { code, details } = error as BrokerError;
          expect([code, typeof details.field, typeof details.rule], `${name} ${path}`).toEqual(['BAD_RESPONSE', 'string', 'string']);
        }
      }
    }
    // Many fields are not looked at, and some absurd values are fair ones.
    expect(refused).toBeGreaterThan(1000);
    expect(read).toBeGreaterThan(0);
  });
});

describe('a stream of spoilt messages', () => {
  let server: AlpacaTradingServer;
  beforeEach(async () => {
    server = await AlpacaTradingServer.start({ ...KEYS, instruments: INSTRUMENTS, startAt: START, requestsPerMinuteMax: 1_000_000 });
    server.market.quote(AAPL, '100', '100.1');
  });
  afterEach(() => server.down());

  it('is told as faults and leaves the link up, and the next true report comes through', async () => {
    const { update } = await collect();
    const settings = definition.settings.parse({
      ...KEYS,
      restUrl: server.restUrl,
      streamUrl: server.streamUrl,
      requestsPerMinute: '1000000',
      retriesMax: '0',
    });
    const broker = definition.open(settings, surroundings().environment);
    const sink = new RecordingBrokerSink();
    await broker.connect(sink, AbortSignal.timeout(5000));
    // Replaced orders make the adapter ask what they were replaced by; there is no such order.
    for (const { message } of spoilt(update)) {
      if (message !== undefined) server.sendToStreams(JSON.stringify({ stream: 'trade_updates', data: message }));
    }
    for (const text of [
      '',
      'null',
      '[]',
      '{',
      '"',
      '{"stream":"trade_updates"}',
      '{"stream":7}',
      '{"stream":"trade_updates","data":[]}',
      '\u0000',
    ])
      server.sendToStreams(text);
    const answer = await broker.submit({
      clientOrderId: 'after-the-storm',
      symbol: AAPL,
      side: 'BUY',
      type: 'MARKET',
      quantity: 10_000_000_000n as never,
      timeInForce: 'DAY',
    });
    expect(answer.status).toBe('TAKEN');
    await until('the true fill is told', () =>
      sink.reports.some(({ clientOrderId, type }) => clientOrderId === 'after-the-storm' && type === 'FILLED'),
    );
    expect(sink.links).toEqual([{ kind: 'UP' }]);
    expect(sink.faults.length).toBeGreaterThan(200);
    for (const { error } of sink.faults) expect(error).toBeInstanceOf(BrokerError);
    await broker.close();
  });
});
