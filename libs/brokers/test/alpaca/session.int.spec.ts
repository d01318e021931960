import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { AlpacaTradingServer, type AlpacaTradingFault } from '@tradewind/venue-servers';
import type { VenuePolicies } from '@tradewind/venue';
import { price, quantity } from '@tradewind/vocabulary';

import { definition } from '../../src/alpaca/index.js';
import type { Broker } from '../../src/broker.js';
import { errorOf, RecordingBrokerSink, surroundings, until } from '../acceptance/bench.js';
import { INSTRUMENTS } from '../acceptance/instruments.js';
import { AAPL, orderOf, START } from '../acceptance/scene.js';
import { KEYS } from './alpaca-venue.js';

const SECOND = 1_000_000_000n;

describe('a session at Alpaca', () => {
  let server: AlpacaTradingServer;
  let broker: Broker;
  let sink: RecordingBrokerSink;
  let slow = false;
  beforeEach(async () => {
    // Replacements take a second of the venue's clock to arrive.
    const latency: VenuePolicies['latency'] = { delay: (kind) => (kind === 'UPDATE' && slow ? SECOND : 0n) };
    slow = false;
    server = await AlpacaTradingServer.start({
      ...KEYS,
      instruments: INSTRUMENTS,
      startAt: START,
      requestsPerMinuteMax: 1_000_000,
      policies: { latency },
    });
    server.market.quote(AAPL, '100', '100.1');
    const settings = {
      ...KEYS,
      restUrl: server.restUrl,
      streamUrl: server.streamUrl,
      requestsPerMinute: '1000000',
      requestTimeoutMs: '300',
      backoffBaseMs: '10',
      backoffMaxMs: '50',
    };
    broker = definition.open(definition.settings.parse(settings), surroundings().environment);
    sink = new RecordingBrokerSink();
    await broker.connect(sink, AbortSignal.timeout(5000));
  });
  afterEach(async () => {
    await broker.close();
    await server.down();
  });
  const reports = (clientOrderId: string, type: string) =>
    sink.reports.filter((report) => report.clientOrderId === clientOrderId && report.type === type);

  it.each<AlpacaTradingFault>(['truncated', 'hanging', 'gateway-timeout-done'])(
    'does not know what became of an order when the answer is %s',
    async (fault) => {
      server.failCommands(fault, 1);
      const order = orderOf('LIMIT');
      expect((await broker.submit(order)).status).toBe('UNKNOWN');
      expect(await broker.find(order.clientOrderId)).toMatchObject({ status: 'WORKING' });
    },
  );

  it("does not take a gateway's word for it that there is no order", async () => {
    const order = orderOf('LIMIT');
    await broker.submit(order);
    server.failQuestions('gateway-not-found', 1);
    expect((await errorOf(broker.find(order.clientOrderId))).code).toBe('REFUSED');
    expect(await broker.find(order.clientOrderId)).toMatchObject({ status: 'WORKING' });
  });

  it('tells that a replacement was overtaken by the fill, and shows the order once', async () => {
    slow = true;
    const order = orderOf('LIMIT', { limitPrice: price('99') });
    await broker.submit(order);
    expect(await broker.replace({ clientOrderId: order.clientOrderId, symbol: AAPL }, { limitPrice: price('98') })).toMatchObject({
      status: 'TAKEN',
    });
    server.market.quote(AAPL, '98.8', '98.9');
    server.market.skip(2n * SECOND);
    server.market.quote(AAPL, '98.8', '98.9');
    await until('the rejection is told', () => reports(order.clientOrderId, 'UPDATE_REJECTED').length > 0);
    await until('the fill is told', () => reports(order.clientOrderId, 'FILLED').length > 0);
    expect(reports(order.clientOrderId, 'REJECTED')).toEqual([]);
    expect(new Set(reports(order.clientOrderId, 'UPDATE_REJECTED').map(({ id }) => id)).size).toBe(1);
    expect(await broker.find(order.clientOrderId)).toMatchObject({ status: 'FILLED', limitPrice: price('99') });
    expect((await broker.snapshot(0n as never)).orders).toMatchObject([{ clientOrderId: order.clientOrderId, status: 'FILLED' }]);
  });

  it('replaces although the id of the replacement has been used up', async () => {
    const order = orderOf('LIMIT');
    await broker.submit(order);
    for (const number of [1, 2]) {
      const body = {
        symbol: 'AAPL',
        qty: '1',
        side: 'buy',
        type: 'limit',
        limit_price: '80',
        time_in_force: 'day',
        client_order_id: `${order.clientOrderId}.${number}`,
      };
      expect(server.ask('POST', '/v2/orders', body).status).toBe(200);
    }
    expect(await broker.replace({ clientOrderId: order.clientOrderId, symbol: AAPL }, { limitPrice: price('91') })).toMatchObject({
      status: 'TAKEN',
    });
    await until('the update is told', () => reports(order.clientOrderId, 'UPDATED').length > 0);
    expect(await broker.find(order.clientOrderId)).toMatchObject({ limitPrice: price('91') });
  });

  it('counts a fill that it has not heard of yet towards the quantity of a replacement', async () => {
    server.market.quote(AAPL, '99.9', '100', '40');
    server.holdUpdates();
    const order = orderOf('LIMIT', { limitPrice: price('100.05'), quantity: quantity('100') });
    const answer = await broker.submit(order);
    expect(answer.status).toBe('TAKEN');
    // 40 are filled, and nobody has told it.
    await broker.replace({ clientOrderId: order.clientOrderId, symbol: AAPL }, { quantity: quantity('90') });
    server.releaseUpdates('SAME');
    await until('the update is told', () => reports(order.clientOrderId, 'UPDATED').length > 0);
    expect(reports(order.clientOrderId, 'UPDATED')[0]).toMatchObject({ terms: { quantity: quantity('90') } });
    expect(await broker.find(order.clientOrderId)).toMatchObject({ quantity: quantity('90'), filledQuantity: quantity('40') });
  });

  it('shows the legs of a bracket that somebody else placed as orders of nobody', async () => {
    const body = {
      symbol: 'AAPL',
      qty: '10',
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
      order_class: 'bracket',
      take_profit: { limit_price: '105' },
      stop_loss: { stop_price: '95' },
    };
    expect(server.ask('POST', '/v2/orders', body).status).toBe(200);
    await until('both legs work', () => sink.reports.filter(({ type }) => type === 'ACCEPTED').length === 3);
    const { orders } = await broker.snapshot(0n as never);
    const shown = orders.map(({ type, status, side }) => `${side} ${type} ${status}`);
    expect(shown.toSorted()).toEqual(['BUY MARKET FILLED', 'SELL LIMIT WORKING', 'SELL STOP WORKING']);
    for (const { clientOrderId } of [...orders, ...sink.reports]) expect(clientOrderId).toBeUndefined();
  });

  it('says that a person is needed when the key is revoked, and comes back when it is given back', async () => {
    server.revokeKey();
    server.cutStreams();
    await until('a person is asked for', () => sink.count('LOGIN_NEEDED') > 0);
    expect(await broker.submit(orderOf('LIMIT'))).toMatchObject({ status: 'REFUSED', code: 'ACCOUNT_BLOCKED' });
    server.revokeKey(false);
    await until('the link is up again', () => sink.count('UP') > 1);
  });

  it('waits for the list of executions when an order shows more filled than it lists', async () => {
    server.market.quote(AAPL, '100', '100.1');
    const order = orderOf('LIMIT', { limitPrice: price('99') });
    await broker.submit(order);
    await until('it works', () => reports(order.clientOrderId, 'ACCEPTED').length > 0);
    server.refuseStreams(1);
    server.cutStreams();
    await until('the link is down', () => sink.count('DOWN') > 0);
    server.hideExecutions(150);
    server.market.quote(AAPL, '98.8', '98.9');
    await until('the link is up again', () => sink.count('UP') > 1);
    expect(reports(order.clientOrderId, 'FILLED')).toHaveLength(1);
  });
});
