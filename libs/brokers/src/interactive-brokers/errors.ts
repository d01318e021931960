import { TwsError, type TwsErrorCode } from '@tradewind/tws';
import type { RejectCode } from '@tradewind/venue';

import { BrokerError, type BrokerErrorCode } from '../broker.js';

const ERROR_CODES: Readonly<Record<TwsErrorCode, BrokerErrorCode>> = {
  BAD_RESPONSE: 'BAD_RESPONSE',
  UNAVAILABLE: 'UNREACHABLE',
  UNSUPPORTED: 'UNSUPPORTED',
  REAL_MONEY: 'UNAUTHORISED',
  CLIENT_ID_IN_USE: 'UNREACHABLE',
  REFUSED: 'REFUSED',
  UNKNOWN_SYMBOL: 'REFUSED',
  AMBIGUOUS_SYMBOL: 'REFUSED',
  ABORTED: 'ABORTED',
};

/** An error of the connection or the codec as an error of the port; one of the port stays as it is. */
export const brokerErrorOf = (error: unknown): BrokerError => {
  if (error instanceof BrokerError) return error;
  if (!(error instanceof TwsError)) return new BrokerError('UNREACHABLE', 'the request failed', {}, { cause: error });
  const { field, rule } = error.details;
  const details = { ...(field === undefined ? {} : { field }), ...(rule === undefined ? {} : { rule }) };
  return new BrokerError(ERROR_CODES[error.code], error.message, details, { cause: error });
};

/** TWS's numbers of what can befall an order. */
export const TWS = {
  duplicateOrderId: 103,
  filledAlready: 104,
  orderUnknown: 135,
  notCancellable: 161,
  rejected: 201,
  cancelled: 202,
  cancelNotFound: 10_147,
  cancelImpossible: 10_148,
} as const;

const CODES: ReadonlyMap<number, RejectCode> = new Map<number, RejectCode>([
  [100, 'RATE_LIMITED'],
  [103, 'DUPLICATE_ORDER_ID'],
  [104, 'TOO_LATE'],
  [105, 'ORDER_INVALID'],
  [106, 'ORDER_INVALID'],
  [107, 'ORDER_INVALID'],
  [109, 'PRICE_INVALID'], // outside the precautionary range
  [110, 'PRICE_INVALID'], // not a multiple of the smallest step
  [111, 'UNSUPPORTED'], // type and time in force don't go together
  [113, 'UNSUPPORTED'],
  [116, 'ORDER_INVALID'],
  [135, 'ORDER_UNKNOWN'],
  [161, 'TOO_LATE'],
  [200, 'SYMBOL_UNKNOWN'],
  [203, 'NOT_TRADABLE'], // not allowed for this account
  [320, 'ORDER_INVALID'],
  [321, 'ORDER_INVALID'],
  [387, 'UNSUPPORTED'],
  [388, 'ORDER_INVALID'],
  [404, 'NOT_SHORTABLE'],
  [434, 'ORDER_INVALID'],
  [10_147, 'ORDER_UNKNOWN'],
  [10_148, 'TOO_LATE'],
  [10_243, 'UNSUPPORTED'], // fractional
]);

/** What 201 says in words: the number alone means any refusal. */
const REASONS: readonly (readonly [RegExp, RejectCode])[] = [
  [/buying power|margin|insufficient|available funds|equity with loan|minimum of/i, 'BUYING_POWER'],
  [/not available for short|shortable|short sale|short stock|locate/i, 'NOT_SHORTABLE'],
  [/halt/i, 'HALTED'],
  [/cross.*price|price|tick|variation/i, 'PRICE_INVALID'],
  [/exchange is closed|market is closed|outside.*(hours|session)/i, 'MARKET_CLOSED'],
  [/no trading permission|not allowed|restricted|not tradable/i, 'NOT_TRADABLE'],
  [/position/i, 'POSITION_INSUFFICIENT'],
  [/not supported|unsupported|invalid.*(tif|time in force)/i, 'UNSUPPORTED'],
  [/account.*(blocked|closed|frozen)/i, 'ACCOUNT_BLOCKED'],
];

export const rejectCodeOf = (code: number, text: string): RejectCode =>
  CODES.get(code) ?? REASONS.find(([pattern]) => pattern.test(text))?.[1] ?? 'OTHER';

const TEXT_MAX = 300;
export const refusalText = (code: number, text: string): string => `TWS error ${code}: ${text.slice(0, TEXT_MAX)}`;

/**
 * Messages with an order's number that refuse nothing: warnings (399, the range of 21xx), an order held for a locate or until its exchange opens (404 is
 * a warning of the former), presets applied (10349).
 */
export const isOrderWarning = (code: number): boolean => code === 399 || code === 404 || code === 10_349 || (code >= 2100 && code < 2200);
