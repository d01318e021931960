import type { OrderEvent, OrderIntent } from '@tradewind/orders';
import { accountIdOf, money, price, quantity, symbolOf, type StepHeader, type UnixNanos } from '@tradewind/vocabulary';

import type { FactMap } from '../src/index.js';

const at = 946_933_200_000_000_000n as UnixNanos;
const symbol = symbolOf('SPX');
const accountId = accountIdOf('paper-1');
const headerOf = (type: string): StepHeader => ({
  id: `${type}/demo/7/0`, run: 'demo', step: 7, partition: 0, at, causes: ['market.bars/demo/7/0'], degraded: ['analysis'],
});
export const intent: OrderIntent = {
  clientOrderId: 'tw-0123456789abcdef0123', symbol, side: 'BUY', type: 'STOP_LIMIT', timeInForce: 'GTC', quantity: quantity('27.5'),
  limitPrice: price('1400.25'), stopPrice: price('1399'), protectiveStop: price('1350.000000001'), purpose: 'signal', verdictId: 'rv/1',
};
const fact = { clientOrderId: intent.clientOrderId, symbol, at, causes: ['rv/1'] };
const events: readonly OrderEvent[] = [
  { ...fact, id: 'oe/1', type: 'OrderInitialized', intent },
  { ...fact, id: 'oe/2', type: 'OrderDenied', code: 'HALTED' },
  { ...fact, id: 'oe/3', type: 'OrderSubmitted' },
  { ...fact, id: 'oe/4', type: 'OrderAccepted', venueOrderId: 'paper-9' },
  { ...fact, id: 'oe/5', type: 'OrderRejected', code: 'UNKNOWN_SYMBOL' },
  { ...fact, id: 'oe/6', type: 'OrderTriggered' },
  { ...fact, id: 'oe/7', type: 'OrderCancelRequested', reason: 'flat' },
  { ...fact, id: 'oe/8', type: 'OrderCancelRejected', code: 'TOO_LATE' },
  { ...fact, id: 'oe/9', type: 'OrderCanceled', reason: 'flat' },
  { ...fact, id: 'oe/10', type: 'OrderExpired' },
  {
    ...fact, id: 'oe/11', type: 'OrderFilled', fillId: 'fl/1', side: 'SELL', quantity: quantity('1'), price: price('1455.219971'),
    commission: money('1.455219971'), slippage: money('-0.01'), leavesQuantity: quantity('0'),
  },
];
const state = { accountId, status: 'REDUCING', actor: 'breaker:drawdown-reduce', reason: '10.2% of 10%', since: at } as const;

/** One fact of every event, with every field set and every variant present. */
export const samples: FactMap = {
  'market.bars': {
    header: headerOf('market.bars'), final: true,
    bars: [{
      id: 'bar/SPX/1d/2000-01-03', symbol, interval: '1d', openTime: at, closeTime: (at + 1n) as UnixNanos, open: price('1469.25'),
      high: price('1478'), low: price('1438.359985'), close: price('1455.219971'), volume: quantity('931800000'), source: 'test', warmUp: true,
    }],
  },
  'market.faults': {
    id: 'qf/batch', at, scores: [{ symbol, score: 0.97 }],
    faults: [{ id: 'qf/1', symbol, at, code: 'BAR_SPIKE', field: 'close', rule: 'within 8 sigma', source: 'test:3', dropped: false }],
  },
  'features.vectors': {
    header: headerOf('features.vectors'), final: false,
    vectors: [{
      id: 'fv/1', symbol, at, barId: 'bar/1', setHash: 'abc', values: Float64Array.of(1.5, Number.NaN, -0, 1e-300), warm: false, warmUp: false,
    }],
  },
  'inference.predictions': {
    header: headerOf('inference.predictions'), final: false,
    predictions: [{
      id: 'pr/1', symbol, at, vectorId: 'fv/1', model: 'baseline', version: 3, digest: 'd'.repeat(64), horizonBars: 5, score: -0.25,
      probabilityUp: 0.61, baseRateUp: 0.57,
    }],
  },
  'inference.stages': {
    id: 'ms/1', at, model: 'baseline', version: 1, digest: 'd'.repeat(64), previous: undefined, stage: 'REGISTERED', actor: 'quant', reason: 'first',
  },
  'analysis.analyses': {
    header: headerOf('analysis.analyses'), final: false,
    analyses: [{
      id: 'an/1', symbol, at, vectorId: 'fv/1', analyst: 'rules@1', ruleBased: true, signalType: 'trend', stance: 'UP', confidence: 0.7,
      risk: 'medium', rationale: 'Close above its 200-bar mean.', promptHash: '', answerHash: '',
    }],
  },
  'signals.decisions': {
    header: headerOf('signals.decisions'), final: false,
    decisions: [{
      id: 'sg/1', symbol, at, action: 'ENTER', status: 'REJECTED', rejectionCode: 'EDGE_BELOW_COST', signalType: 'trend', confidence: 0.66,
      probabilityUp: 0.6, sizeMultiplier: 0.5, horizonBars: 5, expectedWin: 0.02, expectedLoss: 0.018, atr: 20.5, referencePrice: 1455.2,
      votes: [{ voter: 'volume-price', stance: 'FLAT', confidence: 0.1, weight: 0.2, sourceId: 'fv/1' }],
      layers: [{ layer: 'transaction-cost', passed: false, score: 0.2, reasons: ['EDGE_BELOW_COST'] }],
      expiresAtStep: 12, causes: ['pr/1', 'an/1'],
    }],
  },
  'risk.verdicts': {
    header: headerOf('risk.verdicts'), final: false,
    verdicts: [
      { id: 'rv/1', signalId: 'sg/1', symbol, at, status: 'APPROVED', intent, causes: ['sg/1'] },
      { id: 'rv/2', signalId: 'sg/2', symbol, at, status: 'DENIED', code: 'POSITION_LIMIT', parameters: { limit: '0.45' }, causes: ['sg/2'] },
    ],
    protectiveIntents: [intent],
    breakers: [{ id: 'br/1', at, rule: 'drawdown-reduce', action: 'REDUCE_HALF', measured: 0.102, limit: 0.1 }],
    state,
  },
  'risk.states': { id: 'ts/1', at, previous: 'ACTIVE', state, causes: ['br/1'] },
  'risk.commands': { type: 'Resume', id: 'rc/1', accountId, actor: 'ann', reason: 'checked', at },
  'orders.executions': {
    header: headerOf('orders.executions'), final: false, events,
    account: {
      accountId, at, currency: 'USD', cash: money('-12.5'), equity: money('100000'), realisedPnl: money('1'), unrealisedPnl: money('-2'),
      feesPaid: money('3'),
      positions: [{
        symbol, quantity: quantity('-3'), averagePrice: price('10'), markPrice: price('11'), marketValue: money('-33'),
        unrealisedPnl: money('-3'), realisedPnl: money('0'),
      }],
    },
  },
  'orders.placed': { header: headerOf('orders.placed'), final: false, events },
  'orders.halted': { id: 'oh/1', at, events, causes: ['ts/1'] },
};
