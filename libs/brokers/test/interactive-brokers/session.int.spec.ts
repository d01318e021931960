import { connect } from 'node:net';

import type { TwsServer } from '@tradewind/venue-servers';
import { money, price, quantity } from '@tradewind/vocabulary';
import { afterEach, describe, expect, it } from 'vitest';

import type { Broker } from '../../src/broker.js';
import { definition } from '../../src/interactive-brokers/index.js';
import { errorOf, RecordingBrokerSink, settle, surroundings, until } from '../acceptance/bench.js';
import { AAPL, orderOf } from '../acceptance/scene.js';
import { byHand, openTws, SceneClock, startTws } from './tws-venue.js';

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0).toReversed()) await end();
});

const bench = async (
  changes: object = {},
): Promise<{ readonly server: TwsServer; readonly broker: Broker; readonly sink: RecordingBrokerSink; readonly clock: SceneClock }> => {
  const clock = new SceneClock();
  const server = await startTws(clock);
  running.push(() => server.close());
  const { broker, sink } = await joined(server, changes);
  return { server, broker, sink, clock };
};
const joined = async (
  server: TwsServer,
  changes: object = {},
): Promise<{ readonly broker: Broker; readonly sink: RecordingBrokerSink }> => {
  const broker = openTws(server, surroundings().environment, changes);
  running.push(() => broker.close());
  const sink = new RecordingBrokerSink();
  await broker.connect(sink, AbortSignal.timeout(5000));
  return { broker, sink };
};
const last = (sink: RecordingBrokerSink): string | undefined => sink.links.at(-1)?.kind;
const typesOf = (sink: RecordingBrokerSink, id: string): readonly string[] =>
  sink.reports.filter(({ clientOrderId }) => clientOrderId === id).map(({ type }) => type);

describe('the daily restart of TWS', () => {
  it('is a loss that ends by itself: what filled meanwhile is told once, and numbers go on', async () => {
    const { server, broker, sink } = await bench({ loginAfterMs: '2000' });
    const [resting, other] = [orderOf('LIMIT', { limitPrice: price('99'), timeInForce: 'GTC' }), orderOf('LIMIT')];
    await broker.submit(resting);
    await broker.submit(other);
    await server.stop();
    await until('it is down', () => last(sink) === 'DOWN');
    expect(await broker.submit(orderOf('MARKET'))).toMatchObject({ status: 'NOT_SENT' });
    server.trading.quote('AAPL', '98.8', '98.9');
    await settle(200);
    await server.listen();
    await until('it is up', () => last(sink) === 'UP');
    expect(sink.links.map(({ kind }) => kind)).toEqual(['UP', 'DOWN', 'UP']);
    expect(typesOf(sink, resting.clientOrderId)).toEqual(['ACCEPTED', 'FILLED']);
    const next = orderOf('MARKET');
    expect(await broker.submit(next)).toMatchObject({ status: 'TAKEN' });
    await until('it fills', () => typesOf(sink, next.clientOrderId).includes('FILLED'));
    expect((await broker.snapshot(0n as never)).orders.filter(({ status }) => status === 'WORKING')).toHaveLength(1);
  });

  it('is waited for by questions that are asked meanwhile', async () => {
    const { server, broker, sink } = await bench();
    const order = orderOf('LIMIT');
    await broker.submit(order);
    await server.stop();
    await until('it is down', () => last(sink) === 'DOWN');
    const found = broker.find(order.clientOrderId);
    await server.listen();
    expect(await found).toMatchObject({ status: 'WORKING', limitPrice: price('90') });
  });
});

describe('a login that has expired', () => {
  it('is told as LOGIN_NEEDED once it has lasted longer than a restart, and ends when somebody logs in', async () => {
    const { server, sink } = await bench({ loginAfterMs: '250' });
    server.expireLogin();
    await until('a person is called', () => last(sink) === 'LOGIN_NEEDED');
    await settle(300);
    expect(sink.links.map(({ kind }) => kind)).toEqual(['UP', 'DOWN', 'LOGIN_NEEDED']);
    server.login();
    await until('it is up', () => last(sink) === 'UP');
  });

  it('is told when TWS has lost IB (1100) and does not find it again', async () => {
    const { server, broker, sink } = await bench({ loginAfterMs: '250' });
    server.loseConnectivity();
    await until('it is down', () => last(sink) === 'DOWN');
    expect(await broker.submit(orderOf('MARKET'))).toMatchObject({ status: 'NOT_SENT' });
    await until('a person is called', () => last(sink) === 'LOGIN_NEEDED');
    server.restoreConnectivity('maintained');
    await until('it is up', () => last(sink) === 'UP');
    expect(server.connections).toBe(1);
  });

  it.each(['lost', 'maintained'] as const)(
    'is none when IB is found again soon with its data %s (1101, 1102): what was missed is told',
    async (data) => {
      const { server, broker, sink } = await bench();
      const order = orderOf('LIMIT', { limitPrice: price('99') });
      await broker.submit(order);
      server.loseConnectivity();
      await until('it is down', () => last(sink) === 'DOWN');
      server.trading.quote('AAPL', '98.8', '98.9');
      server.restoreConnectivity(data);
      await until('it is up', () => last(sink) === 'UP');
      await until('the fill is told', () => typesOf(sink, order.clientOrderId).includes('FILLED'));
      expect(typesOf(sink, order.clientOrderId)).toEqual(['ACCEPTED', 'FILLED']);
    },
  );

  it('into another account is refused, and told as LOGIN_NEEDED at once', async () => {
    const { server, sink } = await bench({ account: 'DU1234567' });
    server.rewriteNext('managedAccounts', () => [1, 'DU7654321']);
    server.dropConnections();
    await until('a person is called', () => last(sink) === 'LOGIN_NEEDED');
    await until('it is up with the right one', () => last(sink) === 'UP');
  });
});

describe('what TWS says out of order', () => {
  it.each([
    ['status before order', (server: TwsServer): boolean => (server.trading.desk.statusBeforeOrder = true)],
    ['a fill after the status that shows it', (server: TwsServer): boolean => (server.trading.desk.statusFirst = true)],
    ['everything twice', (server: TwsServer): boolean => (server.trading.desk.announcer.duplicate = true)],
  ] as const)('%s is told in order and once', async (_what, disorder) => {
    const { server, broker, sink } = await bench();
    disorder(server);
    server.trading.quote('AAPL', '100', '100.1', '4');
    const order = orderOf('LIMIT', { limitPrice: price('100.1') });
    expect(await broker.submit(order)).toMatchObject({ status: 'TAKEN' });
    server.trading.quote('AAPL', '100', '100.1');
    await until('both parts are told', () => typesOf(sink, order.clientOrderId).length >= 3);
    await settle();
    expect(typesOf(sink, order.clientOrderId)).toEqual(['ACCEPTED', 'FILLED', 'FILLED']);
    const fills = sink.reports.filter((report) => report.type === 'FILLED');
    expect(fills.map((fill) => fill.type === 'FILLED' && fill.quantity)).toEqual([quantity('4'), quantity('6')]);
    for (const fill of fills) expect(fill.type === 'FILLED' && fill.commission !== undefined).toBe(true);
  });

  it('gives an order whose number was overtaken a fresh one, once TWS has refused the old one and shows no such order', async () => {
    const { server, broker, sink } = await bench({ answerTimeoutMs: '150' });
    const lost = orderOf('LIMIT', { limitPrice: price('90'), timeInForce: 'GTC' });
    server.ignoreNext('placeOrder');
    expect(await broker.submit(lost)).toMatchObject({ status: 'UNKNOWN' });
    expect(await broker.submit(orderOf('LIMIT', { limitPrice: price('91') }))).toMatchObject({ status: 'TAKEN' });
    expect(await broker.find(lost.clientOrderId)).toBeUndefined();
    expect(await broker.submit(lost)).toMatchObject({ status: 'REFUSED', code: 'DUPLICATE_ORDER_ID' });
    expect(await broker.find(lost.clientOrderId)).toBeUndefined();
    expect(await broker.submit(lost)).toMatchObject({ status: 'TAKEN' });
    expect(await broker.submit(lost)).toMatchObject({ status: 'REFUSED', code: 'DUPLICATE_ORDER_ID' });
    await until('it is told', () => typesOf(sink, lost.clientOrderId).includes('ACCEPTED'));
    const there = (await broker.snapshot(0n as never)).orders.filter(({ clientOrderId }) => clientOrderId === lost.clientOrderId);
    expect(there).toMatchObject([{ status: 'WORKING' }]);
  });

  it('tells a fill without its commission when that is late, and the commission then', async () => {
    const { server, broker, sink } = await bench();
    const kept: (readonly (string | number)[])[] = [];
    server.rewriteNext('commissionReport', (fields) => {
      kept.push(fields);
      return [1, 'another-execution.01', '1', 'USD', '', '', 0];
    });
    const order = orderOf('MARKET');
    await broker.submit(order);
    await until('the fill is told', () => typesOf(sink, order.clientOrderId).includes('FILLED'));
    const fill = sink.reports.find(({ type }) => type === 'FILLED');
    expect(fill).not.toHaveProperty('commission');
    server.sendFields(59, ...kept[0]!);
    server.sendFields(59, ...kept[0]!);
    await until('the commission is told', () => typesOf(sink, order.clientOrderId).includes('COMMISSIONED'));
    await settle();
    expect(typesOf(sink, order.clientOrderId)).toEqual(['ACCEPTED', 'FILLED', 'COMMISSIONED']);
    expect(sink.reports.at(-1)).toMatchObject({
      executionId: fill!.type === 'FILLED' ? fill!.executionId : '',
      commission: money('1'),
      currency: 'USD',
    });
  });
});

describe('an order that TWS gives up', () => {
  /** What TWS says of order 1, which its server never saw. */
  const inactive = (server: TwsServer, permId: number): void =>
    server.sendFields(3, 1, 'Inactive', '0', '10', '0', permId, 0, '0', 0, '', '0');
  const reason = (server: TwsServer): void =>
    server.sendFields(4, 2, 1, 201, 'Order rejected - reason:The contract is not available for short sale.', '');

  it.each([
    ['before', [reason, inactive]],
    ['after', [inactive, reason]],
  ] as const)('is refused with the reason that comes %s it, and not reported as well', async (_when, said) => {
    const { server, broker, sink } = await bench({ answerTimeoutMs: '2000' });
    server.ignoreNext('placeOrder');
    const answer = broker.submit(orderOf('LIMIT'));
    await until('TWS has it', () => server.countOf('placeOrder') === 1);
    for (const say of said) say(server, 0);
    expect(await answer).toMatchObject({ status: 'REFUSED', code: 'NOT_SHORTABLE' });
    await settle();
    expect(sink.reports).toEqual([]);
  });

  it('is reported as rejected when nobody waits for its answer any more', async () => {
    const { server, broker, sink } = await bench();
    server.ignoreNext('placeOrder');
    const order = orderOf('LIMIT');
    expect(await broker.submit(order)).toMatchObject({ status: 'UNKNOWN' });
    inactive(server, 1_799_999_999);
    await until('its end is told', () => sink.reports.length > 0);
    expect(sink.reports).toMatchObject([{ type: 'REJECTED', clientOrderId: order.clientOrderId, venueOrderId: '1799999999' }]);
  });
});

describe('a connection to TWS', () => {
  it('refuses ports and accounts of real money unless the setting says so in full', async () => {
    for (const port of ['7496', '4001']) {
      expect(definition.settings.safeParse({ port }).success).toBe(false);
      for (const live of ['true', 'yes', 'no']) expect(definition.settings.safeParse({ port, live }).success).toBe(false);
      expect(definition.settings.safeParse({ port, live: 'yes-real-money' }).success).toBe(true);
    }
    const server = await startTws(new SceneClock());
    running.push(() => server.close());
    server.rewriteNext('managedAccounts', () => [1, 'U1234567']);
    expect((await errorOf(joined(server))).code).toBe('UNAUTHORISED');
  });

  it('waits for its client id, which TWS may still think in use', async () => {
    const server = await startTws(new SceneClock());
    running.push(() => server.close());
    server.holdClientId(0);
    const joining = joined(server);
    await settle(80);
    server.releaseClientId(0);
    await joining;
    expect(server.clientIds).toEqual([0]);
  });

  it('reports orders made by hand and their trades, and may cancel and change them as client 0', async () => {
    const { server, broker, sink } = await bench();
    const { permId } = server.trading.desk.placeByHand(byHand({ ...orderOf('LIMIT'), clientOrderId: '' }));
    const venueOrderId = String(permId);
    await until('it is told', () => sink.reports.some((report) => report.venueOrderId === venueOrderId));
    expect(sink.reports[0]).not.toHaveProperty('clientOrderId');
    const reference = { clientOrderId: '', venueOrderId, symbol: AAPL };
    expect(await broker.replace(reference, { limitPrice: price('91') })).toMatchObject({ status: 'TAKEN' });
    expect(await broker.cancel(reference)).toMatchObject({ status: 'TAKEN', venueOrderId });
    await until('its end is told', () => sink.reports.some(({ type }) => type === 'CANCELED'));
  });

  it('leaves orders of another client id alone and says whose they are', async () => {
    const { server, broker } = await bench({ clientId: '5' });
    const other = await joined(server, { clientId: '6' });
    const order = orderOf('LIMIT');
    await other.broker.submit(order);
    expect(await broker.cancel({ clientOrderId: order.clientOrderId, symbol: AAPL })).toMatchObject({
      status: 'REFUSED',
      code: 'UNSUPPORTED',
    });
    expect(await broker.find(order.clientOrderId)).toMatchObject({ status: 'WORKING' });
  });

  it('loses no order and doubles none over cuts in the middle of trading: what is not known is found, what is not there is sent again', async () => {
    const { server, broker, sink } = await bench({ answerTimeoutMs: '200' });
    const orders = Array.from({ length: 24 }, () => orderOf('MARKET', { quantity: quantity('1') }));
    for (const [index, order] of orders.entries()) {
      if (index % 4 === 1) server.dropInMidMessage();
      if (index % 4 === 2) server.dropConnections();
      for (;;) {
        const { status } = await broker.submit(order);
        if (status === 'TAKEN' || status === 'REFUSED') break;
        if (status === 'UNKNOWN' && (await broker.find(order.clientOrderId)) !== undefined) break;
        await settle(10);
      }
    }
    const filled = (id: string): number => sink.reports.filter((report) => report.type === 'FILLED' && report.clientOrderId === id).length;
    await until('all are told', () => orders.every(({ clientOrderId }) => filled(clientOrderId) >= 1));
    await settle();
    expect(orders.map(({ clientOrderId }) => filled(clientOrderId))).toEqual(orders.map(() => 1));
    expect((await broker.snapshot(0n as never)).positions).toMatchObject([{ quantity: quantity('24') }]);
  });

  it('keeps to the pace of TWS, and says of what still waited for its turn when the connection was lost that it was not sent', async () => {
    const { server, broker } = await bench({ messagesPerSecond: '12', heartbeatMs: '5000' });
    const answers = Array.from({ length: 20 }, () => broker.submit(orderOf('LIMIT', { quantity: quantity('1') })));
    await until('the first are there', () => server.countOf('placeOrder') > 2);
    await settle();
    const arrived = server.countOf('placeOrder');
    expect(arrived).toBeLessThanOrEqual(12);
    server.dropConnections();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'TAKEN')).toHaveLength(arrived);
    expect(statuses.filter((status) => status === 'NOT_SENT')).toHaveLength(20 - arrived);
  });

  it('sends a cancel before the orders that wait for their turn', async () => {
    const { server, broker, sink } = await bench({ messagesPerSecond: '18', heartbeatMs: '5000', answerTimeoutMs: '5000' });
    const first = orderOf('LIMIT', { quantity: quantity('1') });
    const reference = { clientOrderId: first.clientOrderId, symbol: AAPL };
    await broker.submit(first);
    const others = Array.from({ length: 25 }, () => broker.submit(orderOf('LIMIT', { quantity: quantity('1') })));
    await settle(20);
    const began = performance.now();
    expect(await broker.cancel(reference)).toMatchObject({ status: 'TAKEN' });
    expect(performance.now() - began).toBeLessThan(500);
    expect(server.countOf('placeOrder')).toBeLessThan(26);
    await until('its end is told', () => typesOf(sink, first.clientOrderId).includes('CANCELED'));
    await broker.close();
    await Promise.all(others);
  });

  it('survives what is no message of TWS at all', async () => {
    const { server, sink } = await bench();
    server.sendGarbage(Buffer.from([0x7f, 0xff, 0xff, 0xff]));
    await until('it is back', () => sink.count('UP') === 2);
    expect(sink.faults[0]?.error).toMatchObject({ code: 'BAD_RESPONSE', details: { field: 'length' } });
    const socket = connect(server.port, '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
  });
});
