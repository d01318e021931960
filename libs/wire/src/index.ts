export { ContractError } from './contract-error.js';
export type { ContractErrorCode } from './contract-error.js';
export { decodeFact, encodeFact, factNames, wireCodec } from './fact-map.js';
export type { FactMap, FactName, FactOf } from './fact-map.js';
export { modelStage } from './inference.js';
export { decodeRpcRequest, decodeRpcResponse, encodeRpcRequest, encodeRpcResponse } from './rpc.js';
export type { RpcRequestFields, RpcResponseFields } from './rpc.js';
