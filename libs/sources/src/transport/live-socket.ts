import {
  type LinkFault,
  LiveSocket as Socket,
  type LiveSocketOptions as SocketOptions,
  type SocketConversation,
  type SocketMessage,
} from '@tradewind/connectors';

import { SourceError, type SourceEnvironment, type SourceErrorCode } from '../source.js';

export type { SocketConversation, SocketMessage };
export type LiveSocket = Socket<SourceError>;

/** A socket of a source: its handshake rejects with SourceError, and so does everything that goes wrong. */
export type LiveSocketOptions = Omit<SocketOptions<SourceError>, 'name' | 'failure' | 'isFailure'> & { readonly source: string };

const CODES: Readonly<Record<LinkFault, SourceErrorCode>> = {
  UNREACHABLE: 'UNAVAILABLE',
  UNAUTHORISED: 'AUTHENTICATION',
  BAD_RESPONSE: 'BAD_RESPONSE',
  CLOSED: 'ABORTED',
};

/** Resolves when the first handshake is done; rejects with its SourceError otherwise (then nothing is left open). */
export const openSocket = ({ source, ...options }: LiveSocketOptions, environment: SourceEnvironment): Promise<LiveSocket> =>
  Socket.open<SourceError>(
    {
      ...options,
      name: source,
      failure: (fault, message, cause) => new SourceError(CODES[fault], source, message, cause === undefined ? {} : { cause }),
      isFailure: (error) => error instanceof SourceError,
    },
    environment,
  );
