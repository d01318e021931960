import type { AuditCommand } from '@tradewind/audit';
import type { EventName } from '@tradewind/contracts';
import type { FeaturesComputed } from '@tradewind/features';
import type { BarsClosed, QualityFaultsFound, RecordsKnown, TicksArrived } from '@tradewind/market';
import type { ModelStageChanged, PredictionsMade } from '@tradewind/models';
import type { AccountReconciled, ExecutionsReported, OrdersChanged, OrdersCommand, OrdersHalted, OrdersPlaced } from '@tradewind/orders';
import type { ProfileChanged, ProtectionsOrdered, RiskCommand, TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import type { AnalysesMade, SignalsDecided } from '@tradewind/signals';

import { auditCommandCodec } from './audit.js';
import { ContractError } from './contract-error.js';
import { decodeWith, encodeWith, type FactCodec } from './fact-codec.js';
import { featuresCodec } from './features.js';
import { modelStageChangedCodec, predictionsCodec } from './inference.js';
import { barsClosedCodec, faultsCodec } from './market.js';
import { executionsCodec, ordersHaltedCodec, ordersPlacedCodec } from './orders.js';
import { ordersChangedCodec, ordersCommandCodec, reconciledCodec } from './orders-outside.js';
import { recordsCodec } from './records.js';
import { profileChangedCodec, protectionsCodec, riskCommandCodec, tradingStateChangedCodec, verdictsCodec } from './risk.js';
import { analysesCodec, signalsCodec } from './signals.js';
import { ticksCodec } from './ticks.js';

/** Event name -> domain fact, for the events that have one. */
export interface FactMap {
  readonly 'market.bars': BarsClosed;
  readonly 'market.faults': QualityFaultsFound;
  readonly 'market.ticks': TicksArrived;
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

export type FactName = keyof FactMap & EventName;
export type FactOf<N extends FactName> = FactMap[N];

const codecs: { readonly [N in FactName]: FactCodec<FactMap[N], N> } = {
  'market.bars': barsClosedCodec,
  'market.faults': faultsCodec,
  'market.ticks': ticksCodec,
  'market.records': recordsCodec,
  'features.vectors': featuresCodec,
  'inference.predictions': predictionsCodec,
  'inference.stages': modelStageChangedCodec,
  'analysis.analyses': analysesCodec,
  'signals.decisions': signalsCodec,
  'risk.verdicts': verdictsCodec,
  'risk.states': tradingStateChangedCodec,
  'risk.commands': riskCommandCodec,
  'risk.protections': protectionsCodec,
  'risk.profiles': profileChangedCodec,
  'orders.executions': executionsCodec,
  'orders.placed': ordersPlacedCodec,
  'orders.halted': ordersHaltedCodec,
  'orders.changes': ordersChangedCodec,
  'orders.reconciliations': reconciledCodec,
  'orders.commands': ordersCommandCodec,
  'audit.commands': auditCommandCodec,
};

export const factNames = Object.keys(codecs) as readonly FactName[];

/** Protobuf bytes of a fact. */
export const encodeFact = <N extends FactName>(name: N, fact: FactMap[N]): Uint8Array =>
  encodeWith(name, codecs[name] as FactCodec<FactMap[N], N>, fact);

/** The fact back, every field validated. Throws ContractError naming the field and the rule. */
export const decodeFact = <N extends FactName>(name: N, bytes: Uint8Array): FactMap[N] =>
  decodeWith(name, codecs[name] as FactCodec<FactMap[N], N>, bytes);

const knownFact = (name: string): FactName => {
  if (!Object.hasOwn(codecs, name)) throw new ContractError('UNKNOWN_EVENT', '', `'${name}' has no codec in this build`);
  return name as FactName;
};

/** The codec for a transport that knows events by name only. */
export const wireCodec = {
  encode: (name: string, fact: unknown): Uint8Array => encodeFact(knownFact(name), fact as FactMap[FactName]),
  decode: (name: string, bytes: Uint8Array): unknown => decodeFact(knownFact(name), bytes),
} as const;
