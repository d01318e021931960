import { errors, headers, type Msg, type NatsConnection } from '@nats-io/nats-core';
import { rpcSubjectOf } from '@tradewind/contracts';

import { RpcError } from './errors.js';
import { errorFields, type Log } from './log.js';
import { HEADER } from './messages.js';

const QUEUE = 'tw-rpc';

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'internal';
};

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ').slice(0, 1_000);

const requestFailure = (name: string, timeoutMs: number, error: unknown): RpcError => {
  if (error instanceof errors.RequestError && error.isNoResponders())
    return new RpcError('unavailable', `nobody answers ${name}`, { cause: error });
  if (error instanceof errors.TimeoutError || (error instanceof Error && error.cause instanceof errors.TimeoutError)) {
    return new RpcError('timeout', `${name} was not answered within ${timeoutMs} ms`, { cause: error });
  }
  return new RpcError('unavailable', `${name} could not be asked: ${String(error)}`, { cause: error });
};

/** Asks whoever serves `name`. Throws RpcError; never repeats the request. */
export const requestOver = async (
  connection: NatsConnection,
  name: string,
  payload: Uint8Array,
  timeoutMs: number,
): Promise<Uint8Array> => {
  let reply: Msg;
  try {
    reply = await connection.request(rpcSubjectOf(name), payload, { timeout: timeoutMs });
  } catch (error) {
    throw requestFailure(name, timeoutMs, error);
  }
  const code = reply.headers?.get(HEADER.rpcErrorCode);
  if (code) throw new RpcError(code, reply.headers?.get(HEADER.rpcErrorMessage) ?? code);
  return reply.data;
};

/** Answers requests for `name`; one of several instances gets each. */
export const serveOver = (
  connection: NatsConnection,
  log: Log,
  name: string,
  handler: (payload: Uint8Array) => Promise<Uint8Array>,
): void => {
  const answer = async (message: Msg): Promise<void> => {
    try {
      message.respond(await handler(message.data));
    } catch (error) {
      log.warn({ rpc: name, ...errorFields(error) }, 'request failed');
      const failure = headers();
      failure.set(HEADER.rpcErrorCode, codeOf(error));
      failure.set(HEADER.rpcErrorMessage, oneLine(error instanceof Error ? error.message : String(error)));
      message.respond(new Uint8Array(), { headers: failure });
    }
  };
  connection.subscribe(rpcSubjectOf(name), {
    queue: QUEUE,
    callback: (error, message) => {
      if (error !== null) log.error({ rpc: name, ...errorFields(error) }, 'requests can no longer be received');
      else answer(message).catch((failure: unknown) => log.error({ rpc: name, ...errorFields(failure) }, 'answer could not be sent'));
    },
  });
};
