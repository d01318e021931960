import { money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';

import { NO_HISTORY } from '../src/index.js';
import type { PendingOrder, RiskInput, RiskState } from '../src/index.js';
import { NO_ACTIVITY } from '../src/trade-activity.js';
import { at, executions, exitOf, Guard, held, profile, signal } from './fixtures.js';
import { bar, historyOf, wave } from './market.js';

type Changes = Parameters<typeof profile>[1];
type Decisions = Parameters<Guard['decide']>[0];
export interface Case {
  readonly limits?: Changes;
  readonly signals?: Decisions;
  readonly cash?: string;
  readonly positions?: ReturnType<typeof held>[];
  readonly state?: (state: RiskState) => RiskState;
  readonly input?: Partial<RiskInput>;
}

export const ROOMY: Changes = {
  limits: { positionMax: '0.5', sectorMax: '0.9', grossMax: '0.95', orderNotionalMaxUsd: '1000000' },
  sizing: { volatilityTarget: '2' },
};
export const merged = (changes: Changes = {}): Changes => {
  const all: Record<string, unknown> = { ...ROOMY };
  for (const [key, fields] of Object.entries(changes)) {
    const base = ROOMY[key];
    all[key] = typeof fields === 'object' && !Array.isArray(fields) && base !== undefined ? { ...base, ...fields } : fields;
  }
  return all as Changes;
};
export const enter =
  (changes = {}, symbol = 'AAA'): Decisions =>
  (step) => [signal(step, symbol, changes)];

/** The second step of an account: the first has opened the session before. */
export const judged = ({ limits, signals = enter(), cash = '100000', positions = [], state, input }: Case): readonly string[] => {
  const report = (step: number) => executions(step, cash, positions);
  const guard = new Guard(profile('demo', merged(limits))).decide(() => [], report);
  guard.state = state?.(guard.state) ?? guard.state;
  return guard.decide(signals, report, input).codes;
};

const pending = (changes: Partial<PendingOrder> = {}): PendingOrder => ({
  clientOrderId: 'p1',
  symbol: symbolOf('AAA'),
  side: 'BUY',
  leaves: quantity('10'),
  worstPrice: price('103'),
  reduces: false,
  isDay: false,
  session: 1,
  strategy: '',
  ...changes,
});
const withPending =
  (...orders: readonly PendingOrder[]) =>
  (state: RiskState): RiskState => ({ ...state, pending: Object.fromEntries(orders.map((order) => [order.clientOrderId, order])) });
const approvedAgo =
  (...ages: readonly bigint[]) =>
  (state: RiskState): RiskState => ({
    ...state,
    activity: { ...NO_ACTIVITY, approvals: ages.map((age) => ({ at: (at(1) - age) as UnixNanos, orders: 1 })) },
  });
const SECOND = 1_000_000_000n;
export const strategies = [
  { name: 'trend', signalTypes: ['test'], bucket: 'growth', budgetMax: '0.3' },
  { name: 'dip', signalTypes: ['other'], bucket: 'growth', budgetMax: '0.3' },
] as never;
const buckets = { core: '0.4', growth: '0.4', opportunistic: '0.1', reserve: '0.1' };
const together = historyOf({ AAA: wave(0.01), BBB: wave(0.01), CCC: wave(0.01, 1), DDD: wave(0.01, 0, 2) });
const longHeld = [held('BBB', '300', '100')];
const estimate = (portfolio: object): Changes => ({ portfolio: { windowBars: 60, ...portfolio } });

/** Each row: a code, what brings it about, and the nearest thing that does not. */
export const CASES: readonly (readonly [code: string, fires: Case, passes: Case])[] = [
  [
    'SYMBOL_RESTRICTED',
    { limits: { universe: { restricted: ['AAA'] } } },
    { limits: { universe: { restricted: ['AAA'] } }, signals: enter({}, 'BBB') },
  ],
  ['ASSET_NOT_PERMITTED', { limits: { universe: { categories: ['ETF'] } } }, { limits: { universe: { categories: ['CORE'] } } }],
  ['ASSET_NOT_PERMITTED', { limits: { universe: { assetClasses: ['ETF'] } } }, { limits: { universe: { assetClasses: ['STOCK'] } } }],
  ['STRATEGY_NOT_APPROVED', { limits: { strategies }, signals: enter({ signalType: 'unheard-of' }) }, { limits: { strategies } }],
  ['CONFIDENCE_LOW', { limits: { limits: { confidenceMin: '0.91' } } }, { limits: { limits: { confidenceMin: '0.9' } } }],
  [
    'OPPOSITE_ORDER_WORKING',
    {
      limits: { orders: { oppositeSide: 'refused' } },
      signals: (step) => [exitOf(step, 'AAA')],
      positions: [held('AAA', '5', '100')],
      state: withPending(pending()),
    },
    {
      limits: { orders: { oppositeSide: 'refused' } },
      signals: (step) => [exitOf(step, 'AAA')],
      positions: [held('AAA', '5', '100')],
      state: withPending(pending({ symbol: symbolOf('BBB') })),
    },
  ],
  ['PRICE_TOO_LOW', { limits: { limits: { priceMin: '100.01' } } }, { limits: { limits: { priceMin: '100' } } }],
  ['PRICE_TOO_HIGH', { limits: { limits: { priceMax: '99.99' } } }, { limits: { limits: { priceMax: '100' } } }],
  [
    'PRICE_BAND',
    { limits: { limits: { priceBand: '0.05' } }, signals: enter({ referencePrice: 105.1 }), input: { history: together } },
    { limits: { limits: { priceBand: '0.06' } }, signals: enter({ referencePrice: 105.1 }), input: { history: together } },
  ],
  ['HISTORY_SHORT', { limits: { limits: { priceBand: '0.05' } } }, { limits: { limits: { priceBand: 'off' } } }],
  [
    'STALE_MARK',
    { limits: { limits: { currentBar: 'required' } }, input: { bars: [bar('BBB', 100)] } },
    { limits: { limits: { currentBar: 'required' } }, input: { bars: [bar('AAA', 100)] } },
  ],
  [
    'MARKET_CLOSED',
    {
      limits: { limits: { tradingHours: 'regular' } },
      // Saturday 8 January 2000.
      input: { header: { ...executions(5, '0').header, step: 1 } },
      signals: (step) => [signal(step, 'AAA', { at: at(5) })],
    },
    // Tuesday 4 January 2000 at 16:00 New York, the close.
    { limits: { limits: { tradingHours: 'regular' } } },
  ],
  [
    'ORDERS_PER_SECOND',
    { limits: { orders: { perSecondMax: 2 } }, state: approvedAgo(SECOND - 1n, 5n) },
    { limits: { orders: { perSecondMax: 2 } }, state: approvedAgo(SECOND, 5n) },
  ],
  [
    'ORDERS_PER_MINUTE',
    { limits: { orders: { perMinuteMax: 2 } }, state: approvedAgo(59n * SECOND, 5n * SECOND) },
    { limits: { orders: { perMinuteMax: 2 } }, state: approvedAgo(60n * SECOND, 5n * SECOND) },
  ],
  [
    'OPEN_ORDERS_SYMBOL',
    { limits: { orders: { openPerSymbolMax: 1 } }, state: withPending(pending()) },
    { limits: { orders: { openPerSymbolMax: 1 } }, state: withPending(pending({ symbol: symbolOf('BBB') })) },
  ],
  [
    'OPEN_ORDERS_ACCOUNT',
    { limits: { orders: { openMax: 1 } }, state: withPending(pending({ symbol: symbolOf('BBB') })) },
    { limits: { orders: { openMax: 2 } }, state: withPending(pending({ symbol: symbolOf('BBB') })) },
  ],
  [
    'POSITIONS_MAX',
    { limits: { limits: { positionsMax: 1 } }, positions: [held('BBB', '1', '100')] },
    { limits: { limits: { positionsMax: 1 } }, positions: [held('AAA', '1', '100')] },
  ],
  [
    'PATTERN_DAY_TRADER',
    {
      limits: { account: { kind: 'margin' } },
      cash: '24999',
      state: (state) => ({ ...state, activity: { ...NO_ACTIVITY, dayTrades: [{ session: state.session, trades: 3 }] } }),
    },
    {
      limits: { account: { kind: 'margin' } },
      cash: '25000',
      state: (state) => ({ ...state, activity: { ...NO_ACTIVITY, dayTrades: [{ session: state.session, trades: 3 }] } }),
    },
  ],
  [
    'ENTRY_DRAWDOWN',
    { limits: { limits: { entryDrawdownMax: '0.05' } }, cash: '95000', state: (state) => ({ ...state, peakEquity: money('100000') }) },
    { limits: { limits: { entryDrawdownMax: '0.05' } }, cash: '95001', state: (state) => ({ ...state, peakEquity: money('100000') }) },
  ],
  [
    'CASH_UNSETTLED',
    {
      limits: { account: { kind: 'cash' } },
      state: (state) => ({ ...state, activity: { ...NO_ACTIVITY, proceeds: [{ session: state.session + 1, amount: money('97990') }] } }),
    },
    {
      limits: { account: { kind: 'cash' } },
      state: (state) => ({ ...state, activity: { ...NO_ACTIVITY, proceeds: [{ session: state.session, amount: money('97990') }] } }),
    },
  ],
  [
    'NET_LIMIT',
    { limits: { limits: { netMax: '0.31' } }, positions: longHeld, cash: '70000', signals: enter({ referencePrice: 1000, atr: 10 }) },
    { limits: { limits: { netMax: '0.32' } }, positions: longHeld, cash: '70000', signals: enter({ referencePrice: 1000, atr: 10 }) },
  ],
  [
    'CONCENTRATION',
    { limits: { limits: { concentration: { positions: 2, max: '0.3' } } }, positions: longHeld, cash: '70000' },
    { limits: { limits: { concentration: { positions: 1, max: '0.3' } } }, positions: longHeld, cash: '70000' },
  ],
  ['TRADE_RISK', { limits: { limits: { tradeRiskMax: '0.00005' } } }, { limits: { limits: { tradeRiskMax: '0.001' } } }],
  [
    'VOLUME_SHARE',
    { limits: { limits: { volumeShare: { max: '0.01', bars: 20 } } }, input: { history: historyOf({ AAA: wave(0.01) }, '99') } },
    { limits: { limits: { volumeShare: { max: '0.01', bars: 20 } } }, input: { history: historyOf({ AAA: wave(0.01) }, '5000') } },
  ],
  [
    'VOLUME_SHARE',
    { limits: { limits: { volumeShare: { max: '0.01', bars: 20 } } }, input: { history: NO_HISTORY } },
    { limits: { limits: { volumeShare: { max: '0.01', bars: 20 } } }, input: { history: together } },
  ],
  [
    'BUCKET_BUDGET',
    {
      limits: { strategies, buckets },
      positions: [held('BBB', '400', '100')],
      cash: '60000',
      state: (state) => ({ ...state, strategyHoldings: { BBB: { dip: quantity('400') } } }),
    },
    {
      limits: { strategies, buckets },
      positions: [held('BBB', '400', '100')],
      cash: '60000',
      state: (state) => ({ ...state, strategyHoldings: {} }),
    },
  ],
  [
    'STRATEGY_BUDGET',
    {
      limits: { strategies },
      positions: longHeld,
      cash: '70000',
      state: (state) => ({ ...state, strategyHoldings: { BBB: { trend: quantity('300') } } }),
    },
    {
      limits: { strategies },
      positions: longHeld,
      cash: '70000',
      state: (state) => ({ ...state, strategyHoldings: { BBB: { dip: quantity('300') } } }),
    },
  ],
  ['QUANTITY_MAX', { limits: { limits: { quantityMax: '484' } } }, { limits: { limits: { quantityMax: '485' } } }],
  [
    'LOT_ROUNDS_TO_ZERO',
    { signals: (step) => [exitOf(step, 'AAA')], positions: [held('AAA', '0.5', '100')] },
    { signals: (step) => [exitOf(step, 'AAA')], positions: [held('AAA', '7.5', '100')] },
  ],
  [
    'STOP_TOO_NEAR',
    { limits: { limits: { stopDistance: { min: '0.06', max: '0.5' } } } },
    { limits: { limits: { stopDistance: { min: '0.05', max: '0.5' } } } },
  ],
  [
    'STOP_TOO_FAR',
    { limits: { limits: { stopDistance: { min: '0.01', max: '0.05' } } } },
    { limits: { limits: { stopDistance: { min: '0.01', max: '0.06' } } } },
  ],
  [
    'STOP_TOO_FAR',
    { limits: { limits: { stopDistance: { min: '0.01', max: '0.99' } } }, signals: enter({ atr: 34 }) },
    { limits: { limits: { stopDistance: { min: '0.01', max: '0.99' } } }, signals: enter({ atr: 32 }) },
  ],
  ['TARGET_BELOW_ENTRY', { limits: { sizing: { takeProfitAtrMultiple: '3' } } }, { limits: { sizing: { takeProfitAtrMultiple: '3.5' } } }],
  [
    'REWARD_TO_RISK',
    { limits: { sizing: { takeProfitAtrMultiple: '8' }, limits: { rewardToRiskMin: '0.85' } } },
    { limits: { sizing: { takeProfitAtrMultiple: '8' }, limits: { rewardToRiskMin: '0.83' } } },
  ],
  [
    'DAILY_LOSS_BUDGET',
    // At its stop the entry loses 485 × 6 = 2,910 of the 5,000 that a day may lose.
    { limits: { limits: { dailyLossShare: '0.58' } } },
    { limits: { limits: { dailyLossShare: '0.59' } } },
  ],
  [
    'HISTORY_SHORT',
    { limits: estimate({ correlationMax: '0.9' }), input: { history: historyOf({ AAA: wave(0.01, 0, 1, 19) }) } },
    { limits: estimate({ correlationMax: '0.9' }), input: { history: historyOf({ AAA: wave(0.01, 0, 1, 20) }) } },
  ],
  [
    'CORRELATION',
    { limits: estimate({ correlationMax: '0.7' }), positions: longHeld, cash: '70000', input: { history: together } },
    {
      limits: estimate({ correlationMax: '0.7' }),
      positions: longHeld,
      cash: '70000',
      input: { history: together },
      signals: enter({}, 'CCC'),
    },
  ],
  [
    'PORTFOLIO_VOLATILITY',
    // 0.79955 of equity moving by 1% a bar: 0.79955 × 1.0084% × √252 = 12.8% a year.
    { limits: estimate({ volatilityMax: '0.127' }), positions: longHeld, cash: '70000', input: { history: together } },
    { limits: estimate({ volatilityMax: '0.129' }), positions: longHeld, cash: '70000', input: { history: together } },
  ],
  [
    'PORTFOLIO_VAR',
    {
      limits: estimate({ valueAtRisk: { confidence: '0.95', max: '0.0079' } }),
      positions: longHeld,
      cash: '70000',
      input: { history: together },
    },
    {
      limits: estimate({ valueAtRisk: { confidence: '0.95', max: '0.0081' } }),
      positions: longHeld,
      cash: '70000',
      input: { history: together },
    },
  ],
  [
    'PORTFOLIO_BETA',
    { limits: estimate({ beta: { benchmark: 'BBB', max: '0.79' } }), positions: longHeld, cash: '70000', input: { history: together } },
    { limits: estimate({ beta: { benchmark: 'BBB', max: '0.80' } }), positions: longHeld, cash: '70000', input: { history: together } },
  ],
  [
    'HISTORY_SHORT',
    { limits: estimate({ beta: { benchmark: 'ZZZ', max: '9' } }), input: { history: together } },
    { limits: estimate({ beta: { benchmark: 'AAA', max: '9' } }), input: { history: together } },
  ],
  [
    'IMPACT_SKIP',
    {
      limits: {
        impact: {
          sharpeLossMax: '10',
          drawdownRiseMax: '1',
          correlationMax: '0.7',
          valueAtRiskRiseMax: '1',
          concentrationMax: '1',
        } as never,
      },
      positions: longHeld,
      cash: '70000',
      input: { history: together },
    },
    {
      limits: {
        impact: {
          sharpeLossMax: '10',
          drawdownRiseMax: '1',
          correlationMax: '0.7',
          valueAtRiskRiseMax: '1',
          concentrationMax: '1',
        } as never,
      },
      positions: longHeld,
      cash: '70000',
      input: { history: together },
      signals: enter({}, 'DDD'),
    },
  ],
];
