import { type RpcName, type RpcResponse } from '@tradewind/contracts';
import { type Bus, RpcError } from '@tradewind/messaging';
import { decodeRpcResponse, encodeRpcRequest, type RpcRequestFields } from '@tradewind/wire';

import { CliError, EXIT } from './exit-codes.js';

const TIMEOUT_MS = 10_000;
const AWAY = new Set(['unavailable', 'timeout']);

/** Asks a service. Throws CliError: exit code 69 when nobody answers, 1 with the service's own code when it refuses. */
export const ask = async <N extends RpcName>(
  bus: Bus,
  name: N,
  fields: RpcRequestFields<N>,
  timeoutMs = TIMEOUT_MS,
): Promise<RpcResponse<N>> => {
  try {
    return decodeRpcResponse(name, await bus.request(name, encodeRpcRequest(name, fields), timeoutMs));
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw new CliError(AWAY.has(error.code) ? EXIT.unavailable : EXIT.failure, error.code, error.message);
  }
};

const PATIENCE_MS = 60_000;
const RETRY_MS = 250;

/** Asks again while nobody answers, for a minute: a service that was just started, or that restarts. Only for requests that may be repeated. */
export const askPatiently = async <N extends RpcName>(bus: Bus, name: N, fields: RpcRequestFields<N>): Promise<RpcResponse<N>> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask(bus, name, fields);
    } catch (error) {
      const away = error instanceof CliError && error.exitCode === EXIT.unavailable;
      if (!away || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
};
