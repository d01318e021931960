import { TwsError, type TwsErrorCode } from '@tradewind/tws';

import { SourceError, type SourceErrorCode } from '../source.js';
import { SOURCE } from './name.js';

export const BOOK_RESET = 317;
/** A trade was taken back, and the subscription to bars with it: it has to be made again at once. */
export const BARS_DEACTIVATED = 10225;

const CODES: ReadonlyMap<number, SourceErrorCode> = new Map<number, SourceErrorCode>([
  [100, 'RATE_LIMITED'], // messages a second
  [101, 'RATE_LIMITED'], // lines of market data
  [162, 'UNAVAILABLE'],
  [200, 'UNKNOWN_SYMBOL'],
  [203, 'UNKNOWN_SYMBOL'], // not available for the account
  [309, 'RATE_LIMITED'], // books
  [320, 'INVALID_REQUEST'],
  [321, 'INVALID_REQUEST'],
  [322, 'INVALID_REQUEST'],
  [354, 'AUTHENTICATION'], // no subscription to the data
  [420, 'AUTHENTICATION'],
  [502, 'UNAVAILABLE'],
  [503, 'UNSUPPORTED'],
  [504, 'UNAVAILABLE'],
  [10089, 'AUTHENTICATION'],
  [10090, 'AUTHENTICATION'],
  [10091, 'AUTHENTICATION'],
  [10092, 'UNSUPPORTED'], // no book of this instrument
  [10168, 'AUTHENTICATION'],
  [10186, 'AUTHENTICATION'],
  [10187, 'UNAVAILABLE'],
  [10189, 'UNSUPPORTED'], // not tick by tick
  [10190, 'RATE_LIMITED'], // tick by tick
  [10197, 'UNAVAILABLE'], // another session of the user takes the data
  [10314, 'INVALID_REQUEST'],
]);

/** IB's own advice after a pacing violation is to wait until the window of the rule is over; the shortest is fifteen seconds. */
const PACING_WAIT_MS = 15_000;
const PACING = /pacing violation/i;
const NO_DATA = /returned no data|no data of type|no head time stamp/i;
const SHOWN_MAX = 300;

/** True for the answer to a request for history of a time in which nothing happened. */
export const isNoData = (code: number, text: string): boolean => code === 162 && NO_DATA.test(text);

/** True when it is the number of tick-by-tick streams, or the kind of instrument, that stands in the way: market data can be had instead. */
export const isTickByTickRefused = (code: number): boolean => code === 10189 || code === 10190;

/** Refusals of live data that end by themselves: a book halted, IB out of reach, live updates cut, another session of the user. */
const PASSING: ReadonlySet<number> = new Set([316, 504, 10182, 10197]);

/** True when subscribing again later is the answer. What isn't known to pass is told, and not tried for ever. */
export const isPassing = (code: number): boolean => PASSING.has(code);

/** An error of TWS as an error of the port. */
export const errorOf = (code: number, text: string): SourceError => {
  const shown = `TWS error ${code}: ${text.slice(0, SHOWN_MAX)}`;
  if (code === 162 && PACING.test(text))
    return new SourceError('RATE_LIMITED', SOURCE, shown, { rule: 'the pacing of history', retryAfterMs: PACING_WAIT_MS });
  const rule = code === 10197 ? 'no competing session' : undefined;
  return new SourceError(CODES.get(code) ?? 'UNAVAILABLE', SOURCE, shown, rule === undefined ? {} : { rule });
};

const TWS_CODES: Readonly<Record<Exclude<TwsErrorCode, 'REFUSED'>, SourceErrorCode>> = {
  BAD_RESPONSE: 'BAD_RESPONSE',
  UNAVAILABLE: 'UNAVAILABLE',
  UNSUPPORTED: 'UNSUPPORTED',
  REAL_MONEY: 'AUTHENTICATION',
  CLIENT_ID_IN_USE: 'UNAVAILABLE',
  UNKNOWN_SYMBOL: 'UNKNOWN_SYMBOL',
  AMBIGUOUS_SYMBOL: 'INVALID_REQUEST',
  ABORTED: 'ABORTED',
};

/** An error of the connection or the codec as an error of the port; one of the port stays as it is, anything else is UNAVAILABLE. */
export const sourceErrorOf = (error: unknown): SourceError => {
  if (error instanceof SourceError) return error;
  if (!(error instanceof TwsError)) return unavailable('the request failed', error);
  const { refusal, field, rule, cause } = error.details;
  if (error.code === 'REFUSED' && refusal !== undefined) return errorOf(refusal.code, refusal.text);
  return new SourceError(error.code === 'REFUSED' ? 'UNAVAILABLE' : TWS_CODES[error.code], SOURCE, error.message, {
    ...(field === undefined ? {} : { field }),
    ...(rule === undefined ? {} : { rule }),
    ...(cause === undefined ? {} : { cause }),
  });
};

export const unavailable = (message: string, cause?: unknown): SourceError =>
  new SourceError('UNAVAILABLE', SOURCE, message, cause === undefined ? {} : { cause });

export const abortedError = (): SourceError => new SourceError('ABORTED', SOURCE, 'the call was aborted');
