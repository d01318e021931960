import { money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { bar, Desk, exit, intent } from './fixtures.js';

const flat = ['100', '100', '100', '100'] as const;

describe('a market order', () => {
  it('fills at the open of the bar after the one that decided, never on that one', () => {
    const desk = new Desk().candle(...flat).place([intent()]);
    expect(desk.types).toEqual(['OrderInitialized', 'OrderSubmitted', 'OrderAccepted']);
    desk.candle('103', '110', '90', '104');
    expect(desk.fills).toMatchObject([{ price: price('103'), quantity: quantity('10'), leavesQuantity: quantity('0') }]);
    expect(desk.state.account.cash).toBe(money('98970'));
    expect(desk.state.open).toEqual({});
  });
  it('pays slippage to the next tick against it and commission to the cent', () => {
    const desk = new Desk({ slippageRatio: '0.001', commissionRatio: '0.001' })
      .candle(...flat)
      .place([intent()])
      .candle('103.33', '110', '90', '104');
    expect(desk.fills).toMatchObject([{ price: price('103.44'), commission: money('1.03'), slippage: money('1.1') }]);
    desk.place([exit()]).candle('103.33', '110', '90', '104');
    expect(desk.fills).toMatchObject([{ price: price('103.22'), commission: money('1.03'), slippage: money('1.1') }]);
  });
  it('waits a step longer when its verdict came after the next bars', () => {
    const desk = new Desk()
      .candle(...flat)
      .candle('101', '101', '101', '101')
      .place([intent()], 'ACTIVE', 0);
    desk.candle('102', '102', '102', '102');
    expect(desk.fills).toMatchObject([{ price: price('102') }]);
  });
  it('placed for the day expires unfilled when its symbol has no bar that session', () => {
    const desk = new Desk().candle(...flat).place([intent()]);
    desk.bars([bar(1, flat, { symbol: symbolOf('NDX') })]).bars([bar(2, flat)]);
    expect(desk.types).toEqual(['OrderExpired']);
  });
});

describe('a limit order', () => {
  const limit = (at: string, changes = {}) => intent({ type: 'LIMIT', limitPrice: price(at), timeInForce: 'GTC', ...changes });
  it('fills at the open when the open is better, with slippage up to its limit', () => {
    const desk = new Desk({ slippageRatio: '0.01' })
      .candle(...flat)
      .place([limit('98.5')])
      .candle('98', '99', '97', '98');
    expect(desk.fills).toMatchObject([{ price: price('98.5') }]);
  });
  it('fills at its price when price trades through it, not when it is only touched', () => {
    const desk = new Desk({ slippageRatio: '0.01' })
      .candle(...flat)
      .place([limit('98')])
      .candle('100', '101', '98', '99');
    expect(desk.fills).toEqual([]);
    expect(desk.candle('100', '101', '97.99', '99').fills).toMatchObject([{ price: price('98'), slippage: money('0') }]);
  });
  it('works for one daily bar when placed for the day', () => {
    const desk = new Desk()
      .candle(...flat)
      .place([limit('98', { timeInForce: 'DAY' })])
      .candle('100', '101', '99', '99');
    expect(desk.types).toEqual(['OrderExpired']);
  });
});

describe('a stop order', () => {
  const held = () =>
    new Desk()
      .candle(...flat)
      .place([intent()])
      .candle(...flat);
  const stop = (at: string, changes = {}) => exit({ type: 'STOP', stopPrice: price(at), ...changes });
  it('fills at its price when the bar reaches it', () => {
    const desk = held()
      .place([stop('95')])
      .candle('99', '99', '94', '96');
    expect(desk.types).toEqual(['OrderTriggered', 'OrderFilled']);
    expect(desk.fills).toMatchObject([{ price: price('95') }]);
  });
  it('fills at the open when price gapped through it', () => {
    expect(
      held()
        .place([stop('95')])
        .candle('90', '99', '89', '96').fills,
    ).toMatchObject([{ price: price('90') }]);
  });
  it('with a limit is triggered by a gap and then rests at its limit', () => {
    const desk = held()
      .place([stop('95', { type: 'STOP_LIMIT', limitPrice: price('94') })])
      .candle('90', '93', '89', '91');
    expect(desk.types).toEqual(['OrderTriggered']);
    expect(desk.candle('93', '95', '92', '94').fills).toMatchObject([{ price: price('94') }]);
  });
  it('with a limit fills between stop and limit when the bar reaches it', () => {
    const desk = held()
      .place([stop('95', { type: 'STOP_LIMIT', limitPrice: price('94') })])
      .candle('99', '99', '93', '94');
    expect(desk.fills).toMatchObject([{ price: price('95') }]);
  });
});

describe('time in force', () => {
  it('cancels what IOC and FOK do not get at the open', () => {
    const desk = new Desk({ participationRatio: '0.005' }).candle(...flat);
    desk.place([intent({ timeInForce: 'IOC' }), intent({ timeInForce: 'FOK', quantity: quantity('6') })]).candle(...flat);
    expect(desk.fills).toMatchObject([{ quantity: quantity('5'), leavesQuantity: quantity('5') }]);
    expect(desk.events.filter(({ type }) => type === 'OrderCanceled')).toHaveLength(2);
  });
  it('takes OPG at the open or never, CLS at the close', () => {
    const desk = new Desk()
      .candle(...flat)
      .place([intent({ timeInForce: 'OPG', type: 'LIMIT', limitPrice: price('99') }), intent({ timeInForce: 'CLS' })])
      .candle('100', '101', '98', '100.5');
    expect(desk.types).toEqual(['OrderFilled', 'OrderExpired']);
    expect(desk.fills).toMatchObject([{ price: price('100.5') }]);
  });
});

describe('participation', () => {
  it('shares the cap among all orders of a bar and fills the rest later', () => {
    const desk = new Desk({ participationRatio: '0.015' }).candle(...flat);
    desk.place([intent({ timeInForce: 'GTC' }), intent({ timeInForce: 'GTC' })]).candle(...flat);
    expect(desk.fills.map(({ quantity: amount }) => amount)).toEqual([quantity('10'), quantity('5')]);
    expect(desk.candle(...flat).fills).toMatchObject([{ quantity: quantity('5'), leavesQuantity: quantity('0') }]);
  });
});

describe('protection', () => {
  const guarded = (stopAt = '95') => new Desk().candle(...flat).place([intent({ protectiveStop: price(stopAt) })]);
  const stops = (desk: Desk) => Object.values(desk.state.open).map(({ order }) => order.intent);
  it('attaches the stop when the entry fills, and the stop works in the same bar', () => {
    expect(stops(guarded().candle(...flat))).toMatchObject([
      { type: 'STOP', stopPrice: price('95'), quantity: quantity('10'), timeInForce: 'GTC', purpose: 'stop' },
    ]);
    const hit = guarded().candle('100', '101', '94', '96');
    expect(hit.fills).toMatchObject([{ price: price('100') }, { price: price('95') }]);
    expect(hit.state.account.positions).toEqual({});
  });
  it('does not fill a stop better than the entry that opened below it', () => {
    expect(guarded('95').candle('90', '92', '89', '91').fills).toMatchObject([{ price: price('90') }, { price: price('90') }]);
  });
  it('takes the stop, not the target, when both lie in one bar', () => {
    const desk = guarded()
      .candle(...flat)
      .place([exit({ type: 'LIMIT', limitPrice: price('105') })])
      .candle('100', '106', '94', '100');
    expect(desk.fills).toMatchObject([{ price: price('95') }]);
    expect(desk.types.at(-1)).toBe('OrderCanceled');
    expect(desk.state.open).toEqual({});
  });
  it('takes the stop of an entry that fills in the bar before a target that lies in it too', () => {
    const desk = new Desk()
      .candle(...flat)
      .place([intent()])
      .candle(...flat);
    desk
      .place([exit({ type: 'LIMIT', limitPrice: price('105') }), intent({ protectiveStop: price('95') })])
      .candle('100', '106', '94', '100');
    expect(desk.fills).toMatchObject([{ price: price('100') }, { price: price('95'), quantity: quantity('20') }]);
    expect(desk.state.account.positions).toEqual({});
  });
  it('takes the target when the bar opens beyond it', () => {
    const desk = guarded()
      .candle(...flat)
      .place([exit({ type: 'LIMIT', limitPrice: price('105') })])
      .candle('107', '108', '94', '100');
    expect(desk.fills).toMatchObject([{ price: price('107') }]);
  });
  it('is cancelled when an exit makes the position flat, and never turns it short', () => {
    const desk = guarded()
      .candle(...flat)
      .place([exit()])
      .candle('99', '99', '90', '91');
    expect(desk.types).toEqual(['OrderFilled', 'OrderCanceled']);
    expect(desk.state.account.positions).toEqual({});
    const gap = guarded()
      .candle(...flat)
      .place([exit()])
      .candle('94', '94', '90', '91');
    expect(gap.fills).toHaveLength(1);
    expect(gap.state.account.positions).toEqual({});
  });
  it('follows the position when half of it is sold', () => {
    const desk = guarded()
      .candle(...flat)
      .place([exit({ quantity: quantity('5'), purpose: 'breaker:daily-loss' })])
      .candle(...flat);
    expect(stops(desk)).toMatchObject([{ quantity: quantity('5'), stopPrice: price('95') }]);
  });
  it('covers an enlarged position with one stop, the tighter of the two', () => {
    const added = (at: string) =>
      stops(
        guarded()
          .candle(...flat)
          .place([intent({ protectiveStop: price(at) })])
          .candle(...flat),
      );
    expect(added('97')).toMatchObject([{ quantity: quantity('20'), stopPrice: price('97') }]);
    expect(added('90')).toMatchObject([{ quantity: quantity('20'), stopPrice: price('95') }]);
  });
  it('is replaced by a protective stop that risk sends', () => {
    const desk = guarded()
      .candle(...flat)
      .place([exit({ type: 'STOP', stopPrice: price('98'), purpose: 'stop' })]);
    expect(stops(desk)).toMatchObject([{ stopPrice: price('98') }]);
  });
});

describe('a series that ends', () => {
  const other = (step: number) => bar(step, flat, { symbol: symbolOf('NDX') });
  it('is marked at its last close, refuses orders and is settled there after the venue has waited', () => {
    const desk = new Desk()
      .candle(...flat)
      .place([intent({ protectiveStop: price('50') })])
      .candle('100', '120', '100', '120');
    while (desk.step < 6) desk.bars([other(desk.step + 1)]);
    expect(desk.events).toEqual([]);
    expect(desk.state.account.positions['SPX']?.markPrice).toBe(price('120'));
    desk.bars([other(7)]);
    expect(desk.types).toEqual(['OrderExpired', 'OrderInitialized', 'OrderSubmitted', 'OrderAccepted', 'OrderFilled']);
    expect(desk.fills).toMatchObject([{ price: price('120'), quantity: quantity('10') }]);
    expect(desk.state.account.positions).toEqual({});
    expect(desk.place([intent()]).events.at(-1)).toMatchObject({ type: 'OrderDenied', code: 'SERIES_ENDED' });
  });
});
