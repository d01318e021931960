import {
  accountIdOf,
  type Money,
  money,
  nanosFromMillis,
  price,
  quantity,
  type StepHeader,
  stepMessageId,
  symbolOf,
  type UnixNanos,
} from '@tradewind/vocabulary';
import type { OrderEvent, OrderIntent } from '@tradewind/orders';

import {
  appendEntries,
  type AuditedEvent,
  type AuditedFacts,
  auditEntries,
  type AuditEntry,
  type AuditRecord,
  type ChainState,
  emptyChain,
} from '../src/index.js';

const symbol = symbolOf('SPX');
const day = (step: number): UnixNanos => nanosFromMillis(Date.UTC(2008, 8, 26 + step, 20));
export const header = (event: AuditedEvent, step: number): StepHeader => ({
  id: stepMessageId(event, 'demo', step, 0),
  run: 'demo',
  step,
  partition: 0,
  at: day(step),
  causes: [],
  degraded: [],
});
const entries = <N extends AuditedEvent>(event: N, fact: AuditedFacts[N], step: number): AuditEntry[] =>
  auditEntries(event, fact, stepMessageId(event, 'demo', step, 0));

const bars = (step: number): AuditEntry[] =>
  entries(
    'market.bars',
    {
      header: header('market.bars', step),
      bars: [
        {
          id: `bar/SPX/1d/${step}`,
          symbol,
          interval: '1d',
          openTime: day(step - 1),
          closeTime: day(step),
          open: price('1209.07'),
          high: price('1215.77'),
          low: price('1187.54'),
          close: price('1213.27'),
          volume: quantity('5383610000'),
          source: 'vega-datasets@3.2.1/sp500-2000.csv#2198',
          warmUp: false,
        },
      ],
      lowQuality: [],
      final: false,
    },
    step,
  );

const intent: OrderIntent = {
  clientOrderId: 'co-1',
  symbol,
  side: 'BUY',
  type: 'MARKET',
  timeInForce: 'DAY',
  quantity: quantity('1.5'),
  protectiveStop: price('1150'),
  purpose: 'signal',
  verdictId: 'vd/sg/SPX/0',
};
const orderFact = (sequence: number, step: number, causes: readonly string[]) => ({
  id: `oe/co-1/${sequence}`,
  clientOrderId: 'co-1',
  symbol,
  at: day(step),
  causes,
});
const filled: OrderEvent = {
  ...orderFact(4, 1, ['bar/SPX/1d/1', 'oe/co-1/3']),
  type: 'OrderFilled',
  fillId: 'fl/co-1/1',
  side: 'BUY',
  quantity: quantity('1.5'),
  price: price('1210.28'),
  commission: money('1.81542'),
  slippage: money('1.815'),
  leavesQuantity: quantity('0'),
};
const account = (step: number) => ({
  accountId: accountIdOf('paper-1'),
  at: day(step),
  currency: 'USD',
  cash: money('100000'),
  equity: money('100000'),
  realisedPnl: 0n as Money,
  unrealisedPnl: 0n as Money,
  feesPaid: 0n as Money,
  positions: [],
});

/** Two steps of a tiny run, as entries in the order in which they happened: a signal decided on the first, its order filled on the second. */
export const story: readonly AuditEntry[] = [
  ...bars(0),
  ...entries(
    'features.vectors',
    {
      header: header('features.vectors', 0),
      final: false,
      vectors: [
        {
          id: 'fv/SPX/0',
          symbol,
          at: day(0),
          barId: 'bar/SPX/1d/0',
          setHash: 'abcdef0123456789',
          values: Float64Array.of(0.5, Number.NaN),
          warm: false,
          warmUp: false,
        },
      ],
    },
    0,
  ),
  ...entries(
    'inference.predictions',
    {
      header: header('inference.predictions', 0),
      final: false,
      predictions: [
        {
          id: 'pr/SPX/0',
          symbol,
          at: day(0),
          vectorId: 'fv/SPX/0',
          model: 'baseline',
          version: 1,
          digest: 'd1'.repeat(32),
          horizonBars: 5,
          score: 0.4,
          probabilityUp: 0.61,
          baseRateUp: 0.56,
        },
      ],
    },
    0,
  ),
  ...entries(
    'analysis.analyses',
    {
      header: header('analysis.analyses', 0),
      final: false,
      analyses: [
        {
          id: 'an/SPX/0',
          symbol,
          at: day(0),
          vectorId: 'fv/SPX/0',
          analyst: 'rules@1',
          ruleBased: true,
          signalType: 'trend',
          stance: 'UP',
          confidence: 0.7,
          risk: 'low',
          rationale: 'above the 200-day mean',
          promptHash: '',
          answerHash: '',
        },
      ],
    },
    0,
  ),
  ...entries(
    'signals.decisions',
    {
      header: header('signals.decisions', 0),
      final: false,
      decisions: [
        {
          id: 'sg/SPX/0',
          symbol,
          at: day(0),
          action: 'ENTER',
          status: 'VALIDATED',
          rejectionCode: '',
          signalType: 'trend',
          confidence: 0.8,
          probabilityUp: 0.61,
          sizeMultiplier: 1,
          horizonBars: 5,
          expectedWin: 0.02,
          expectedLoss: 0.02,
          atr: 20,
          referencePrice: 1213.27,
          expiresAtStep: 1,
          votes: [{ voter: 'model', stance: 'UP', confidence: 0.61, weight: 0.5, sourceId: 'pr/SPX/0' }],
          layers: [
            { layer: 'statistical-significance', passed: true, score: 0.9, reasons: [] },
            { layer: 'transaction-cost', passed: false, score: 0.1, reasons: ['EDGE_BELOW_COST'] },
          ],
          causes: ['pr/SPX/0', 'an/SPX/0', 'fv/SPX/0'],
        },
      ],
    },
    0,
  ),
  ...entries(
    'risk.verdicts',
    {
      header: header('risk.verdicts', 0),
      final: false,
      protectiveIntents: [],
      verdicts: [{ id: 'vd/sg/SPX/0', signalId: 'sg/SPX/0', symbol, at: day(0), status: 'APPROVED', intent, causes: [] }],
      breakers: [{ id: 'br/paper-1/0/daily-loss', at: day(0), rule: 'daily-loss', action: 'HALT', measured: 0.051, limit: 0.05 }],
      state: { accountId: accountIdOf('paper-1'), status: 'ACTIVE', actor: 'system', reason: 'start', since: day(-9) },
    },
    0,
  ),
  ...entries(
    'orders.placed',
    {
      header: header('orders.placed', 0),
      final: false,
      events: [
        { ...orderFact(1, 0, []), type: 'OrderInitialized', intent },
        { ...orderFact(2, 0, ['oe/co-1/1']), type: 'OrderSubmitted' },
        { ...orderFact(3, 0, ['oe/co-1/2']), type: 'OrderAccepted', venueOrderId: 'paper-77' },
      ],
    },
    0,
  ),
  ...bars(1),
  ...entries(
    'orders.executions',
    { header: header('orders.executions', 1), final: true, events: [filled], account: account(1), lowQuality: [] },
    1,
  ),
];

export const chained = (
  told: readonly AuditEntry[] = story,
  chain = 'ORDERS',
): { readonly state: ChainState; readonly records: readonly AuditRecord[] } =>
  appendEntries(emptyChain(chain), told, nanosFromMillis(1_700_000_000_000));
