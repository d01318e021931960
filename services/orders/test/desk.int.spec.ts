import { setTimeout as pause } from 'node:timers/promises';

import type { AccountReconciled } from '@tradewind/orders';
import type { RiskCommand } from '@tradewind/risk';
import { seededRandom } from '@tradewind/testkit';
import { price, quantity } from '@tradewind/vocabulary';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { DeskPlatform, SYMBOL } from './desk-platform.js';
import { buildServices } from './platform.js';

describe('the orders service at a broker', () => {
  let desk: DeskPlatform;
  beforeAll(buildServices, 120_000);
  afterEach(async () => {
    await desk[Symbol.asyncDispose]();
  });

  it('sends, hears, protects, and tells it in a sequence without a gap', async () => {
    desk = await DeskPlatform.start();
    await desk.service();
    await desk.step([]);
    await desk.step([desk.intent('tw-first', { protectiveStop: price('90') })]);
    await desk.eventually('the entry is filled', async () => (await desk.events('tw-first')).includes('OrderFilled'));
    await desk.eventually('one stop works', () =>
      desk.venueOrders().some(({ type, qty, status }) => type === 'stop' && qty === '10' && status !== 'pending_new'),
    );
    await desk.step([desk.intent('tw-exit', { side: 'SELL', purpose: 'signal:exit' })]);
    await desk.eventually('the exit is filled', async () => (await desk.events('tw-exit')).includes('OrderFilled'));
    expect(
      desk
        .venueOrders()
        .map(({ type, status }) => `${type} ${status}`)
        .toSorted(),
    ).toEqual(['market filled', 'market filled', 'stop canceled']);
    const changes = await desk.changes();
    expect(changes.map(({ id }) => id)).toEqual(changes.map((_change, index) => `orders.changes/paper-1/${index}`));
    expect(changes.at(-1)?.account.positions).toEqual([]);
  }, 60_000);

  it('killed at any moment, sends each order once', async () => {
    desk = await DeskPlatform.start();
    const random = seededRandom('desk-kills');
    let service = await desk.service();
    await desk.step([]);
    const ids: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const mine = [0, 1, 2].map((index) => `tw-${round}-${index}`);
      ids.push(...mine);
      if (random.next() < 0.5) desk.venue.failCommands(random.next() < 0.5 ? 'hanging' : 'answer-lost', 1);
      const placing = desk.step(mine.map((id) => desk.intent(id, { type: 'LIMIT', limitPrice: price('50'), quantity: quantity('1') })));
      await pause(random.next() * 60);
      await service.end('SIGKILL');
      service = await desk.service();
      await placing;
      await pause(random.next() * 200);
    }
    await desk.eventually('every order is at the venue', () =>
      ids.every((id) => desk.venueOrders().some((order) => order.client_order_id === id)),
    );
    await desk.eventually('every order is acknowledged', async () => (await desk.idsOf('OrderAccepted')).length >= ids.length);
    const sent = desk.venueOrders().map(({ client_order_id }) => client_order_id);
    expect(sent.toSorted()).toEqual(ids.toSorted());
    expect((await desk.idsOf('OrderAccepted')).toSorted()).toEqual(ids.toSorted());
  }, 120_000);

  it('halts in under a second on a command that risk never answers, and cancels entries at the broker', async () => {
    desk = await DeskPlatform.start();
    await desk.service();
    await desk.step([]);
    await desk.step([desk.intent('tw-low', { type: 'LIMIT', limitPrice: price('50') })]);
    await desk.eventually('the entry works', async () => (await desk.events('tw-low')).includes('OrderAccepted'));
    const since = performance.now();
    await desk.halt('rc/halt-1');
    await desk.eventually('the entry is cancelled', () => desk.venueOrders()[0]?.status === 'canceled');
    expect(performance.now() - since).toBeLessThan(1_000);
    await desk.step([desk.intent('tw-late')]);
    expect(await desk.events('tw-late')).toEqual(['OrderInitialized', 'OrderDenied']);
  }, 60_000);

  it('halts by itself when risk goes silent, and says so as a command on record', async () => {
    desk = await DeskPlatform.start({ TW_ORDERS_RISK_SILENCE_SECONDS: '2' });
    await desk.service();
    await desk.step([]);
    await desk.eventually('the dead-man’s switch halts', async () => (await desk.platform.facts<RiskCommand>('risk.commands')).length > 0);
    const commands = await desk.platform.facts<RiskCommand>('risk.commands');
    expect(commands).toMatchObject([{ type: 'Halt', actor: 'dead-man', reason: 'risk has not answered for 2 s' }]);
    await desk.step([desk.intent('tw-late')]);
    expect(await desk.events('tw-late')).toEqual(['OrderInitialized', 'OrderDenied']);
    await pause(2_500);
    expect(await desk.platform.facts('risk.commands')).toHaveLength(1);
  }, 60_000);

  it('finds what was traded elsewhere while it was dead, refuses entries over what it can’t explain, and goes on when a person accepts it', async () => {
    desk = await DeskPlatform.start();
    const service = await desk.service();
    await desk.step([]);
    await desk.step([desk.intent('tw-first')]);
    await desk.eventually('the entry is filled', async () => (await desk.events('tw-first')).includes('OrderFilled'));
    await service.end('SIGKILL');
    desk.venue.ask('POST', '/v2/orders', {
      symbol: SYMBOL,
      qty: '3',
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
      client_order_id: 'by-hand',
    });
    desk.venue.ask('POST', '/v2/orders', {
      symbol: SYMBOL,
      qty: '3',
      side: 'buy',
      type: 'limit',
      limit_price: '10',
      time_in_force: 'gtc',
      client_order_id: 'by-hand-2',
    });
    await desk.service();
    const reconciliations = () => desk.platform.facts<AccountReconciled>('orders.reconciliations');
    await desk.eventually('the comparison is told', async () => (await reconciliations()).some(({ tradable }) => !tradable));
    const differences = (await reconciliations()).flatMap((fact) => fact.differences);
    expect(differences.map(({ code }) => code)).toContain('MANUAL_TRADE');
    const open = differences.filter(({ status }) => status === 'OPEN');
    expect(new Set(open.map(({ code }) => code))).toEqual(new Set(['UNKNOWN_ORDER']));
    expect((await desk.changes()).at(-1)?.account.positions).toMatchObject([{ symbol: SYMBOL, quantity: quantity('13') }]);
    await desk.step([desk.intent('tw-refused')]);
    expect(await desk.events('tw-refused')).toEqual(['OrderInitialized', 'OrderDenied']);
    await desk.order({ type: 'AcceptDifferences', id: 'oc/1', differenceIds: open.map(({ id }) => id) });
    await desk.eventually('it may trade', async () => (await reconciliations()).at(-1)?.tradable === true);
    await desk.step([desk.intent('tw-again')]);
    await desk.eventually('it trades', async () => (await desk.events('tw-again')).includes('OrderFilled'));
  }, 60_000);

  it('books everything once while the venue’s stream is cut, doubled and unreadable', async () => {
    desk = await DeskPlatform.start();
    await desk.service();
    await desk.step([]);
    desk.venue.doubleUpdates();
    for (let round = 0; round < 4; round += 1) {
      if (round === 1) desk.venue.cutStreams();
      if (round === 2) desk.venue.sendUnreadable();
      await desk.step([desk.intent(`tw-${round}`, { quantity: quantity('1') })]);
    }
    await desk.eventually('all are filled', async () => (await desk.idsOf('OrderFilled')).length >= 4);
    await pause(1_500);
    expect((await desk.idsOf('OrderFilled')).toSorted()).toEqual(['tw-0', 'tw-1', 'tw-2', 'tw-3']);
    expect((await desk.changes()).at(-1)?.account.positions).toMatchObject([{ quantity: quantity('4') }]);
  }, 60_000);
});
