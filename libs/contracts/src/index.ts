export { eventMap, eventNames, isEventName, schemaNameOf } from './event-map.js';
export type { EventMessage, EventName } from './event-map.js';
export { rpcMap } from './rpc-map.js';
export type { RpcName, RpcRequest, RpcResponse } from './rpc-map.js';
export { contextSubjects, parseSubject, rpcSubjectOf, STEP_KEY, subjectFilterOf, subjectOf } from './subjects.js';
export type { ParsedSubject } from './subjects.js';
export type { StepHeader as StepHeaderMessage } from './generated/tradewind/common/v1/common_pb.js';
export { Aggressor, BarInterval, BookSide } from './generated/tradewind/market/v1/market_pb.js';
export type {
  Bar as BarMessage,
  BookLevel as BookLevelMessage,
  PointInTimeRecord as PointInTimeRecordMessage,
  QualityFault as QualityFaultMessage,
  SymbolQuality as SymbolQualityMessage,
  Tick as TickMessage,
} from './generated/tradewind/market/v1/market_pb.js';
export type { FeatureVector as FeatureVectorMessage } from './generated/tradewind/features/v1/features_pb.js';
export { ModelStage } from './generated/tradewind/inference/v1/inference_pb.js';
export type {
  ModelVersion as ModelVersionMessage,
  Prediction as PredictionMessage,
} from './generated/tradewind/inference/v1/inference_pb.js';
export { RiskLevel, Stance } from './generated/tradewind/analysis/v1/analysis_pb.js';
export type { Analysis as AnalysisMessage } from './generated/tradewind/analysis/v1/analysis_pb.js';
export { Layer, SignalAction, SignalStatus, Voter } from './generated/tradewind/signals/v1/signals_pb.js';
export type { SignalDecision as SignalDecisionMessage } from './generated/tradewind/signals/v1/signals_pb.js';
export { AlertSeverity, AlertStatus } from './generated/tradewind/audit/v1/audit_pb.js';
export type { Alert as AlertMessage } from './generated/tradewind/audit/v1/audit_pb.js';
export { DifferenceKind, DifferenceStatus, OrderType, Side, TimeInForce, TrailBy } from './generated/tradewind/orders/v1/orders_pb.js';
export type {
  AccountEvent as AccountEventMessage,
  AccountSnapshot as AccountSnapshotMessage,
  OrderAnomaly as OrderAnomalyMessage,
  OrderEvent as OrderEventMessage,
  OrderIntent as OrderIntentMessage,
  ReconciliationDifference as ReconciliationDifferenceMessage,
  Trail as TrailMessage,
} from './generated/tradewind/orders/v1/orders_pb.js';
export { BreakerActionType, TradingStatus } from './generated/tradewind/risk/v1/risk_pb.js';
export type {
  BreakerAction as BreakerActionMessage,
  TradingState as TradingStateMessage,
  Verdict as VerdictMessage,
} from './generated/tradewind/risk/v1/risk_pb.js';
