import { money, quantity, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { capitalInUse } from '../src/index.js';
import { ExposureBook } from '../src/exposure-book.js';
import { withStrategyFills } from '../src/strategy-holdings.js';
import type { StrategyHoldings } from '../src/strategy-holdings.js';
import { executions, held, INSTRUMENTS, profile } from './fixtures.js';

const trial = profile('trial');
const bookOf = (holdings: StrategyHoldings) =>
  new ExposureBook(
    executions(1, '50000', [held('AAA', '300', '100'), held('CCC', '200', '100')]).account,
    {},
    INSTRUMENTS,
    trial,
    holdings,
  );

describe('capital buckets', () => {
  it('are four, with what strategies have in use and the reserve of nobody', () => {
    const { capital, equity } = bookOf({ AAA: { baseline: quantity('300') }, CCC: { 'baseline-conviction': quantity('50') } });
    expect(capital.report(equity)).toEqual([
      { name: 'bucket:core', used: money('5000'), budget: money('50000') },
      { name: 'bucket:growth', used: money('30000'), budget: money('30000') },
      { name: 'bucket:opportunistic', used: money('0'), budget: money('10000') },
      { name: 'bucket:reserve', used: money('0'), budget: money('10000') },
      { name: 'strategy:baseline-conviction', used: money('5000'), budget: money('50000') },
      { name: 'strategy:baseline', used: money('30000'), budget: money('30000') },
    ]);
    const account = executions(1, '50000', [held('AAA', '300', '100'), held('CCC', '200', '100')]).account;
    const strategyHoldings = { AAA: { baseline: quantity('300') }, CCC: { 'baseline-conviction': quantity('50') } };
    expect(capitalInUse(account, { pending: {}, strategyHoldings }, INSTRUMENTS, trial)).toEqual(capital.report(equity));
    expect(capitalInUse(account, { pending: {}, strategyHoldings }, INSTRUMENTS, profile('demo'))).toEqual([]);
    expect(capital.strategyRoom('baseline', equity)).toBe(money('0'));
    expect(capital.bucketRoom('baseline-conviction', equity)).toBe(money('45000'));
  });
  it('have room for nobody that the profile does not know, and no limit on what is the account’s own', () => {
    const { capital, equity } = bookOf({ AAA: { gone: quantity('300') } });
    expect(capital.strategyRoom('gone', equity)).toBeUndefined();
    expect(capital.bucketRoom('', equity)).toBeUndefined();
    expect(capital.report(equity).every(({ used }) => used === 0n)).toBe(true);
  });
  it('never count more of a position than is held, should more have been bought than is left', () => {
    expect(bookOf({ AAA: { baseline: quantity('900') } }).capital.report(money('100000'))[1]).toMatchObject({ used: money('30000') });
  });
});

describe('what a strategy holds', () => {
  const fill = (clientOrderId: string, side: 'BUY' | 'SELL', amount: string) => ({
    clientOrderId,
    symbol: symbolOf('AAA'),
    side,
    quantity: quantity(amount),
    price: 0n as never,
    leaves: quantity('0'),
  });
  const reservation = (clientOrderId: string, strategy: string) => ({ [clientOrderId]: { clientOrderId, strategy } as never });
  const known = { ...reservation('t', 'trend'), ...reservation('d', 'dip'), ...reservation('own', '') };
  it('grows with its entries, and falls with its own exits first', () => {
    const bought = withStrategyFills({}, [fill('t', 'BUY', '10'), fill('d', 'BUY', '5'), fill('own', 'BUY', '3')], known);
    expect(bought).toEqual({ AAA: { trend: quantity('10'), dip: quantity('5') } });
    expect(withStrategyFills(bought, [fill('t', 'SELL', '12')], known)).toEqual({ AAA: { dip: quantity('3') } });
    expect(withStrategyFills(bought, [fill('stop', 'SELL', '6')], known)).toEqual({ AAA: { trend: quantity('9') } });
    expect(withStrategyFills(bought, [fill('stop', 'SELL', '99')], known)).toEqual({});
  });
});
