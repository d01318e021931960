import { formatDecimal, money, price, quantity } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { alpacaCommission, ibkrFixedCommission, ibkrTieredCommission, perShareCommission, ratioCommission } from '../src/index.js';
import type { CommissionableFill, CommissionPolicy } from '../src/index.js';

const on = (date: string): UnixNanos => (BigInt(Date.parse(`${date}T15:00:00Z`)) * 1_000_000n) as UnixNanos;
const fillOf = (
  side: 'BUY' | 'SELL',
  shares: string,
  at: string,
  date: string,
  rest: Partial<CommissionableFill> = {},
): CommissionableFill => ({
  side,
  quantity: quantity(shares),
  price: price(at),
  at: on(date),
  liquidity: 'REMOVED',
  ...rest,
});
const cost = (policy: CommissionPolicy, fill: CommissionableFill): string => formatDecimal(policy.commission(fill));
const noDay = { section31: money('0'), tradingActivity: money('0'), auditTrail: money('0') };

describe('Interactive Brokers, fixed', () => {
  it.each([
    ['100', '25', '1'],
    ['1000', '25', '5'],
    ['1000', '0.25', '2.5'],
    ['10', '0.20', '0.02'],
  ])('charges what its price list says for %s shares at %s', (shares, at, expected) => {
    expect(cost(ibkrFixedCommission, fillOf('BUY', shares, at, '2023-06-01'))).toBe(expected);
  });
  it('charges the minimum once for an order that fills in parts', () => {
    const parts = [40, 40, 20];
    let filled = 0n;
    let value = 0n;
    const charged = parts.map((part) => {
      const order = { quantity: quantity(String(filled)), notional: money(String(value)), commission: money('0') };
      filled += BigInt(part);
      value += BigInt(part) * 25n;
      return cost(ibkrFixedCommission, fillOf('BUY', String(part), '25', '2023-06-01', { order }));
    });
    expect(charged).toEqual(['1', '0', '0']);
  });
  it('passes on the regulatory fees of a sale', () => {
    // 1,000 × 0.005, 25,000 × 0.000008 and 1,000 × 0.000145.
    expect(cost(ibkrFixedCommission, fillOf('SELL', '1000', '25', '2023-06-01'))).toBe('5.34');
  });
});

describe('Interactive Brokers, tiered: the examples of its comparison page', () => {
  it.each([
    ['200000', 'REMOVED', '1355.78'],
    ['30000000', 'REMOVED', '139188.1'],
    ['30000000', 'ADDED', '-13811.9'],
  ] as const)('sells %s shares at 5, liquidity %s, for %s', (shares, liquidity, expected) => {
    const policy = ibkrTieredCommission({ addPerShare: quantity('-0.0021') });
    const dollars = Number(cost(policy, fillOf('SELL', shares, '5', '2023-06-01', { liquidity })));
    // The page rounds each line to the cent (and 0.1225 down), the model the order.
    expect(Math.abs(dollars - Number(expected))).toBeLessThanOrEqual(0.01);
  });
  it('counts the shares of the month before', () => {
    const account = { monthQuantity: quantity('299000'), dayFees: noDay };
    // 1,000 at 0.0035 and 1,000 at 0.002, clearing 0.40, exchange 6.00, pass-through 0.004.
    expect(cost(ibkrTieredCommission(), fillOf('BUY', '2000', '50', '2023-06-01', { account }))).toBe('11.9');
  });
});

describe('Alpaca', () => {
  it('charges nothing for a purchase before the audit trail fee', () => {
    expect(cost(alpacaCommission, fillOf('BUY', '100', '50', '2024-06-03'))).toBe('0');
  });
  it('rounds each fee of a sale up to the cent', () => {
    // 5,000 × 0.0000278 = 0.139 and 100 × 0.000166 = 0.0166.
    expect(cost(alpacaCommission, fillOf('SELL', '100', '50', '2024-06-03'))).toBe('0.16');
  });
  it('caps the trading activity fee at 8.30', () => {
    expect(cost(alpacaCommission, fillOf('SELL', '1000000', '1', '2024-06-03'))).toBe(formatDecimal(money('36.1')));
  });
  it('rounds the total of a day and not each fill, as in the example 0.00083 that becomes 0.01', () => {
    const first = fillOf('SELL', '5', '0.01', '2025-06-02');
    // 5 × 0.000166 = 0.00083, and 5 × 0.000035 of the audit trail: a cent each.
    expect(cost(alpacaCommission, first)).toBe('0.02');
    const dayFees = { section31: money('0'), tradingActivity: money('0.00083'), auditTrail: money('0.000175') };
    expect(cost(alpacaCommission, { ...first, account: { monthQuantity: quantity('5'), dayFees } })).toBe('0');
  });
  it('charges no section 31 fee since 2025-05-14', () => {
    expect(cost(alpacaCommission, fillOf('SELL', '100', '5000', '2025-05-13'))).toBe('13.93');
    expect(cost(alpacaCommission, fillOf('SELL', '100', '5000', '2025-05-14'))).toBe('0.03');
  });
});

describe('every commission', () => {
  const policies: readonly [string, CommissionPolicy][] = [
    ['ratio', ratioCommission(quantity('0.001'))],
    ['per share', perShareCommission({ perShare: quantity('0.005'), minimum: money('1'), maximumRatio: quantity('0.01') })],
    ['alpaca', alpacaCommission],
    ['ibkr fixed', ibkrFixedCommission],
    ['ibkr tiered', ibkrTieredCommission()],
  ];
  it.each(policies)('of the model %s is zero or more and whole cents', (_name, policy) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 100_000_000 }),
        fc.boolean(),
        (shares, cents, sells) => {
          const fill = fillOf(sells ? 'SELL' : 'BUY', String(shares), (cents / 10_000).toFixed(4), '2024-11-04');
          const charged = policy.commission(fill);
          expect(charged >= 0n && charged % 10_000_000n === 0n).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
