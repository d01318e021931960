import { price, quantity } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { DENY_CODES } from '../src/index.js';
import { noShort } from '../src/checks/no-short.js';
import { ORDER_CHECKS, SIGNAL_CHECKS } from '../src/checks/sequence.js';
import { EXPOSURE_LIMITS } from '../src/limits/sequence.js';
import { CASES, enter, judged, merged, strategies } from './check-cases.js';
import { executions, exitOf, Guard, held, profile } from './fixtures.js';

describe('each limit of the profile', () => {
  it.each(CASES)('denies with %s, and not what is just inside it', (code, fires, passes) => {
    expect(judged(fires)).toEqual([code]);
    expect(judged(passes)).toEqual([expect.stringMatching(/^[A-D]{3} \d+(\.\d+)?$/)]);
  });
  it.each(CASES.filter(([code]) => code !== 'LOT_ROUNDS_TO_ZERO'))('of %s is silent in the demo profile', (_code, fires) => {
    expect(judged({ ...fires, limits: {} })).toEqual([expect.stringMatching(/^[A-D]{3} \d+$/)]);
  });
});

describe('no limit but the opposite order', () => {
  it.each(CASES.filter(([code]) => !['OPPOSITE_ORDER_WORKING', 'LOT_ROUNDS_TO_ZERO'].includes(code)))(
    'keeps a position on: %s',
    (_code, fires) => {
      const exiting = { ...fires, positions: [held('AAA', '7', '100')], signals: (step: number) => [exitOf(step, 'AAA')] };
      expect(judged({ ...exiting, input: { ...fires.input, header: executions(1, '0').header } })).toEqual(['AAA 7']);
    },
  );
});

describe('an exit of a short position', () => {
  it('buys it back', () => {
    const guard = new Guard(profile('demo'));
    guard.decide(
      (step) => [exitOf(step, 'AAA')],
      (step) => executions(step, '100000', [held('AAA', '-7', '100')]),
    );
    expect(guard.reached.verdicts).toMatchObject([
      { intent: { side: 'BUY', type: 'MARKET', purpose: 'signal:exit', quantity: quantity('7') } },
    ]);
  });
});

describe('the last line against selling short', () => {
  it('denies a sale beyond what is held and not being sold, whoever sized it', () => {
    const symbol = 'AAA';
    const book = { holding: () => ({ quantity: quantity('7') }), reducing: () => quantity('2') };
    const sale = (amount: string) =>
      noShort.check({ side: 'SELL', quantity: quantity(amount), instrument: { symbol } } as never, { book } as never);
    expect(sale('5')).toBeUndefined();
    expect(sale('6')).toEqual({ code: 'SHORT_NOT_ALLOWED', parameters: { quantity: '6' } });
  });
});

describe('an exit of a position with a fraction of a lot', () => {
  it('sells its whole lots', () => {
    expect(judged({ signals: (step) => [exitOf(step, 'AAA')], positions: [held('AAA', '7.5', '100')] })).toEqual(['AAA 7']);
  });
});

describe('an intent', () => {
  it('carries the price of the decision, the profit target and the strategy that pays', () => {
    const guard = new Guard(profile('demo', merged({ strategies, sizing: { takeProfitAtrMultiple: '6.004' } })));
    guard.decide(enter(), (step) => executions(step, '100000'));
    expect(guard.reached.verdicts).toMatchObject([
      { intent: { referencePrice: price('100'), takeProfit: price('106'), protectiveStop: price('97'), strategy: 'trend' } },
    ]);
  });
});

describe('the order of the checks', () => {
  it('is fixed: idempotency, state of trading, subject, data, what stands in the way; then the order, its stop, the portfolio', () => {
    expect(SIGNAL_CHECKS.map(({ name }) => name)).toEqual(
      (
        'duplicate trading-state known-account known-instrument account-currency unrestricted permitted-asset approved-strategy fresh-data trusted-data ' +
        'unexpired warm confidence position-to-exit opposite-order price-collar price-range price-band current-bar trading-hours order-rate open-orders ' +
        'positions day-trading entry-drawdown known-history'
      ).split(' '),
    );
    expect(EXPOSURE_LIMITS.map(({ code }) => code)).toEqual(
      (
        'CASH_INSUFFICIENT CASH_UNSETTLED BUYING_POWER POSITION_LIMIT SECTOR_LIMIT GROSS_LIMIT NET_LIMIT CONCENTRATION TRADE_RISK VOLUME_SHARE ' +
        'BUCKET_BUDGET STRATEGY_BUDGET'
      ).split(' '),
    );
    expect(ORDER_CHECKS.map(({ name }) => name)).toEqual(
      (
        'trades-per-day fat-finger quantity-limit lot-size minimum-notional no-short stop-distance reward-to-risk daily-loss-budget ' +
        'correlation portfolio-risk beta impact'
      ).split(' '),
    );
  });
  it('is at least thirty checks long', () => {
    expect(SIGNAL_CHECKS.length + EXPOSURE_LIMITS.length + ORDER_CHECKS.length).toBeGreaterThanOrEqual(30);
    expect(Object.keys(DENY_CODES).length).toBeGreaterThan(60);
  });
});
