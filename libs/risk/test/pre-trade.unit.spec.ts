import type { OrderEvent } from '@tradewind/orders';
import { accountIdOf, money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { decideCommand, intentsOf } from '../src/index.js';
import type { RiskState } from '../src/index.js';
import { ACCOUNT, at, executions, exitOf, Guard, header, held, profile, signal } from './fixtures.js';

const cashOnly =
  (cash = '100000') =>
  (step: number) =>
    executions(step, cash);
const one =
  (changes = {}, symbol = 'AAA') =>
  (step: number) => [signal(step, symbol, changes)];
const poorData = (step: number) => ({ ...executions(step, '100000'), lowQuality: [{ symbol: symbolOf('AAA'), score: 0.94 }] });
const inCanada = (step: number) => {
  const report = executions(step, '100000');
  return { ...report, account: { ...report.account, currency: 'CAD' } };
};
const codes = (guard: Guard): readonly string[] => guard.codes;

const roomy = profile('demo', { limits: { positionMax: '0.5', sectorMax: '0.9', priceCollar: '0.03' }, sizing: { volatilityTarget: '2' } });
const verdict = (
  decisions: Parameters<Guard['decide']>[0],
  report: Parameters<Guard['decide']>[1] = cashOnly(),
  limits = roomy,
  before?: (state: RiskState) => RiskState,
) => {
  const guard = new Guard(limits).decide(() => [], report);
  guard.state = before?.(guard.state) ?? guard.state;
  return guard.decide(decisions, report);
};

describe('an approved entry', () => {
  const guard = verdict(one());
  const approved = guard.reached.verdicts[0];
  it('is a limit order for the day at the collar, sized at that price, with an ATR stop', () => {
    expect(approved).toMatchObject({
      status: 'APPROVED',
      id: 'vd/sg/AAA/1',
      causes: ['sg/AAA/1'],
      intent: {
        type: 'LIMIT',
        timeInForce: 'DAY',
        side: 'BUY',
        limitPrice: price('103'),
        quantity: quantity('485'),
        protectiveStop: price('97'),
        purpose: 'signal:enter',
      },
    });
  });
  it('has a client order id that follows from the verdict alone', () => {
    expect(intentsOf(guard.reached)[0]?.clientOrderId).toMatch(/^tw-[0-9a-f]{20}$/);
    expect(intentsOf(verdict(one()).reached)).toEqual(intentsOf(guard.reached));
    expect(intentsOf(verdict(one({}, 'BBB')).reached)[0]?.clientOrderId).not.toBe(intentsOf(guard.reached)[0]?.clientOrderId);
  });
});

describe('an approved exit', () => {
  it('sells the whole position at market, good till it is done', () => {
    const guard = verdict(
      (step) => [exitOf(step, 'AAA')],
      (step) => executions(step, '0', [held('AAA', '7', '100')]),
    );
    expect(intentsOf(guard.reached)).toMatchObject([
      { side: 'SELL', type: 'MARKET', timeInForce: 'GTC', quantity: quantity('7'), purpose: 'signal:exit' },
    ]);
  });
  it('passes while trading is reducing, at the trade limit and beyond the largest order', () => {
    const tight = profile('demo', { limits: { tradesPerDayMax: 1, orderNotionalMaxUsd: '1001', orderNotionalMinUsd: '1000' } });
    const guard = verdict(
      (step) => [exitOf(step, 'AAA'), exitOf(step, 'BBB')],
      (step) => executions(step, '0', [held('AAA', '70', '100'), held('BBB', '1', '100')]),
      tight,
      (state) => ({ ...state, trading: { ...state.trading, status: 'REDUCING' } }),
    );
    expect(guard.codes).toEqual(['AAA 70', 'BBB 1']);
  });
});

describe('each check denies with its code', () => {
  const cases: readonly (readonly [string, Guard])[] = [
    ['DUPLICATE_SIGNAL', verdict(one(), cashOnly(), roomy, (state) => ({ ...state, lastSignals: { AAA: at(1) } }))],
    ['TRADING_HALTED', verdict(one(), cashOnly(), roomy, (state) => ({ ...state, trading: { ...state.trading, status: 'HALTED' } }))],
    ['TRADING_REDUCING', verdict(one(), cashOnly(), roomy, (state) => ({ ...state, trading: { ...state.trading, status: 'REDUCING' } }))],
    ['UNKNOWN_ACCOUNT', verdict(one(), cashOnly(), roomy, (state) => ({ ...state, accountId: accountIdOf('other') }))],
    ['UNKNOWN_INSTRUMENT', verdict(one({}, 'ZZZ'))],
    ['CURRENCY_MISMATCH', verdict(one(), inCanada)],
    ['STALE_DATA', verdict(one({ at: at(0) }))],
    ['STALE_DATA', verdict(one({ at: at(2) }))],
    ['DATA_QUALITY', verdict(one(), poorData)],
    ['SIGNAL_EXPIRED', verdict(one({ expiresAtStep: 0 }))],
    ['WARM_UP', verdict(one({ atr: Number.NaN }))],
    ['NO_POSITION', verdict((step) => [exitOf(step, 'AAA')])],
    ['PRICE_COLLAR', verdict(one({ referencePrice: 104 }), (step) => executions(step, '100000', [held('AAA', '1', '100')]))],
    ['NO_EDGE', verdict(one({ probabilityUp: 0.5 }))],
    ['NO_EDGE', verdict(one({ expectedLoss: 0 }))],
    ['ALREADY_AT_TARGET', verdict(one(), (step) => executions(step, '55000', [held('AAA', '450', '100')]))],
    ['CASH_INSUFFICIENT', verdict(one({}, 'CCC'), (step) => executions(step, '2000', [held('AAA', '980', '100')]))],
    [
      'BUYING_POWER',
      verdict(one({}, 'CCC'), cashOnly(), profile('demo', { limits: { buyingPowerMultiple: '0.001', positionMax: '0.5' } })),
    ],
    ['POSITION_LIMIT', verdict(one({ referencePrice: 60_000 }), cashOnly())],
    ['SECTOR_LIMIT', verdict(one({}, 'BBB'), (step) => executions(step, '10000', [held('AAA', '900', '100')]))],
    ['GROSS_LIMIT', verdict(one({}, 'CCC'), (step) => executions(step, '5000', [held('AAA', '500', '100'), held('BBB', '450', '100')]))],
    [
      'TRADES_PER_DAY',
      verdict(one(), cashOnly(), roomy, (state) => ({ ...state, sessionDay: state.sessionDay + 1, tradesThisSession: 10 })),
    ],
    ['FAT_FINGER', verdict(one(), cashOnly(), profile('demo', { limits: { orderNotionalMaxUsd: '5000' } }))],
    ['LOT_ROUNDS_TO_ZERO', verdict(one({ referencePrice: 30_000, sizeMultiplier: 0.5, atr: 10 }), cashOnly(), roomy)],
    ['NOTIONAL_TOO_SMALL', verdict(one({ sizeMultiplier: 0.01 }))],
  ];
  it.each(cases)('%s', (code, guard) => expect(codes(guard)).toEqual([code]));

  it('REDUCTION_WORKING, until the reduction is reported done', () => {
    const position = (step: number, events: readonly OrderEvent[] = []) => executions(step, '0', [held('AAA', '7', '100')], events);
    const guard = verdict((step) => [exitOf(step, 'AAA')], position);
    const [order] = intentsOf(guard.reached);
    expect(guard.decide((step) => [exitOf(step, 'AAA')], position).codes).toEqual(['REDUCTION_WORKING']);
    const cancelled = {
      type: 'OrderCanceled',
      id: 'x',
      clientOrderId: order!.clientOrderId,
      symbol: symbolOf('AAA'),
      at: at(3),
      causes: [],
      reason: 'x',
    } as const;
    expect(
      guard.decide(
        (step) => [exitOf(step, 'AAA')],
        (step) => position(step, [cancelled]),
      ).codes,
    ).toEqual(['AAA 7']);
  });
});

describe('the order of the checks', () => {
  it('asks for idempotency first, then the trading state, then what it is about', () => {
    const worst = one({ at: at(0), expiresAtStep: 0, atr: Number.NaN }, 'ZZZ');
    const halted = (state: RiskState): RiskState => ({ ...state, trading: { ...state.trading, status: 'HALTED' } });
    expect(codes(verdict(worst, cashOnly(), roomy, (state) => ({ ...halted(state), lastSignals: { ZZZ: at(0) } })))).toEqual([
      'DUPLICATE_SIGNAL',
    ]);
    expect(codes(verdict(worst, cashOnly(), roomy, halted))).toEqual(['TRADING_HALTED']);
    expect(codes(verdict(worst))).toEqual(['UNKNOWN_INSTRUMENT']);
    expect(codes(verdict(one({ at: at(0), expiresAtStep: 0, atr: Number.NaN })))).toEqual(['STALE_DATA']);
    expect(codes(verdict(one({ expiresAtStep: 0, atr: Number.NaN })))).toEqual(['SIGNAL_EXPIRED']);
  });
});

describe('poor market data', () => {
  it('lets an exit pass, and the entry of another symbol', () => {
    const report = (step: number) => ({
      ...executions(step, '100000', [held('AAA', '7', '100')]),
      lowQuality: [{ symbol: symbolOf('AAA'), score: 0.9 }],
    });
    expect(verdict((step) => [exitOf(step, 'AAA'), signal(step, 'BBB')], report).codes).toEqual([
      'AAA 7',
      expect.stringMatching(/^BBB \d+$/),
    ]);
  });
});

describe('reservation', () => {
  it('lets later signals of a step see what earlier ones took', () => {
    expect(verdict((step) => [signal(step, 'DDD'), signal(step, 'CCC'), signal(step, 'AAA'), signal(step, 'BBB')]).codes).toEqual([
      'AAA 485',
      'BBB 388',
      'CCC 49',
      'GROSS_LIMIT',
    ]);
  });
  it('holds over steps until the order is reported filled, closed, or lost', () => {
    const guard = verdict(one());
    const [order] = intentsOf(guard.reached);
    expect(guard.decide(one(), cashOnly()).codes).toEqual(['ALREADY_AT_TARGET']);
    const filled = {
      type: 'OrderFilled',
      id: 'x',
      clientOrderId: order!.clientOrderId,
      symbol: symbolOf('AAA'),
      at: at(3),
      causes: [],
      fillId: 'f',
      side: 'BUY',
      quantity: quantity('485'),
      price: price('100'),
      commission: money('0'),
      slippage: money('0'),
      leavesQuantity: quantity('0'),
    } as const;
    const free = structuredClone(guard.state);
    guard.decide(
      () => [],
      (step) => executions(step, '51500', [held('AAA', '485', '100')], [filled]),
    );
    expect(guard.state.pending).toEqual({});
    guard.state = free;
    guard.equity('100000');
    expect(guard.state.pending).toEqual({});
  });
  it('frees nothing for an exit that has not filled', () => {
    const report = (step: number) => executions(step, '1000', [held('AAA', '485', '100')]);
    expect(verdict((step) => [signal(step, 'CCC'), exitOf(step, 'AAA')], report).codes).toEqual(['AAA 485', 'CASH_INSUFFICIENT']);
  });
});

describe('signals', () => {
  it('that validation rejected get no verdict', () => {
    expect(verdict(one({ status: 'REJECTED', rejectionCode: 'X' })).reached.verdicts).toEqual([]);
  });
  it('are judged once even when sent twice', () => {
    expect(verdict((step) => [signal(step, 'AAA'), signal(step, 'AAA')]).reached.verdicts).toHaveLength(1);
  });
});

describe('commands', () => {
  const start = new Guard(roomy).equity('100000').state;
  const command = (type: 'Halt' | 'Resume', changes = {}) => ({
    type,
    id: `${type}-1`,
    accountId: ACCOUNT,
    actor: 'ada',
    reason: 'drill',
    at: at(1),
    ...changes,
  });
  it('halt at once, say so, and are ignored when repeated', () => {
    const halted = decideCommand(start, command('Halt'), roomy);
    expect(halted.changed).toMatchObject({
      previous: 'ACTIVE',
      state: { status: 'HALTED', actor: 'ada', reason: 'drill' },
      causes: ['Halt-1'],
    });
    expect(decideCommand(halted.state, command('Halt'), roomy).refusal).toBe('COMMAND_REPEATED');
    expect(decideCommand(halted.state, command('Halt', { id: 'other' }), roomy).refusal).toBe('ALREADY_SO');
  });
  it('resume needs an actor and a reason, and measures drawdown anew', () => {
    const halted = { ...decideCommand(start, command('Halt'), roomy).state, peakEquity: money('200000') };
    expect(decideCommand(halted, command('Resume', { actor: ' ' }), roomy).refusal).toBe('ACTOR_MISSING');
    expect(decideCommand(halted, command('Resume', { reason: '' }), roomy).refusal).toBe('REASON_MISSING');
    expect(decideCommand(halted, command('Resume', { accountId: accountIdOf('other') }), roomy).refusal).toBe('UNKNOWN_ACCOUNT');
    const resumed = decideCommand(halted, command('Resume'), roomy);
    expect(resumed.state).toMatchObject({ trading: { status: 'ACTIVE', actor: 'ada' }, peakEquity: money('100000') });
  });
  it('close every position with the next step when the profile wants that', () => {
    const closing = profile('demo', { killSwitch: { closePositions: true } });
    const guard = new Guard(closing).equity('0', [held('AAA', '7', '100')]);
    guard.state = decideCommand(guard.state, command('Halt'), closing).state;
    guard.decide(
      (step) => [exitOf(step, 'AAA')],
      (step) => executions(step, '0', [held('AAA', '7', '100')]),
    );
    expect(guard.reached.protectiveIntents).toMatchObject([
      { side: 'SELL', quantity: quantity('7'), purpose: 'kill-switch', verdictId: 'Halt-1' },
    ]);
    expect(guard.codes).toEqual(['TRADING_HALTED']);
    expect(guard.equity('0', [held('AAA', '7', '100')]).reached.protectiveIntents).toEqual([]);
  });
});

describe('decideStep', () => {
  it('refuses a step of the run that it decided already', () => {
    const guard = new Guard(roomy).equity('1');
    guard.step = -1;
    expect(() => guard.equity('1')).toThrow(/decided already/);
    expect(header(0).step).toBe(0);
  });
});
