import { decodeState, encodeState, formatDecimal, isoFromNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { type Bar, barBuilder, type BarBuilderState, CTA_SALES, nyseCalendar, tradingHours } from '../../src/index.js';
import { barPlan, instant, newYork, quote, trade } from './market-ticks.js';

const END = newYork('23:00:00');
const shown = ({ openTime, closeTime, open, high, low, close, volume }: Bar): string =>
  `${isoFromNanos(openTime).slice(11, 19)}-${isoFromNanos(closeTime).slice(11, 19)} ${[open, high, low, close, volume].map(formatDecimal).join(' ')}`;

describe('bars of fixed times', () => {
  it('hold the trades from their open to just before their close', () => {
    const builder = barBuilder(barPlan('1m'));
    builder.addTrade(trade(newYork('09:30:00'), '100', '10'));
    builder.addTrade(trade(newYork('09:30:20'), '101.5', '20'));
    builder.addTrade(trade(newYork('09:30:40'), '99.25', '5'));
    builder.addTrade(trade(newYork('09:30:59.999'), '100.5', '1.5'));
    builder.addTrade(trade(newYork('09:31:00'), '102', '7'));
    const [first, second] = builder.advanceTo(END);
    expect(shown(first!)).toBe('13:30:00-13:31:00 100 101.5 99.25 100.5 36.5');
    expect(shown(second!)).toBe('13:31:00-13:32:00 102 102 102 102 7');
    expect(first?.id).toBe('bar/SPY/1m/2013-10-07T13:31:00.000Z');
  });

  it('close when the grace is over and not before', () => {
    const builder = barBuilder(barPlan('1m', { graceMs: 2_000 }));
    builder.addTrade(trade(newYork('09:30:10'), '100', '1'));
    expect(builder.advanceTo(newYork('09:31:01.999'))).toEqual([]);
    expect(builder.advanceTo(newYork('09:31:02'))).toHaveLength(1);
  });

  it('take a late trade while they are open and refuse it after, leaving the bar as it was told', () => {
    const builder = barBuilder(barPlan('1m', { graceMs: 2_000 }));
    builder.addTrade(trade(newYork('09:30:30'), '100', '1'));
    builder.advanceTo(newYork('09:31:01'));
    expect(builder.addTrade(trade(newYork('09:30:10'), '90', '1'))).toBe('TAKEN');
    expect(builder.advanceTo(newYork('09:31:02')).map(shown)).toEqual(['13:30:00-13:31:00 90 100 90 100 2']);
    expect(builder.addTrade(trade(newYork('09:30:50'), '80', '1'))).toBe('LATE');
    expect(builder.advanceTo(END)).toEqual([]);
  });

  it('know a repeated trade by number and time, and take two equal trades of a source that counts nothing', () => {
    const builder = barBuilder(barPlan('1m'));
    const first = trade(newYork('09:30:10'), '100', '1', { sequence: 7 });
    expect(builder.addTrade(first)).toBe('TAKEN');
    expect(builder.addTrade(first)).toBe('DUPLICATE');
    expect(builder.addTrade({ ...first, at: newYork('09:30:11') })).toBe('TAKEN');
    expect(builder.addTrade({ ...first, sequence: 0 })).toBe('TAKEN');
    expect(builder.addTrade({ ...first, sequence: 0 })).toBe('TAKEN');
    expect(formatDecimal(builder.advanceTo(END)[0]!.volume)).toBe('4');
  });

  it('open with the first and close with the last to arrive of trades that neither time nor number tells apart', () => {
    const builder = barBuilder(barPlan('1m'));
    for (const unitPrice of ['100', '102', '101']) builder.addTrade(trade(newYork('09:30:10'), unitPrice, '1'));
    expect(builder.advanceTo(END).map((bar) => shown(bar).slice(18))).toEqual(['100 102 100 101 3']);
  });

  it('remember as many trades as they are told to, and not more than twice as many', () => {
    const builder = barBuilder(barPlan('1m', { eventsRemembered: 10 }));
    const sales = Array.from({ length: 15 }, (_, index) => trade(newYork('09:30:10'), '1', '1', { sequence: index + 1 }));
    for (const sale of sales) builder.addTrade(sale);
    expect(sales.slice(5).map((sale) => builder.addTrade(sale))).toEqual(sales.slice(5).map(() => 'DUPLICATE'));
    for (let sequence = 16; sequence < 100; sequence += 1) builder.addTrade(trade(newYork('09:30:10'), '1', '1', { sequence }));
    const { older, younger } = builder.save().seen;
    expect((older.length + younger.length) / 2).toBeLessThanOrEqual(20);
  });

  it('say that a repeated trade is one even when its bar is closed', () => {
    const builder = barBuilder(barPlan('1m'));
    const first = trade(newYork('09:30:10'), '100', '1', { sequence: 7 });
    builder.addTrade(first);
    builder.advanceTo(END);
    expect(builder.addTrade(first)).toBe('DUPLICATE');
  });

  it('do not reach over the ends of a session: hours are those of the clock, cut at open and close', () => {
    const builder = barBuilder(barPlan('1h'));
    const outcomes = ['09:29:59', '09:30:00', '10:00:00', '15:59:59', '16:00:00'].map((time) =>
      builder.addTrade(trade(newYork(time), '100', '1')),
    );
    expect(outcomes).toEqual(['OUTSIDE_HOURS', 'TAKEN', 'TAKEN', 'TAKEN', 'OUTSIDE_HOURS']);
    expect(builder.advanceTo(END).map((bar) => shown(bar).slice(0, 17))).toEqual([
      '13:30:00-14:00:00',
      '14:00:00-15:00:00',
      '19:00:00-20:00:00',
    ]);
  });

  it('reach from before the open to after the close when the hours are extended', () => {
    const builder = barBuilder(barPlan('1d', { hours: tradingHours(nyseCalendar, 'EXTENDED') }));
    for (const time of ['04:00:00', '12:00:00', '19:59:59']) expect(builder.addTrade(trade(newYork(time), '100', '1'))).toBe('TAKEN');
    expect(builder.addTrade(trade(newYork('03:59:59'), '100', '1'))).toBe('OUTSIDE_HOURS');
    expect(builder.advanceTo(newYork('19:59:59.999'))).toEqual([]);
    expect(builder.advanceTo(instant('2013-10-08T00:00:00Z')).map(shown)).toEqual(['08:00:00-00:00:00 100 100 100 100 3']);
  });

  it.each([
    ['2013-11-29T12:59:59-05:00', '2013-11-29T18:00:00.000Z', 'closes at 13:00 after Thanksgiving'],
    ['2013-03-08T15:00:00-05:00', '2013-03-08T21:00:00.000Z', 'is five hours behind UTC before the clocks change'],
    ['2013-03-11T15:00:00-04:00', '2013-03-11T20:00:00.000Z', 'is four hours behind UTC after'],
  ])('of a day with a trade at %s close at %s: New York %s', (at, close) => {
    const builder = barBuilder(barPlan('1d'));
    expect(builder.addTrade(trade(instant(at), '100', '1'))).toBe('TAKEN');
    const [bar] = builder.advanceTo(instant(`${at.slice(0, 10)}T23:59:00Z`));
    expect(isoFromNanos(bar!.closeTime)).toBe(close);
    expect(bar!.id).toBe(`bar/SPY/1d/${at.slice(0, 10)}`);
  });

  it('of a week go from the first open to the last close, holidays or not', () => {
    const builder = barBuilder(barPlan('1w'));
    for (const day of ['25', '26', '27', '29']) builder.addTrade(trade(instant(`2013-11-${day}T15:00:00Z`), day, '1'));
    expect(builder.addTrade(trade(instant('2013-11-28T15:00:00Z'), '1', '1'))).toBe('OUTSIDE_HOURS');
    const [week] = builder.advanceTo(instant('2013-12-02T00:00:00Z'));
    expect(week?.id).toBe('bar/SPY/1w/2013-11-29');
    expect(isoFromNanos(week!.openTime)).toBe('2013-11-25T14:30:00.000Z');
    expect(isoFromNanos(week!.closeTime)).toBe('2013-11-29T18:00:00.000Z');
  });

  it('refuse prices that are none', () => {
    const builder = barBuilder(barPlan('1m'));
    expect(builder.addTrade(trade(newYork('10:00:00'), '0', '1'))).toBe('UNUSABLE');
    expect(builder.addTrade(trade(newYork('10:00:00'), '-1', '1'))).toBe('UNUSABLE');
    expect(builder.addQuote(quote(newYork('10:00:00'), '0', '10'))).toBe('UNUSABLE');
    expect(builder.addQuote(quote(newYork('10:00:00'), '10.02', '10.01'))).toBe('UNUSABLE');
  });

  it('of quotes are of mid prices, exact to half a tick, and have no volume', () => {
    const builder = barBuilder(barPlan('1m'));
    builder.addQuote(quote(newYork('10:00:00'), '10.01', '10.02'));
    builder.addQuote(quote(newYork('10:00:30'), '10.02', '10.02'));
    expect(builder.advanceTo(END).map(shown)).toEqual(['14:00:00-14:01:00 10.015 10.02 10.015 10.02 0']);
  });

  it('refuse an interval of hours that is longer than a day', () => {
    expect(() => barBuilder(barPlan('25h'))).toThrow(RangeError);
  });
});

describe('sale conditions', () => {
  const cta = (...sales: readonly (readonly [price: string, quantity: string, condition: string])[]): readonly string[] => {
    const builder = barBuilder(barPlan('1m', { sales: CTA_SALES }));
    sales.forEach(([unitPrice, amount, condition], index) =>
      builder.addTrade(
        trade(newYork(`09:30:${10 + index}`), unitPrice, amount, { conditions: condition === '' ? [] : condition.split('') }),
      ),
    );
    return builder.advanceTo(END).map((bar) => shown(bar).slice(18));
  };

  it.each([
    [
      'odd lots add volume alone',
      [
        ['100', '100', '@'],
        ['105', '5', '@I'],
        ['99', '100', '@'],
      ],
      '100 100 99 99 205',
    ],
    [
      'derivatively priced sales move high and low, not the last',
      [
        ['100', '100', ''],
        ['105', '100', '4'],
      ],
      '100 105 100 100 200',
    ],
    ['a sale out of turn is the last when it is alone', [['105', '100', 'Z']], '105 105 105 105 100'],
    [
      'a sale out of turn gives way to a regular one',
      [
        ['105', '100', 'Z'],
        ['100', '100', '@'],
      ],
      '100 105 100 100 200',
    ],
    [
      'official prices repeat what was traded',
      [
        ['100', '100', '@'],
        ['100', '5000', 'Q'],
      ],
      '100 100 100 100 100',
    ],
    [
      'an unknown condition adds volume alone',
      [
        ['100', '100', '@'],
        ['500', '100', '?'],
      ],
      '100 100 100 100 200',
    ],
  ] as const)('%s', (_rule, sales, expected) => expect(cta(...sales)).toEqual([expected]));

  it('make no bar of volume without any price, and a flat one at the last price known', () => {
    const builder = barBuilder(barPlan('1m', { sales: CTA_SALES }));
    builder.addTrade(trade(newYork('09:30:10'), '105', '5', { conditions: ['I'] }));
    builder.addTrade(trade(newYork('09:31:10'), '100', '100'));
    builder.addTrade(trade(newYork('09:32:10'), '105', '5', { conditions: ['I'] }));
    expect(builder.advanceTo(END).map(shown)).toEqual(['13:31:00-13:32:00 100 100 100 100 100', '13:32:00-13:33:00 100 100 100 100 5']);
  });
});

describe('counted bars', () => {
  const bars = (interval: string, sales: readonly (readonly [string, string])[]): readonly string[] => {
    const builder = barBuilder(barPlan(interval));
    sales.forEach(([unitPrice, amount], index) => builder.addTrade(trade(newYork(`09:30:${10 + index}`), unitPrice, amount)));
    return builder.advanceTo(END).map((bar) => shown(bar));
  };

  it('of trades end with every n-th', () => {
    expect(
      bars('tick-2', [
        ['1', '5'],
        ['2', '5'],
        ['3', '5'],
      ]),
    ).toEqual(['13:30:10-13:30:11 1 2 1 2 10', '13:30:12-20:00:00 3 3 3 3 5']);
  });

  it('of units divide the trade that overfills one, exactly', () => {
    expect(
      bars('volume-10', [
        ['1', '4'],
        ['2', '8.5'],
        ['3', '1'],
      ]),
    ).toEqual(['13:30:10-13:30:11 1 2 1 2 10', '13:30:11-20:00:00 2 3 2 3 3.5']);
  });

  it('that one trade fills close one nanosecond after another, so that no two of a symbol share an instant', () => {
    const builder = barBuilder(barPlan('volume-10'));
    builder.addTrade(trade(newYork('09:30:10'), '2', '25'));
    const filled = builder.advanceTo(newYork('09:31:00'));
    expect(filled.map((bar) => bar.closeTime - newYork('09:30:10'))).toEqual([0n, 1n]);
    expect(new Set(filled.map((bar) => bar.id)).size).toBe(2);
    expect(builder.advanceTo(END).map(shown)).toEqual(['13:30:10-20:00:00 2 2 2 2 5']);
  });

  it('of dollars divide to the smallest unit and lose none of it', () => {
    const filled = bars('dollar-100', [
      ['30', '2'],
      ['30', '3'],
      ['30', '3'],
    ]);
    const volumes = filled.map((bar) => Number(bar.split(' ').at(-1)));
    expect(filled).toHaveLength(3);
    expect(volumes[0]).toBe(3.333333334);
    expect(volumes.reduce((sum, volume) => sum + volume, 0)).toBeCloseTo(8, 12);
  });

  it('take trades in order of time, however they come within the grace', () => {
    const builder = barBuilder(barPlan('tick-2', { graceMs: 5_000 }));
    for (const [second, unitPrice] of [
      [13, '4'],
      [10, '1'],
      [12, '3'],
      [11, '2'],
    ] as const)
      builder.addTrade(trade(newYork(`09:30:${second}`), unitPrice, '1'));
    expect(builder.advanceTo(newYork('09:31:00')).map((bar) => shown(bar).slice(18))).toEqual(['1 2 1 2 2', '3 4 3 4 2']);
    expect(builder.addTrade(trade(newYork('09:30:14'), '1', '1'))).toBe('LATE');
  });

  it('do not reach over the end of a session', () => {
    const builder = barBuilder(barPlan('tick-3'));
    builder.addTrade(trade(newYork('15:59:59'), '1', '1'));
    builder.addTrade(trade(instant('2013-10-08T13:30:00Z'), '2', '1'));
    expect(builder.advanceTo(instant('2013-10-09T00:00:00Z')).map(shown)).toEqual([
      '19:59:59-20:00:00 1 1 1 1 1',
      '13:30:00-20:00:00 2 2 2 2 1',
    ]);
  });
});

describe('counted bars of the next session', () => {
  it.each(['tick-3', 'volume-3', 'dollar-3'])('begin at nothing: %s', (interval) => {
    const builder = barBuilder(barPlan(interval));
    for (const clock of ['15:59:58', '15:59:59']) builder.addTrade(trade(newYork(clock), '1', '1'));
    for (const second of ['01', '02', '03']) builder.addTrade(trade(instant(`2013-10-08T13:30:${second}Z`), '1', '1'));
    expect(builder.advanceTo(instant('2013-10-08T14:00:00Z')).map(shown)).toEqual([
      '19:59:58-20:00:00 1 1 1 1 2',
      '13:30:01-13:30:03 1 1 1 1 3',
    ]);
  });
});

describe('closing prints', () => {
  const closing = (clock: string, unitPrice: string, condition = '6') =>
    trade(newYork(clock), unitPrice, '500', { conditions: [condition] });
  const MINUTE_MS = 60_000;

  it.each(['1m', '1h', '1d', 'tick-100', 'volume-100000'])(
    'that come within the closing time are the last trade of the last bar of %s',
    (interval) => {
      const builder = barBuilder(barPlan(interval, { sales: CTA_SALES, closingMs: 5 * MINUTE_MS, graceMs: 1_000 }));
      builder.addTrade(trade(newYork('15:59:59'), '100', '1'));
      expect([...builder.advanceTo(newYork('16:00:01')), ...builder.advanceTo(newYork('16:00:30'))]).toEqual([]);
      expect(builder.addTrade(closing('16:00:07', '101'))).toBe('TAKEN');
      expect(builder.addTrade(closing('16:00:08', '200', '@'))).toBe('OUTSIDE_HOURS');
      expect(builder.advanceTo(newYork('16:05:00.999'))).toEqual([]);
      const [bar, ...others] = builder.advanceTo(newYork('16:05:02'));
      expect(shown(bar!).slice(9)).toBe('20:00:00 100 101 100 101 501');
      expect(others).toEqual([]);
      expect(builder.addTrade(closing('16:04:59', '102'))).toBe('LATE');
    },
  );

  it('are after hours when the plan gives them no time, and when they come too late', () => {
    expect(barBuilder(barPlan('1m', { sales: CTA_SALES })).addTrade(closing('16:00:07', '101'))).toBe('OUTSIDE_HOURS');
    expect(barBuilder(barPlan('1m', { sales: CTA_SALES, closingMs: 5_000 })).addTrade(closing('16:00:07', '101'))).toBe('OUTSIDE_HOURS');
  });

  it('are trades like others in the middle of the day, and in extended hours', () => {
    const builder = barBuilder(barPlan('1m', { sales: CTA_SALES, closingMs: MINUTE_MS, hours: tradingHours(nyseCalendar, 'EXTENDED') }));
    builder.addTrade(closing('12:00:00', '100'));
    builder.addTrade(closing('16:00:07', '101'));
    expect(builder.advanceTo(newYork('17:00:00')).map((bar) => shown(bar).slice(0, 17))).toEqual([
      '16:00:00-16:01:00',
      '20:00:00-20:01:00',
    ]);
  });

  it('do not hold up the bars before the last', () => {
    const builder = barBuilder(barPlan('1m', { closingMs: 5 * MINUTE_MS }));
    builder.addTrade(trade(newYork('15:58:59'), '100', '1'));
    expect(builder.advanceTo(newYork('15:59:00'))).toHaveLength(1);
  });
});

describe('a builder that is saved', () => {
  it.each(['1m', '1d', 'tick-2', 'volume-10', 'dollar-100'])('goes on in the middle of a bar of %s as if it had not been', (interval) => {
    const sales = Array.from({ length: 40 }, (_, index) =>
      trade(newYork(`10:0${Math.floor(index / 20)}:${10 + (index % 20)}`), String(10 + (index % 7)), String(1 + (index % 5)), {
        sequence: index + 1,
      }),
    );
    const run = (restarts: boolean): readonly Bar[] => {
      const found: Bar[] = [];
      let builder = barBuilder(barPlan(interval, { graceMs: 3_000 }));
      for (const sale of sales) {
        builder.addTrade(sale);
        builder.addTrade(sale);
        found.push(...builder.advanceTo(sale.at));
        if (restarts)
          builder = barBuilder(
            barPlan(interval, { graceMs: 3_000 }),
            decodeState<BarBuilderState>(JSON.parse(JSON.stringify(encodeState(builder.save())))),
          );
      }
      return [...found, ...builder.advanceTo(END)];
    };
    expect(run(true)).toEqual(run(false));
    expect(run(false).length).toBeGreaterThan(0);
  });

  it('refuses the state of another kind of bars', () => {
    expect(() => barBuilder(barPlan('1m'), barBuilder(barPlan('tick-2')).save())).toThrow(RangeError);
  });
});
