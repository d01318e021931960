import { price, quantity, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { leavesOf, ordersHash, termsOf } from '../src/index.js';
import type { Order, OrderIntent } from '../src/index.js';
import { bar, closeAt, Desk, exit, intent } from './fixtures.js';

const flat = ['100', '100', '100', '100'] as const;
const held = () =>
  new Desk()
    .candle(...flat)
    .place([intent()])
    .candle(...flat);
const trailing = (changes: Partial<OrderIntent> = {}) =>
  exit({ type: 'TRAILING_STOP', trail: { by: 'AMOUNT', value: price('5') }, ...changes });
const open = (desk: Desk): readonly Order[] => Object.values(desk.state.open).map(({ order }) => order);
const byPurpose = (desk: Desk, purpose: string): Order | undefined =>
  open(desk).find(({ intent: { purpose: found } }) => found === purpose);
const levels = (desk: Desk) => open(desk).map((order) => termsOf(order).stopPrice);

describe('a trailing stop', () => {
  it('stands a trail away from the last price known when it is placed', () => {
    expect(levels(held().place([trailing()]))).toEqual([price('95')]);
    expect(levels(held().place([trailing({ trail: { by: 'RATIO', value: price('0.1') } })]))).toEqual([price('90')]);
    expect(levels(held().place([trailing({ stopPrice: price('97') })]))).toEqual([price('97')]);
  });
  it('follows the best price and never falls back', () => {
    const desk = held().place([trailing()]).candle('100', '110', '99', '108');
    expect(desk.types).toEqual(['OrderUpdated']);
    expect(levels(desk)).toEqual([price('105')]);
    expect(levels(desk.candle('107', '109', '106', '107'))).toEqual([price('105')]);
  });
  it('is checked against the level from before the bar: a high that may have come after the low does not raise it in time', () => {
    // Low 96 would be at the level that the high of 110 gives, but not at the one that stood when the bar began.
    const desk = held().place([trailing()]).candle('100', '110', '96', '109');
    expect(desk.fills).toEqual([]);
    expect(levels(desk)).toEqual([price('105')]);
  });
  it('is checked against the level that the open gives, which comes before everything else', () => {
    const desk = held().place([trailing()]).candle('108', '109', '102', '104');
    expect(desk.types).toEqual(['OrderUpdated', 'OrderTriggered', 'OrderFilled']);
    expect(desk.fills).toMatchObject([{ price: price('103') }]);
  });
  it('goes at its level when the close lies beyond it, since the close comes after the high', () => {
    const desk = held().place([trailing()]).candle('100', '110', '99', '101');
    expect(desk.types).toEqual(['OrderUpdated', 'OrderTriggered', 'OrderFilled']);
    expect(desk.fills).toMatchObject([{ price: price('105') }]);
  });
  it('fills at the open when price gapped through it', () => {
    expect(held().place([trailing()]).candle('90', '91', '89', '90').fills).toMatchObject([{ price: price('90') }]);
  });
  it('takes the stop, not the target, of a bar that holds both', () => {
    const desk = held()
      .place([trailing(), exit({ type: 'LIMIT', limitPrice: price('106') })])
      .candle('100', '107', '94', '95');
    expect(desk.fills).toMatchObject([{ price: price('95') }]);
  });
  it('to enter a position follows the lows', () => {
    const desk = new Desk().candle(...flat);
    desk.place([intent({ type: 'TRAILING_STOP', timeInForce: 'GTC', trail: { by: 'AMOUNT', value: price('5') } })]);
    expect(levels(desk)).toEqual([price('105')]);
    expect(levels(desk.candle('99', '99', '90', '91'))).toEqual([price('95')]);
    expect(desk.candle('92', '96', '92', '95').fills).toMatchObject([{ price: price('95') }]);
  });
  it('rounds its level to the tick, away from the market', () => {
    const ratio = { by: 'RATIO', value: price('0.0333') } as const;
    expect(levels(held().place([trailing({ trail: ratio })]))).toEqual([price('96.67')]);
    const cents = new Desk().candle('100.01', '100.01', '100.01', '100.01');
    cents.place([intent({ type: 'TRAILING_STOP', timeInForce: 'GTC', trail: ratio })]);
    // 100.01 x 1.0333 = 103.340333
    expect(levels(cents)).toEqual([price('103.35')]);
  });
  it('with a limit rests at its offset beyond the level once it has triggered', () => {
    const limited = trailing({ type: 'TRAILING_STOP_LIMIT', limitOffset: price('1') });
    const gap = held().place([limited]).candle('90', '93', '89', '92');
    expect(gap.types).toEqual(['OrderTriggered']);
    expect(gap.candle('93', '95', '92', '94').fills).toMatchObject([{ price: price('94') }]);
    expect(
      held()
        .place([{ ...limited, clientOrderId: 'tw-other' }])
        .candle('99', '99', '94.5', '96').fills,
    ).toMatchObject([{ price: price('95') }]);
  });
  it('that protects a position goes on trailing when the position changes', () => {
    const desk = held().place([trailing({ purpose: 'stop' })]);
    desk.candle('100', '110', '100', '109').place([exit({ quantity: quantity('4'), purpose: 'breaker:daily-loss' })]);
    desk.candle('109', '109', '109', '109');
    expect(termsOf(byPurpose(desk, 'stop')!)).toMatchObject({
      type: 'TRAILING_STOP',
      quantity: quantity('6'),
      stopPrice: price('105'),
    });
    expect(levels(desk.candle('109', '120', '109', '118'))).toEqual([price('115')]);
  });
});

describe('a profit target', () => {
  const bracket = (changes: Partial<OrderIntent> = {}) =>
    new Desk().candle(...flat).place([intent({ protectiveStop: price('95'), takeProfit: price('105'), ...changes })]);
  it('is placed with the stop once the entry fills, over the whole position', () => {
    const desk = bracket().candle(...flat);
    expect(byPurpose(desk, 'target')?.intent).toMatchObject({
      type: 'LIMIT',
      side: 'SELL',
      timeInForce: 'GTC',
      limitPrice: price('105'),
      quantity: quantity('10'),
    });
    expect(byPurpose(desk, 'stop')?.intent).toMatchObject({ stopPrice: price('95'), quantity: quantity('10') });
  });
  it('fills and cancels the stop, and the other way round', () => {
    const won = bracket()
      .candle(...flat)
      .candle('100', '106', '99', '105');
    expect(won.fills).toMatchObject([{ price: price('105') }]);
    expect(won.state.open).toEqual({});
    const lost = bracket()
      .candle(...flat)
      .candle('100', '101', '94', '96');
    expect(lost.fills).toMatchObject([{ price: price('95') }]);
    expect(lost.state.open).toEqual({});
  });
  it('gives way to the stop when one bar holds both', () => {
    expect(
      bracket()
        .candle(...flat)
        .candle('100', '106', '94', '100').fills,
    ).toMatchObject([{ price: price('95') }]);
  });
  it('works in the bar of an entry at its open, not in the bar of an entry that came later', () => {
    expect(bracket().candle('100', '106', '99', '104').fills).toMatchObject([{ price: price('100') }, { price: price('105') }]);
    const later = bracket({ type: 'LIMIT', limitPrice: price('99') }).candle('100', '106', '98', '104');
    expect(later.fills).toMatchObject([{ price: price('99') }]);
    expect(byPurpose(later, 'target')).toBeDefined();
  });
  it('sells no more at the high than what was held before an entry later in the bar', () => {
    const desk = bracket().candle(...flat);
    desk
      .place([intent({ type: 'LIMIT', limitPrice: price('98'), timeInForce: 'GTC', takeProfit: price('105') })])
      .candle('100', '106', '97', '104');
    expect(desk.fills).toMatchObject([
      { price: price('98'), quantity: quantity('10') },
      { price: price('105'), quantity: quantity('10') },
    ]);
    expect(leavesOf(byPurpose(desk, 'target')!)).toBe(quantity('10'));
    expect(leavesOf(byPurpose(desk, 'stop')!)).toBe(quantity('10'));
  });
  it('is amended and keeps its id when the position changes, at the nearer of two prices', () => {
    const desk = bracket().candle(...flat);
    const { clientOrderId } = byPurpose(desk, 'target')!.intent;
    desk.place([intent({ takeProfit: price('103') })]).candle(...flat);
    expect(desk.types.filter((type) => type.startsWith('OrderUpdate'))).toEqual(['OrderUpdateRequested', 'OrderUpdated']);
    expect(byPurpose(desk, 'target')).toMatchObject({ intent: { clientOrderId }, status: 'ACCEPTED' });
    expect(termsOf(byPurpose(desk, 'target')!)).toMatchObject({ quantity: quantity('20'), limitPrice: price('103') });
    desk.place([exit({ quantity: quantity('15'), purpose: 'breaker:daily-loss' })]).candle(...flat);
    expect(leavesOf(byPurpose(desk, 'target')!)).toBe(quantity('5'));
  });
  it('that fills in part shrinks the stop with it', () => {
    const desk = new Desk({ participationRatio: '0.01' }).candle(...flat);
    desk.place([intent({ protectiveStop: price('95'), takeProfit: price('105') })]).candle(...flat);
    desk.bars([bar(desk.step + 1, ['100', '106', '99', '105'], { volume: quantity('400') })]);
    expect(leavesOf(byPurpose(desk, 'target')!)).toBe(quantity('6'));
    expect(leavesOf(byPurpose(desk, 'stop')!)).toBe(quantity('6'));
  });
});

describe('orders of one group', () => {
  const pair = (changes: Partial<OrderIntent> = {}) => [
    exit({ type: 'STOP', stopPrice: price('95'), ocoGroup: 'g', ...changes }),
    exit({ type: 'LIMIT', limitPrice: price('105'), ocoGroup: 'g', ...changes }),
  ];
  it('end when one of them is whole', () => {
    const half = { quantity: quantity('5') };
    const desk = held().place(pair(half)).candle('100', '106', '99', '104');
    expect(desk.types).toEqual(['OrderFilled', 'OrderCanceled']);
    expect(desk.events.at(-1)).toMatchObject({ reason: 'ONE_CANCELS_OTHER' });
    expect(desk.state.account.positions['SPX']?.quantity).toBe(quantity('5'));
  });
  it('are asked for as much less as one of them was filled', () => {
    const desk = new Desk({ participationRatio: '0.01' })
      .candle(...flat)
      .place([intent()])
      .candle(...flat);
    desk.place(pair()).bars([bar(desk.step + 1, ['100', '106', '99', '105'], { volume: quantity('400') })]);
    expect(desk.types).toEqual(['OrderFilled', 'OrderUpdated']);
    expect(open(desk).map(leavesOf)).toEqual([quantity('6'), quantity('6')]);
  });
  it('take no other order once one of them is whole', () => {
    const desk = held()
      .place(pair({ quantity: quantity('5') }))
      .candle('100', '106', '99', '104');
    expect(desk.place([pair()[0]!]).events.at(-1)).toMatchObject({ type: 'OrderDenied', code: 'OCO_GROUP_ENDED' });
  });
  it('may enter: whichever price comes first', () => {
    const entries = [
      intent({ type: 'LIMIT', limitPrice: price('97'), timeInForce: 'GTC', ocoGroup: 'e' }),
      intent({ type: 'STOP', stopPrice: price('103'), timeInForce: 'GTC', ocoGroup: 'e' }),
    ];
    const desk = new Desk()
      .candle(...flat)
      .place(entries)
      .candle('100', '104', '96', '100');
    expect(desk.fills).toMatchObject([{ price: price('103'), quantity: quantity('10') }]);
    expect(desk.state.open).toEqual({});
  });
});

describe('auction orders between daily bars', () => {
  /** Minutes of 3 January 2000 in New York: the session is 14:30 to 21:00 UTC, closeAt(0) is its close. */
  const minute = (openMinutesBeforeClose: number) => {
    const closeTime = (closeAt(0) - BigInt(openMinutesBeforeClose - 1) * 60_000_000_000n) as typeof at;
    return { interval: '1m' as const, openTime: (closeTime - 60_000_000_000n) as typeof at, closeTime };
  };
  const at = closeAt(0);
  const session = 390;
  it('at the open wait for the bar that the session begins with', () => {
    const desk = new Desk().candle(...flat).place([intent({ timeInForce: 'OPG' })]);
    expect(desk.bars([bar(1, flat, minute(session + 1))]).types).toEqual([]);
    expect(desk.bars([bar(2, ['101', '101', '101', '101'], minute(session))]).fills).toMatchObject([{ price: price('101') }]);
  });
  it('at the close wait for the bar that the session ends with, and expire there', () => {
    const desk = new Desk().candle(...flat);
    desk.place([intent({ timeInForce: 'CLS' }), intent({ timeInForce: 'CLS', type: 'LIMIT', limitPrice: price('99') })]);
    expect(desk.bars([bar(1, flat, minute(2))]).types).toEqual([]);
    const last = desk.bars([bar(2, ['101', '101', '101', '100.5'], minute(1))]);
    expect(last.fills).toMatchObject([{ price: price('100.5') }]);
    expect(last.types).toEqual(['OrderFilled', 'OrderExpired']);
  });
});

describe('placing', () => {
  const NDX = symbolOf('NDX');
  const stopped = { type: 'STOP', stopPrice: price('90'), timeInForce: 'GTC' } as const;
  const trail = { type: 'TRAILING_STOP', timeInForce: 'GTC', trail: { by: 'AMOUNT', value: price('5') } } as const;
  const huge = price('2000000000');
  it.each<[string, Record<string, unknown>]>([
    ['ORDER_MALFORMED', { clientOrderId: '' }],
    ['ORDER_MALFORMED', { clientOrderId: 'x'.repeat(33) }],
    ['ORDER_MALFORMED', { clientOrderId: undefined }],
    ['ORDER_MALFORMED', { side: 'SHORT' }],
    ['ORDER_MALFORMED', { type: 'ICEBERG' }],
    ['ORDER_MALFORMED', { timeInForce: 'GTD' }],
    ['ORDER_MALFORMED', { purpose: '' }],
    ['ORDER_MALFORMED', { verdictId: undefined }],
    ['UNKNOWN_INSTRUMENT', { symbol: 'AAPL' }],
    ['UNKNOWN_INSTRUMENT', { symbol: undefined }],
    ['QUANTITY_INVALID', { quantity: 0n }],
    ['QUANTITY_INVALID', { quantity: quantity('-1') }],
    ['QUANTITY_INVALID', { quantity: undefined }],
    ['QUANTITY_INVALID', { quantity: 10 }],
    ['QUANTITY_ABSURD', { quantity: quantity('1000000001') }],
    ['PRICE_MISSING', { type: 'LIMIT' }],
    ['PRICE_MISSING', { type: 'STOP_LIMIT', stopPrice: price('90') }],
    ['PRICE_INVALID', { type: 'LIMIT', limitPrice: price('0') }],
    ['PRICE_INVALID', { type: 'LIMIT', limitPrice: price('-1') }],
    ['PRICE_INVALID', { type: 'LIMIT', limitPrice: huge }],
    ['PRICE_INVALID', { type: 'LIMIT', limitPrice: '99' }],
    ['PRICE_INVALID', { referencePrice: price('0') }],
    ['PRICE_UNEXPECTED', { limitPrice: price('99') }],
    ['PRICE_UNEXPECTED', { type: 'LIMIT', limitPrice: price('99'), stopPrice: price('90') }],
    ['PRICE_UNEXPECTED', { ...stopped, trail: trail.trail }],
    ['PRICE_UNEXPECTED', { ...trail, limitOffset: price('1') }],
    ['PRICE_UNEXPECTED', { limitOffset: price('1') }],
    ['PRICE_OFF_TICK', { type: 'LIMIT', limitPrice: price('99.005') }],
    ['TRAIL_INVALID', { ...trail, trail: undefined }],
    ['TRAIL_INVALID', { ...trail, trail: { by: 'AMOUNT', value: price('0') } }],
    ['TRAIL_INVALID', { ...trail, trail: { by: 'RATIO', value: price('1') } }],
    ['TRAIL_INVALID', { ...trail, trail: { by: 'TICKS', value: price('1') } }],
    ['TRAIL_INVALID', { ...trail, side: 'SELL', trail: { by: 'AMOUNT', value: price('100') } }],
    ['LIMIT_OFFSET_INVALID', { ...trail, type: 'TRAILING_STOP_LIMIT' }],
    ['LIMIT_OFFSET_INVALID', { ...trail, type: 'TRAILING_STOP_LIMIT', limitOffset: price('-1') }],
    ['TIME_IN_FORCE_INVALID', { ...stopped, timeInForce: 'IOC' }],
    ['TIME_IN_FORCE_INVALID', { ...trail, timeInForce: 'CLS' }],
    ['PROTECTION_INVALID', { protectiveStop: price('0') }],
    ['PROTECTION_INVALID', { takeProfit: huge }],
    ['PROTECTION_INVALID', { protectiveStop: price('101'), takeProfit: price('100') }],
    ['PROTECTION_INVALID', { purpose: 'signal:exit', protectiveStop: price('90') }],
    ['OCO_GROUP_INVALID', { ocoGroup: '' }],
    ['OCO_GROUP_INVALID', { ocoGroup: 'g'.repeat(65) }],
    ['NO_MARKET_DATA', { symbol: NDX }],
  ])('denies with %s: %o', (code, changes) => {
    const desk = new Desk().candle(...flat).place([intent(changes as Partial<OrderIntent>)]);
    expect(desk.events).toMatchObject([{ type: 'OrderInitialized' }, { type: 'OrderDenied', code }]);
    expect(desk.state.open).toEqual({});
  });
  it('lets a stop that protects pass with a price between two ticks', () => {
    expect(held().place([exit({ type: 'STOP', stopPrice: price('94.995'), purpose: 'stop' })]).types).not.toContain('OrderDenied');
  });
});

describe('the hash of order events', () => {
  const hashOf = (changes: Partial<OrderIntent>) =>
    ordersHash(new Desk().candle(...flat).place([intent({ clientOrderId: 'tw-h', ...changes })]).orderHistory);
  it('counts every later field of an intent, but the price that its fills are only measured against', () => {
    expect(hashOf({ referencePrice: price('105') })).toBe(hashOf({}));
    const stop = { type: 'TRAILING_STOP_LIMIT', timeInForce: 'GTC', stopPrice: price('110') } as const;
    const of = (value: string, offset: string) => ({
      ...stop,
      trail: { by: 'AMOUNT' as const, value: price(value) },
      limitOffset: price(offset),
    });
    const hashes = [{}, { takeProfit: price('105') }, { ocoGroup: 'g' }, { strategy: 'g' }, of('1', '1'), of('2', '1'), of('1', '2')];
    expect(new Set(hashes.map(hashOf)).size).toBe(hashes.length);
  });
});
