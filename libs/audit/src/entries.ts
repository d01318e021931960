import type { FeaturesComputed } from '@tradewind/features';
import type { BarsClosed, QualityFaultsFound, RecordsKnown, TicksArrived } from '@tradewind/market';
import type { ModelStageChanged, PredictionsMade } from '@tradewind/models';
import type {
  AccountReconciled,
  ExecutionsReported,
  OrderEvent,
  OrderIntent,
  OrdersChanged,
  OrdersCommand,
  OrdersHalted,
  OrdersPlaced,
} from '@tradewind/orders';
import type {
  BreakerAction,
  ProfileChanged,
  ProtectionsOrdered,
  RiskCommand,
  TradingStateChanged,
  Verdict,
  VerdictsReached,
} from '@tradewind/risk';
import type { AnalysesMade, SignalsDecided } from '@tradewind/signals';
import { stateText, type StepHeader, type UnixNanos } from '@tradewind/vocabulary';

import type { AuditCommand } from './commands.js';
import type { AuditEntry, FactKind } from './record.js';
import { traitsOf } from './traits.js';

/** What the trail keeps of a chunk of ticks: enough to prove which bytes they were. `digest` is the SHA-256 of the message's payload, hex. */
export interface TicksDigest extends Omit<TicksArrived, 'ticks'> {
  readonly ticks: number;
  readonly firstAt: UnixNanos;
  readonly lastAt: UnixNanos;
  readonly digest: string;
}

/** Summary of a chunk for the trail. */
export const ticksDigest = ({ ticks, ...chunk }: TicksArrived, digest: string): TicksDigest => ({
  ...chunk,
  ticks: ticks.length,
  firstAt: ticks[0]?.at ?? chunk.header.at,
  lastAt: ticks.at(-1)?.at ?? chunk.header.at,
  digest,
});

/** Every event whose facts are recorded. */
export interface AuditedFacts {
  readonly 'market.bars': BarsClosed;
  readonly 'market.faults': QualityFaultsFound;
  readonly 'market.ticks': TicksDigest;
  readonly 'market.records': RecordsKnown;
  readonly 'features.vectors': FeaturesComputed;
  readonly 'inference.predictions': PredictionsMade;
  readonly 'inference.stages': ModelStageChanged;
  readonly 'analysis.analyses': AnalysesMade;
  readonly 'signals.decisions': SignalsDecided;
  readonly 'risk.verdicts': VerdictsReached;
  readonly 'risk.states': TradingStateChanged;
  readonly 'risk.commands': RiskCommand;
  readonly 'risk.protections': ProtectionsOrdered;
  readonly 'risk.profiles': ProfileChanged;
  readonly 'orders.executions': ExecutionsReported;
  readonly 'orders.placed': OrdersPlaced;
  readonly 'orders.halted': OrdersHalted;
  readonly 'orders.changes': OrdersChanged;
  readonly 'orders.reconciliations': AccountReconciled;
  readonly 'orders.commands': OrdersCommand;
  readonly 'audit.commands': AuditCommand;
}
export type AuditedEvent = keyof AuditedFacts;

interface Draft {
  readonly factId: string;
  readonly kind: FactKind;
  readonly fact: unknown;
  readonly at: UnixNanos;
  readonly symbol?: string;
  readonly orderId?: string;
  readonly fillId?: string;
  readonly causes?: readonly string[];
  readonly actor?: string;
  readonly header?: StepHeader;
  /** Of a fact outside the steps. */
  readonly run?: string;
}

const withCause = (causes: readonly string[], cause: string): readonly string[] => (causes.includes(cause) ? causes : [...causes, cause]);

const orderEventDraft = (event: OrderEvent, header?: StepHeader): Draft => ({
  factId: event.id,
  kind: 'order-event',
  fact: event,
  at: event.at,
  symbol: event.symbol,
  orderId: event.clientOrderId,
  ...(event.type === 'OrderFilled' && { fillId: event.fillId }),
  causes: event.type === 'OrderInitialized' ? withCause(event.causes, event.intent.verdictId) : event.causes,
  ...(header && { header }),
});

const verdictDraft = (verdict: Verdict, header: StepHeader): Draft => ({
  factId: verdict.id,
  kind: 'verdict',
  fact: verdict,
  at: verdict.at,
  symbol: verdict.symbol,
  ...(verdict.status === 'APPROVED' && { orderId: verdict.intent.clientOrderId }),
  causes: withCause(verdict.causes, verdict.signalId),
  header,
});

const inRun = (run: string, drafts: readonly Draft[]): readonly Draft[] => drafts.map((draft) => ({ ...draft, run }));

const changesDrafts = ({ run, events, accountEvents, anomalies, account, id, causes }: OrdersChanged): readonly Draft[] =>
  inRun(run, [
    ...events.map((event) => orderEventDraft(event)),
    ...accountEvents.map((event): Draft => ({
      factId: event.id,
      kind: 'account-event',
      fact: event,
      at: event.at,
      causes: event.causes,
      ...('symbol' in event && { symbol: event.symbol }),
    })),
    ...anomalies.map((anomaly): Draft => ({
      factId: anomaly.id,
      kind: 'order-anomaly',
      fact: anomaly,
      at: anomaly.at,
      ...(anomaly.symbol !== undefined && { symbol: anomaly.symbol }),
      ...(anomaly.clientOrderId !== undefined && { orderId: anomaly.clientOrderId }),
      causes,
    })),
    { factId: id, kind: 'account', fact: account, at: account.at, causes },
  ]);

const breakerDraft = (breaker: BreakerAction, causes: readonly string[]): Draft => ({
  factId: breaker.id,
  kind: 'breaker',
  fact: breaker,
  at: breaker.at,
  causes,
});

const protectiveDraft = (intent: OrderIntent, at: UnixNanos): Draft => ({
  factId: `pi/${intent.clientOrderId}`,
  kind: 'protective-intent',
  fact: intent,
  at,
  symbol: intent.symbol,
  orderId: intent.clientOrderId,
  causes: [intent.verdictId],
});

const protectionsDrafts = ({ id, run, at, intents, breakers, state, causes }: ProtectionsOrdered): readonly Draft[] =>
  inRun(run, [
    ...breakers.map((breaker) => breakerDraft(breaker, causes)),
    ...intents.map((intent) => protectiveDraft(intent, at)),
    { factId: id, kind: 'trading-state', fact: state, at, causes, actor: state.actor },
  ]);

const verdictsDrafts = ({ header, verdicts, protectiveIntents, breakers, state }: VerdictsReached): Draft[] => [
  ...verdicts.map((verdict) => verdictDraft(verdict, header)),
  ...breakers.map((breaker) => ({ ...breakerDraft(breaker, header.causes), header })),
  ...protectiveIntents.map((intent) => ({ ...protectiveDraft(intent, header.at), header })),
  ...(state.since === header.at
    ? [
        {
          factId: `ts/${state.accountId}/${header.step}`,
          kind: 'trading-state',
          fact: state,
          at: header.at,
          actor: state.actor,
          header,
        } as const,
      ]
    : []),
];

const executionsDrafts = ({ header, events, account }: ExecutionsReported): Draft[] => [
  ...events.map((event) => orderEventDraft(event, header)),
  { factId: `ac/${account.accountId}/${header.step}`, kind: 'account', fact: account, at: account.at, causes: header.causes, header },
];

const faultsDrafts = (found: QualityFaultsFound): Draft[] => [
  ...found.faults.map((fault): Draft => ({ factId: fault.id, kind: 'quality-fault', fact: fault, at: fault.at, symbol: fault.symbol })),
  { factId: found.id, kind: 'quality-scores', fact: found.scores, at: found.at, causes: found.faults.map((fault) => fault.id) },
];

const drafts: { readonly [N in AuditedEvent]: (fact: AuditedFacts[N]) => readonly Draft[] } = {
  'market.bars': ({ header, bars }) =>
    bars.map((bar) => ({ factId: bar.id, kind: 'bar', fact: bar, at: bar.closeTime, symbol: bar.symbol, causes: header.causes, header })),
  'market.ticks': (chunk) => [{ factId: chunk.header.id, kind: 'ticks', fact: chunk, at: chunk.lastAt, header: chunk.header }],
  'market.records': ({ header, records }) =>
    records.map((record) => ({
      factId: record.id,
      kind: 'point-in-time-record',
      fact: record,
      at: record.knownAt,
      ...(record.symbol !== undefined && { symbol: record.symbol }),
      header,
    })),
  'market.faults': faultsDrafts,
  'features.vectors': ({ header, vectors }) =>
    vectors.map((vector) => ({
      factId: vector.id,
      kind: 'feature-vector',
      fact: vector,
      at: vector.at,
      symbol: vector.symbol,
      causes: [vector.barId],
      header,
    })),
  'inference.predictions': ({ header, predictions }) =>
    predictions.map((made) => ({
      factId: made.id,
      kind: 'prediction',
      fact: made,
      at: made.at,
      symbol: made.symbol,
      causes: [made.vectorId],
      header,
    })),
  'inference.stages': (change) => [{ factId: change.id, kind: 'model-stage', fact: change, at: change.at, actor: change.actor }],
  'analysis.analyses': ({ header, analyses }) =>
    analyses.map((made) => ({
      factId: made.id,
      kind: 'analysis',
      fact: made,
      at: made.at,
      symbol: made.symbol,
      causes: [made.vectorId],
      header,
    })),
  'signals.decisions': ({ header, decisions }) =>
    decisions.map((made) => ({
      factId: made.id,
      kind: 'signal-decision',
      fact: made,
      at: made.at,
      symbol: made.symbol,
      causes: made.causes,
      header,
    })),
  'risk.verdicts': verdictsDrafts,
  'risk.states': (change) => [
    { factId: change.id, kind: 'trading-state', fact: change, at: change.at, causes: change.causes, actor: change.state.actor },
  ],
  'risk.commands': (command) => [{ factId: command.id, kind: 'risk-command', fact: command, at: command.at, actor: command.actor }],
  'risk.protections': protectionsDrafts,
  'risk.profiles': (change) => [
    { factId: change.id, kind: 'risk-profile', fact: change, at: change.at, causes: change.causes, actor: change.actor },
  ],
  'orders.executions': executionsDrafts,
  'orders.placed': ({ header, events }) => events.map((event) => orderEventDraft(event, header)),
  'orders.halted': (halted) => [
    ...halted.events.map((event) => orderEventDraft(event)),
    {
      factId: halted.id,
      kind: 'orders-halted',
      fact: { ...halted, events: halted.events.map((event) => event.id) },
      at: halted.at,
      causes: halted.causes,
    },
  ],
  'orders.changes': changesDrafts,
  'orders.reconciliations': (found) => [{ factId: found.id, kind: 'reconciliation', fact: found, at: found.at }],
  'audit.commands': (command) => [{ factId: command.id, kind: 'audit-command', fact: command, at: command.at, actor: command.actor }],
  'orders.commands': (command) => [
    {
      factId: command.id,
      kind: 'orders-command',
      fact: command,
      at: command.at,
      actor: command.actor,
      ...(command.type === 'CancelOrder' && { orderId: command.clientOrderId }),
    },
  ],
};

export const auditedEvents = Object.keys(drafts) as readonly AuditedEvent[];
export const isAudited = (event: string): event is AuditedEvent => Object.hasOwn(drafts, event);

const serviceOf: Readonly<Record<string, string>> = {
  market: 'market-data',
  features: 'features',
  inference: 'inference',
  analysis: 'analysis',
  signals: 'validation',
  risk: 'risk',
  orders: 'orders',
};

/** One entry per fact of a message, in the message's order. An account mark is identified by its step, a batch's other facts by their own ids. */
export const auditEntries = <N extends AuditedEvent>(event: N, fact: AuditedFacts[N], messageId: string): AuditEntry[] => {
  const service = serviceOf[event.slice(0, event.indexOf('.'))]!;
  return drafts[event](fact).map((draft) => ({
    factId: draft.factId,
    kind: draft.kind,
    event,
    messageId,
    actor: draft.actor ?? service,
    run: draft.header?.run ?? draft.run ?? '',
    step: draft.header?.step ?? -1,
    at: draft.at,
    symbol: draft.symbol ?? '',
    orderId: draft.orderId ?? '',
    fillId: draft.fillId ?? '',
    causes: draft.causes ?? [],
    ...traitsOf(draft.kind, draft.fact, draft.header),
    payload: stateText(draft.fact),
  }));
};
