import type { DescMessage, MessageShape } from '@bufbuild/protobuf';

import { AnalysesMadeSchema } from './generated/tradewind/analysis/v1/analysis_pb.js';
import { AuditCommandSchema } from './generated/tradewind/audit/v1/audit_pb.js';
import { FeaturesComputedSchema } from './generated/tradewind/features/v1/features_pb.js';
import { ModelStageChangedSchema, PredictionsMadeSchema } from './generated/tradewind/inference/v1/inference_pb.js';
import {
  BarsClosedSchema,
  QualityFaultsFoundSchema,
  RecordsKnownSchema,
  TicksArrivedSchema,
} from './generated/tradewind/market/v1/market_pb.js';
import {
  AccountReconciledSchema,
  ExecutionsReportedSchema,
  OrdersChangedSchema,
  OrdersCommandSchema,
  OrdersHaltedSchema,
  OrdersPlacedSchema,
} from './generated/tradewind/orders/v1/orders_pb.js';
import {
  ProfileChangedSchema,
  ProtectionsOrderedSchema,
  RiskCommandSchema,
  TradingStateChangedSchema,
  VerdictsReachedSchema,
} from './generated/tradewind/risk/v1/risk_pb.js';
import { SignalsDecidedSchema } from './generated/tradewind/signals/v1/signals_pb.js';

/** The one event map: name -> message. The name is `<context>.<type>`, and both are tokens of the subject. */
export const eventMap = {
  'market.bars': BarsClosedSchema,
  'market.ticks': TicksArrivedSchema,
  'market.records': RecordsKnownSchema,
  'market.faults': QualityFaultsFoundSchema,
  'features.vectors': FeaturesComputedSchema,
  'inference.predictions': PredictionsMadeSchema,
  'inference.stages': ModelStageChangedSchema,
  'analysis.analyses': AnalysesMadeSchema,
  'signals.decisions': SignalsDecidedSchema,
  'risk.verdicts': VerdictsReachedSchema,
  'risk.states': TradingStateChangedSchema,
  'risk.commands': RiskCommandSchema,
  'risk.protections': ProtectionsOrderedSchema,
  'risk.profiles': ProfileChangedSchema,
  'orders.executions': ExecutionsReportedSchema,
  'orders.placed': OrdersPlacedSchema,
  'orders.halted': OrdersHaltedSchema,
  'orders.changes': OrdersChangedSchema,
  'orders.reconciliations': AccountReconciledSchema,
  'orders.commands': OrdersCommandSchema,
  'audit.commands': AuditCommandSchema,
} as const satisfies Record<string, DescMessage>;

export type EventName = keyof typeof eventMap;
export type EventMessage<N extends EventName> = MessageShape<(typeof eventMap)[N]>;

export const eventNames = Object.keys(eventMap) as readonly EventName[];
export const isEventName = (name: string): name is EventName => Object.hasOwn(eventMap, name);
/** Fully qualified name of the event's message, sent along as the `schema` header. */
export const schemaNameOf = (name: EventName): string => eventMap[name].typeName;
