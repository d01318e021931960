import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { rpcMap, type RpcName, type RpcRequest, type RpcResponse } from '@tradewind/contracts';

import { ContractError } from './contract-error.js';

type Half = 'request' | 'response';
export type RpcRequestFields<N extends RpcName> = MessageInitShape<(typeof rpcMap)[N]['request']>;
export type RpcResponseFields<N extends RpcName> = MessageInitShape<(typeof rpcMap)[N]['response']>;

const encode = (name: RpcName, half: Half, fields: unknown): Uint8Array => {
  const schema = rpcMap[name][half];
  return toBinary(schema, create(schema, fields as MessageInitShape<typeof schema>));
};

const decode = (name: RpcName, half: Half, bytes: Uint8Array): unknown => {
  const schema = rpcMap[name][half];
  try {
    return fromBinary(schema, bytes);
  } catch (error) {
    throw new ContractError('MALFORMED', '', `the bytes are not a ${schema.typeName}`, { cause: error });
  }
};

export const encodeRpcRequest = <N extends RpcName>(name: N, fields: RpcRequestFields<N>): Uint8Array => encode(name, 'request', fields);
export const decodeRpcRequest = <N extends RpcName>(name: N, bytes: Uint8Array): RpcRequest<N> =>
  decode(name, 'request', bytes) as RpcRequest<N>;
export const encodeRpcResponse = <N extends RpcName>(name: N, fields: RpcResponseFields<N>): Uint8Array => encode(name, 'response', fields);
export const decodeRpcResponse = <N extends RpcName>(name: N, bytes: Uint8Array): RpcResponse<N> =>
  decode(name, 'response', bytes) as RpcResponse<N>;
