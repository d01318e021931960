export type TwsErrorCode =
  /** A message breaks the protocol; `field` and `rule` say where and how. */
  | 'BAD_RESPONSE'
  /** No connection, no answer, or a connection that was lost. */
  | 'UNAVAILABLE'
  /** A TWS that speaks none of the versions that are spoken here. */
  | 'UNSUPPORTED'
  /** Logged in to an account of real money without leave. */
  | 'REAL_MONEY'
  | 'CLIENT_ID_IN_USE'
  /** TWS refused the request: `refusal` has its number and words. */
  | 'REFUSED'
  | 'UNKNOWN_SYMBOL'
  /** A symbol that is several contracts. */
  | 'AMBIGUOUS_SYMBOL'
  | 'ABORTED';

export interface TwsRefusal {
  readonly code: number;
  readonly text: string;
}

interface Details {
  readonly field?: string;
  readonly rule?: string;
  readonly refusal?: TwsRefusal;
  readonly cause?: unknown;
}

/** Everything that the codec and the connection throw or reject with. */
export class TwsError extends Error {
  override readonly name = 'TwsError';
  constructor(
    readonly code: TwsErrorCode,
    message: string,
    readonly details: Details = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
  }
}

export const unavailable = (message: string, cause?: unknown): TwsError =>
  new TwsError('UNAVAILABLE', message, cause === undefined ? {} : { cause });

export const abortedError = (): TwsError => new TwsError('ABORTED', 'the call was aborted');
