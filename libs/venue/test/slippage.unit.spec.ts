import { formatDecimal, price, quantity, quantityFromNumber } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  almgrenImpact,
  almgrenSlippage,
  halfSpreadSlippage,
  noSlippage,
  ratioSlippage,
  squareRootSlippage,
  volumeShareSlippage,
} from '../src/index.js';
import type { SlippageContext, SlippagePolicy } from '../src/index.js';

const contextOf = (rest: Partial<SlippageContext> = {}): SlippageContext => ({
  side: 'BUY',
  reference: price('100'),
  tickSize: price('0.01'),
  quantity: quantity('100'),
  ...rest,
});

describe('Almgren, Thum, Hauptmann and Li (2005), table 3: a tenth of the daily volume', () => {
  it.each([
    ['IBM', 1728 / 6.561, 0.0157, 0.1, 20, 22, 32],
    ['IBM', 1728 / 6.561, 0.0157, 0.2, 20, 15, 25],
    ['IBM', 1728 / 6.561, 0.0157, 0.5, 20, 8, 18],
    ['DRI', 168 / 1.929, 0.0226, 0.1, 22, 32, 43],
    ['DRI', 168 / 1.929, 0.0226, 0.2, 22, 21, 32],
    ['DRI', 168 / 1.929, 0.0226, 0.5, 22, 12, 23],
  ])('%s (turnover %f, volatility %f) over %f days', (_name, turnoverDays, dailyVolatility, horizonDays, permanent, temporary, cost) => {
    const impact = almgrenImpact({ volumeShare: 0.1, dailyVolatility, turnoverDays, horizonDays });
    // The table shows whole basis points, and cuts the temporary 8.5 of IBM.
    expect(Math.abs(impact.permanent * 1e4 - permanent)).toBeLessThan(1);
    expect(Math.abs(impact.temporary * 1e4 - temporary)).toBeLessThan(1);
    expect(Math.abs(impact.cost * 1e4 - cost)).toBeLessThan(1);
  });
});

describe('other models', () => {
  it('volume share: gives the 3.0001875 of Zipline’s own test, 5 shares of 200 at 3.00', () => {
    const context = contextOf({ reference: price('3'), quantity: quantity('5'), barVolume: quantity('200'), tickSize: price('0.0000001') });
    expect(formatDecimal(volumeShareSlippage().slip(context))).toBe('3.0001875');
  });
  it('volume share: counts no more than the limit, also when there is no volume', () => {
    const most = volumeShareSlippage().slip(contextOf({ barVolume: quantity('200'), tickSize: price('0.0000001') }));
    expect(formatDecimal(most)).toBe('100.00625');
    expect(volumeShareSlippage().slip(contextOf({ barVolume: quantity('0'), tickSize: price('0.0000001') }))).toBe(most);
  });
  it('square root: a day’s volume costs a day’s volatility', () => {
    const context = contextOf({ quantity: quantity('5000'), averageDailyVolume: quantity('5000'), dailyVolatility: 0.03 });
    expect(formatDecimal(squareRootSlippage().slip(context))).toBe('103');
    expect(formatDecimal(squareRootSlippage().slip({ ...context, side: 'SELL', quantity: quantity('1250') }))).toBe('98.5');
  });
  it('half spread: is half of the spread away, or nothing when the spread is not known', () => {
    expect(formatDecimal(halfSpreadSlippage.slip(contextOf({ spread: price('0.1') })))).toBe('100.05');
    expect(formatDecimal(halfSpreadSlippage.slip(contextOf()))).toBe('100');
  });
});

describe('every model', () => {
  const models: readonly [string, SlippagePolicy][] = [
    ['none', noSlippage],
    ['ratio', ratioSlippage(quantity('0.001'))],
    ['half spread', halfSpreadSlippage],
    ['volume share', volumeShareSlippage()],
    ['square root', squareRootSlippage()],
    ['Almgren', almgrenSlippage()],
  ];
  it.each(models)(
    '%s: never fills better than the reference, stays on the grid and above zero, and costs no less for more',
    (_name, model) => {
      const inputs = [fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), fc.boolean()] as const;
      fc.assert(
        fc.property(...inputs, (cents, shares, sells) => {
          const reference = price((cents / 100).toFixed(2));
          const context = contextOf({
            reference,
            side: sells ? 'SELL' : 'BUY',
            quantity: quantityFromNumber(shares),
            barVolume: quantity('500000'),
          });
          const slipped = model.slip(context);
          const double = model.slip({ ...context, quantity: (context.quantity * 2n) as typeof context.quantity });
          expect(sells ? slipped <= reference && double <= slipped : slipped >= reference && double >= slipped).toBe(true);
          expect(slipped > 0n && slipped % price('0.01') === 0n).toBe(true);
        }),
        { numRuns: 200 },
      );
    },
  );
});
