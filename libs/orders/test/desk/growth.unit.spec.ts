import { describe, expect, it } from 'vitest';

import { exit, intent } from '../fixtures.js';
import { P, Q, Trading } from './trading.js';

const DAY_SECONDS = 86_400;
const DAYS = 12;
const ROUND_TRIPS = 12;

const bytesOf = (value: unknown): number =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each)).length;

/** One day of round trips, each with its stop, and somebody's order by hand. */
const trade = (desk: Trading, day: number): void => {
  for (let turn = 0; turn < ROUND_TRIPS; turn += 1) {
    const [entry, out] = [`tw-in-${day}-${turn}`, `tw-out-${day}-${turn}`];
    desk.place([intent({ clientOrderId: entry, protectiveStop: P('95') })]).settle();
    desk.venue.fill(entry, Q('10'), P('100'));
    desk
      .settle()
      .place([exit({ clientOrderId: out })])
      .settle();
    desk.venue.fill(out, Q('10'), P('100'));
    desk.settle();
  }
  const id = `by-hand-${day}`;
  desk.venue.submit({
    clientOrderId: id,
    symbol: desk.order(`tw-in-${day}-0`)!.intent.symbol,
    side: 'BUY',
    type: 'LIMIT',
    limitPrice: P('1'),
    timeInForce: 'DAY',
    quantity: Q('1'),
  });
  desk.deliver();
  desk.venue.cancel(id);
  desk.deliver().reconcile().pass(DAY_SECONDS).reconcile();
};

describe('a desk that trades for weeks', () => {
  it('remembers no more after a fortnight than after a week, and writes no more for a trade', () => {
    const desk = new Trading();
    const remembered: number[] = [];
    const written: number[] = [];
    for (let day = 0; day < DAYS; day += 1) {
      const before = desk.history.length;
      trade(desk, day);
      remembered.push(bytesOf(desk.state));
      written.push(bytesOf(desk.history.slice(before)) / ROUND_TRIPS);
    }
    const [week, fortnight] = [remembered[DAYS / 2 - 1]!, remembered[DAYS - 1]!];
    expect(fortnight / week).toBeLessThan(1.02);
    expect(written[DAYS - 1]! / written[0]!).toBeLessThan(1.1);
    expect(Object.keys(desk.state.desk.names).filter((name) => desk.state.desk.names[name] === '').length).toBeLessThan(5);
  });
});
