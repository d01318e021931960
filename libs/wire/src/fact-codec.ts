import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type EventMessage, eventMap, type EventName } from '@tradewind/contracts';

import { ContractError } from './contract-error.js';

/** Between a domain fact and the fields of its message. `read` validates every field and throws ContractError. */
export interface FactCodec<F, N extends EventName> {
  write(fact: F): MessageInitShape<(typeof eventMap)[N]>;
  read(message: EventMessage<N>): F;
}

export const encodeWith = <F, N extends EventName>(name: N, codec: FactCodec<F, N>, fact: F): Uint8Array =>
  toBinary(eventMap[name], create(eventMap[name], codec.write(fact)));

/** Throws ContractError: MALFORMED when the bytes are no such message, FIELD_INVALID when a field breaks its rule. */
export const decodeWith = <F, N extends EventName>(name: N, codec: FactCodec<F, N>, bytes: Uint8Array): F => {
  let message: EventMessage<N>;
  try {
    message = fromBinary(eventMap[name], bytes) as EventMessage<N>;
  } catch (error) {
    throw new ContractError('MALFORMED', '', `the bytes are not a ${eventMap[name].typeName}`, { cause: error });
  }
  return codec.read(message);
};
