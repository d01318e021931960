import type { PointInTimeRecord } from '@tradewind/market';
import { snapshotOf } from '@tradewind/portfolio';
import { formatDecimal, money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { evolveDesk, executeBars, noteActions, takeActions, termsOf, withDesk } from '../src/index.js';
import type { DeskEvent, OrderEvent, OrdersChanged, OrdersState, PaperVenueSettings } from '../src/index.js';
import { ratioOf } from '../src/actions/split-ratio.js';
import { bar, closeAt, Desk, exit, header, instrument, intent } from './fixtures.js';
import type { Candle } from './fixtures.js';

const SPX = symbolOf('SPX');
const DAY = 86_400_000_000_000n;

/** A record as sources tell it: about the open of the ex-date of a step, known `early` days before. */
const record = (series: string, step: number, value: number, { early = 0, symbol = SPX, mark = '' } = {}): PointInTimeRecord => {
  const eventTime = (closeAt(step) - 23_400_000_000_000n) as UnixNanos;
  const knownAt = (eventTime - BigInt(early) * DAY) as UnixNanos;
  return { id: `${series}/${symbol}/day-${step}/${knownAt}${mark}`, series, symbol, eventTime, knownAt, value, text: '', source: 'test' };
};
const split = (step: number, value: number, more = {}): PointInTimeRecord => record('action/split', step, value, more);
const dividend = (step: number, value: number, more = {}): PointInTimeRecord => record('action/dividend', step, value, more);

/** The step path with records, as the service and the backtest work it; everything is folded again from its events. */
class Holder extends Desk {
  readonly changes: OrdersChanged[] = [];

  constructor(settings: Partial<PaperVenueSettings> = {}) {
    super(settings);
  }
  told(records: readonly PointInTimeRecord[], candle: Candle, run = 'r1'): this {
    this.step += 1;
    const at = header(this.step, 'market.bars', run);
    const before = this.state;
    const noted = noteActions(before, { header: at, records });
    const taken = takeActions(noted.state, at, this.venue);
    const done = executeBars(taken.state, { header: at, bars: [bar(this.step, candle)], lowQuality: [], final: false }, this.venue);
    const events: readonly DeskEvent[] = [...noted.events, ...taken.events, ...done.events];
    const folded = events.reduce<OrdersState>((state, event) => evolveDesk(withDesk(state), event), before);
    expect(withDesk(folded)).toEqual(withDesk(done.state));
    if (taken.changed !== undefined) this.changes.push(taken.changed);
    this.state = done.state;
    this.events = done.report.events;
    return this;
  }
  get equity(): string {
    return formatDecimal(snapshotOf(this.state.account, closeAt(this.step)).equity);
  }
  get held(): string {
    return formatDecimal(this.state.account.positions['SPX']?.quantity ?? quantity('0'));
  }
  get working(): readonly string[] {
    return Object.values(this.state.open).map(({ order }) => {
      const { type, quantity: size, stopPrice, limitPrice } = termsOf(order);
      return [
        type,
        formatDecimal(size),
        ...[stopPrice, limitPrice].map((level) => (level === undefined ? '-' : formatDecimal(level))),
      ].join(' ');
    });
  }
}

const holding = (amount: string, changes: Parameters<typeof intent>[0] = {}, settings: Partial<PaperVenueSettings> = {}): Holder => {
  const desk = new Holder(settings);
  desk.candle('100', '101', '99', '100');
  desk.place([intent({ quantity: quantity(amount), ...changes })]);
  desk.candle('100', '101', '99', '100');
  return desk;
};
const types = (events: readonly OrderEvent[] = []): readonly string[] => events.map(({ type }) => type);

describe('a split of what is held', () => {
  it('two for one: twice the shares at half the price, and no loss is seen', () => {
    const desk = holding('10', { protectiveStop: price('90'), takeProfit: price('120') });
    desk.told([split(2, 2)], ['50', '50.5', '49.5', '50']);
    expect([desk.held, desk.equity]).toEqual(['20', '100000']);
    expect(desk.working).toEqual(['STOP 20 45 -', 'LIMIT 20 - 60']);
    expect(desk.events).toEqual([]);
    const [changed] = desk.changes;
    expect(types(changed?.events)).toEqual(['OrderUpdated', 'OrderUpdated']);
    expect(changed?.accountEvents).toMatchObject([{ type: 'SharesSplit', numerator: 2n, denominator: 1n, cashInLieu: 0n }]);
    expect(formatDecimal(changed!.account.equity)).toBe('100000');
  });
  it('stops at the level of the new shares, not before', () => {
    const desk = holding('10', { protectiveStop: price('90') });
    desk.told([split(2, 2)], ['50', '50.5', '45.01', '46']);
    expect(desk.held).toBe('20');
    desk.told([], ['46', '46.5', '44', '44.5']);
    expect([desk.held, desk.equity]).toEqual(['0', '99900']);
  });
  it('one for three: what is no whole share is paid out at the last price', () => {
    const desk = holding('10', { protectiveStop: price('90') });
    desk.told([split(2, 0.333333)], ['300', '301', '299', '300']);
    expect(desk.held).toBe('3');
    expect(desk.changes[0]?.accountEvents).toMatchObject([{ numerator: 1n, denominator: 3n, cashInLieu: money('100') }]);
    expect(desk.working).toEqual(['STOP 3 270 -']);
  });
  it('keeps the fraction of an instrument that has fractions', () => {
    const desk = holding('10', {}, { instruments: { SPX: { ...instrument('SPX'), fractional: true } } });
    desk.told([split(2, 1.25)], ['80', '81', '79', '80']);
    expect([desk.held, desk.equity]).toEqual(['12.5', '100000']);
  });
  it('of a short position leaves it short of as much', () => {
    const short = { side: 'SELL', protectiveStop: price('110') } as const;
    const desk = holding('10', short, { instruments: { SPX: instrument('SPX', true) } });
    desk.told([split(2, 4)], ['25', '25.5', '24.5', '25']);
    expect([desk.held, desk.equity]).toEqual(['-40', '100000']);
    expect(desk.working).toEqual(['STOP 40 27.5 -']);
  });
  it('ends entries, which were decided in prices of old shares, and does nothing where nothing is held or ordered', () => {
    const desk = new Holder();
    desk.candle('100', '101', '99', '100');
    desk.place([intent({ type: 'LIMIT', limitPrice: price('95'), timeInForce: 'GTC' })]);
    desk.told([split(1, 2)], ['50', '50.5', '49.5', '50']);
    expect(desk.changes[0]?.events).toMatchObject([{ type: 'OrderCanceled', reason: 'SHARES_SPLIT' }]);
    desk.told([split(2, 2)], ['25', '25.5', '24.5', '25']);
    expect(desk.changes).toHaveLength(1);
  });
  it('amends an amount that a stop trails by, and leaves a ratio', () => {
    const trailing = (by: 'AMOUNT' | 'RATIO', value: string) =>
      exit({ type: 'TRAILING_STOP', quantity: quantity('5'), trail: { by, value: price(value) } });
    const desk = holding('10');
    desk.place([trailing('AMOUNT', '8'), trailing('RATIO', '0.5')]);
    desk.told([split(2, 2)], ['50', '50.5', '49.5', '50']);
    const trails = Object.values(desk.state.open).map(({ order }) => formatDecimal(termsOf(order).trail!.value));
    expect(trails).toEqual(['4', '0.5']);
  });
});

describe('a dividend', () => {
  it('is received by who holds before the ex-date, per share and exact', () => {
    const desk = holding('10');
    desk.told([dividend(2, 0.123456)], ['99.88', '100', '99', '99.876544']);
    expect(desk.changes[0]?.accountEvents).toMatchObject([
      { type: 'DividendPaid', amount: 1_234_560_000n, quantity: quantity('10'), perShare: price('0.123456'), currency: 'USD' },
    ]);
    expect(formatDecimal(desk.changes[0]!.account.equity)).toBe('100000');
    expect(desk.equity).toBe('100000');
  });
  it('is paid by who is short', () => {
    const desk = holding('10', { side: 'SELL' }, { instruments: { SPX: instrument('SPX', true) } });
    desk.told([dividend(2, 2)], ['98', '98.5', '97.5', '98']);
    expect(desk.changes[0]?.accountEvents).toMatchObject([{ amount: -20_000_000_000n }]);
    expect(desk.equity).toBe('100000');
  });
  it('is not for who buys on the ex-date', () => {
    const desk = new Holder();
    desk.candle('100', '101', '99', '100');
    desk.place([intent()]);
    desk.told([dividend(1, 1)], ['99', '100', '98', '99']);
    expect([desk.held, desk.changes.length]).toEqual(['10', 0]);
  });
  it('of the day of a split is for the old shares, whichever was told first', () => {
    const desk = holding('10');
    desk.told([split(2, 2), dividend(2, 1)], ['49.5', '50', '49', '49.5']);
    expect(desk.changes[0]?.accountEvents.map(({ type }) => type)).toEqual(['DividendPaid', 'SharesSplit']);
    expect([desk.held, desk.equity]).toEqual(['20', '100000']);
  });
  it('that was declared before waits for its ex-date, and the last word before it counts', () => {
    const desk = holding('10');
    desk.told([dividend(4, 1, { early: 2 })], ['100', '101', '99', '100']);
    desk.told([dividend(4, 2, { early: 1 })], ['100', '101', '99', '100']);
    expect(desk.changes).toEqual([]);
    desk.told([], ['98', '99', '97', '98']);
    expect(desk.changes[0]?.accountEvents).toMatchObject([
      { perShare: price('2'), id: expect.stringMatching(/^ae\/action\/dividend\/SPX\//) as string },
    ]);
  });
});

describe('what is told of an action', () => {
  it('twice is booked once, also by another source, days later', () => {
    const desk = holding('10');
    desk.told([dividend(2, 1), dividend(2, 1, { mark: '/again' })], ['99', '100', '98', '99']);
    desk.told([dividend(2, 1.01, { mark: '/other' }), split(2, 0)], ['99', '100', '98', '99']);
    expect(desk.changes.flatMap(({ accountEvents }) => accountEvents)).toHaveLength(1);
  });
  it('too late reaches the shares from before that are still held', () => {
    const desk = holding('10');
    desk
      .candle('100', '101', '99', '100')
      .place([intent({ quantity: quantity('5') })])
      .candle('100', '101', '99', '100');
    desk.told([dividend(2, 1), split(2, 2)], ['100', '101', '99', '100']);
    expect(desk.changes.flatMap(({ accountEvents }) => accountEvents)).toMatchObject([{ type: 'DividendPaid', quantity: quantity('10') }]);
    expect(desk.held).toBe('15');
  });
  it('in a replay of an earlier time is new, and in a run that goes on is not', () => {
    const desk = holding('10');
    desk.told([dividend(2, 1)], ['99', '100', '98', '99']);
    desk.told([dividend(2, 1)], ['99', '100', '98', '99'], 'r2');
    expect(desk.changes).toHaveLength(1);
    desk.step = 1;
    desk.told([dividend(2, 1)], ['98', '99', '97', '98'], 'r3');
    expect(desk.changes.map(({ run }) => run)).toEqual(['r1', 'r3']);
  });
  it('does not depend on the order of records, nor on which partition told first', () => {
    const records = [split(2, 2), dividend(2, 1), dividend(2, 3, { symbol: symbolOf('NDX') })];
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: 3 }), (shuffled) => {
        const one = holding('10', { clientOrderId: 'tw-same' }).told(records, ['49.5', '50', '49', '49.5']);
        const other = holding('10', { clientOrderId: 'tw-same' }).told(shuffled, ['49.5', '50', '49', '49.5']);
        expect(other.changes[0]?.accountEvents).toEqual(one.changes[0]?.accountEvents);
        expect(other.state.account).toEqual(one.state.account);
      }),
    );
  });
  it('that makes no sense changes nothing, and whatever is told the account stays explained', () => {
    const absurd = [NaN, 0, -1, Infinity, 1e300, 1e-300, 20_000, 1].flatMap((value) => [
      split(2, value),
      record('action/merger', 2, value),
    ]);
    const desk = holding('10').told([...absurd, dividend(2, 1e12), dividend(2, -0)], ['100', '101', '99', '100']);
    expect([desk.changes, desk.held, desk.equity]).toEqual([[], '10', '100000']);
    fc.assert(
      fc.property(fc.double(), fc.double(), (ratio, cash) => {
        expect(() => holding('10').told([split(2, ratio), dividend(2, cash)], ['100', '101', '99', '100']).equity).not.toThrow();
      }),
    );
  });
  it('is forgotten when nobody tells it any more', () => {
    const desk = holding('10').told([dividend(2, 1)], ['99', '100', '98', '99']);
    expect(Object.keys(desk.state.actions ?? {})).toHaveLength(1);
    desk.step = 200;
    desk.told([], ['99', '100', '98', '99']);
    expect(desk.state.actions).toEqual({});
  });
});

describe('a ratio told as a float', () => {
  it('is the fraction of small numbers that it stands for', () => {
    const ratios = [2, 7, 1.5, 0.1, 0.333333, 1 / 3, 0.0666667, 20, 1.05, 0.142857];
    expect(ratios.map((value) => Object.values(ratioOf(value)).join(':'))).toEqual([
      '2:1',
      '7:1',
      '3:2',
      '1:10',
      '1:3',
      '1:3',
      '1:15',
      '20:1',
      '21:20',
      '1:7',
    ]);
  });
  it('is within what records round off of it, whatever it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1000, noNaN: true }), (value) => {
        const { numerator, denominator } = ratioOf(value);
        expect(Math.abs(Number(numerator) / Number(denominator) / value - 1)).toBeLessThan(7e-6);
      }),
    );
  });
});

describe('any split', () => {
  it('leaves equity explained and as it was, to a part of a cent, and the stop over the whole position', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        (shares, up, down, long) => {
          fc.pre(up !== down);
          const side = long ? 'BUY' : 'SELL';
          const desk = holding(
            String(shares),
            { side, protectiveStop: price(long ? '90' : '110') },
            { instruments: { SPX: instrument('SPX', true) } },
          );
          const before = snapshotOf(desk.state.account, closeAt(1)).equity;
          const at = header(2);
          const noted = noteActions(desk.state, { header: at, records: [split(2, up / down)] });
          const { state } = takeActions(noted.state, at, desk.venue);
          const lost = before - snapshotOf(state.account, closeAt(2)).equity;
          expect(lost >= 0n && lost < 10_000n).toBe(true);
          const held = state.account.positions['SPX']?.quantity ?? 0n;
          const stops = Object.values(state.open).map(({ order }) => termsOf(order).quantity);
          expect(stops).toEqual(held === 0n ? [] : [long ? held : -held]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
