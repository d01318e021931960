import type { DescMessage, MessageShape } from '@bufbuild/protobuf';

import {
  AuditStatusRequestSchema,
  AuditStatusResponseSchema,
  ListAlertsRequestSchema,
  ListAlertsResponseSchema,
} from './generated/tradewind/audit/v1/audit_pb.js';
import {
  ListModelsRequestSchema,
  ListModelsResponseSchema,
  PromoteModelRequestSchema,
  PromoteModelResponseSchema,
  PublishModelRequestSchema,
  PublishModelResponseSchema,
} from './generated/tradewind/inference/v1/inference_pb.js';
import {
  ReplayStatusRequestSchema,
  ReplayStatusResponseSchema,
  StartReplayRequestSchema,
  StartReplayResponseSchema,
} from './generated/tradewind/market/v1/market_pb.js';
import { OrdersStatusRequestSchema, OrdersStatusResponseSchema } from './generated/tradewind/orders/v1/orders_pb.js';
import { RiskStatusRequestSchema, RiskStatusResponseSchema } from './generated/tradewind/risk/v1/risk_pb.js';

/** Questions that one service answers, over request and reply: name -> request and response. */
export const rpcMap = {
  'market.replay-start': { request: StartReplayRequestSchema, response: StartReplayResponseSchema },
  'market.replay-status': { request: ReplayStatusRequestSchema, response: ReplayStatusResponseSchema },
  'inference.publish': { request: PublishModelRequestSchema, response: PublishModelResponseSchema },
  'inference.promote': { request: PromoteModelRequestSchema, response: PromoteModelResponseSchema },
  'inference.list': { request: ListModelsRequestSchema, response: ListModelsResponseSchema },
  'audit.alerts': { request: ListAlertsRequestSchema, response: ListAlertsResponseSchema },
  'orders.status': { request: OrdersStatusRequestSchema, response: OrdersStatusResponseSchema },
  'risk.status': { request: RiskStatusRequestSchema, response: RiskStatusResponseSchema },
  'audit.status': { request: AuditStatusRequestSchema, response: AuditStatusResponseSchema },
} as const satisfies Record<string, { readonly request: DescMessage; readonly response: DescMessage }>;

export type RpcName = keyof typeof rpcMap;
export type RpcRequest<N extends RpcName> = MessageShape<(typeof rpcMap)[N]['request']>;
export type RpcResponse<N extends RpcName> = MessageShape<(typeof rpcMap)[N]['response']>;
