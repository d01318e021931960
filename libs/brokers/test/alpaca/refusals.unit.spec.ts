import { describe, expect, it } from 'vitest';

import { refusalOf } from '../../src/alpaca/refusals.js';

describe('what the refusals of Alpaca mean', () => {
  it.each([
    [403, 'insufficient buying power', 'BUYING_POWER'],
    [403, 'insufficient qty available for order (requested: 10, available: 0)', 'POSITION_INSUFFICIENT'],
    [422, 'client_order_id must be unique', 'DUPLICATE_ORDER_ID'],
    [422, 'asset "NOPE" not found', 'SYMBOL_UNKNOWN'],
    [422, 'asset "HARD" cannot be sold short', 'NOT_SHORTABLE'],
    [403, 'account is not allowed to short', 'NOT_SHORTABLE'],
    [422, 'asset AAPL is not tradable', 'NOT_TRADABLE'],
    [422, 'invalid limit_price 1.001. sub-penny increment does not fulfill minimum pricing criteria', 'PRICE_INVALID'],
    [422, 'market is closed', 'MARKET_CLOSED'],
    [422, 'order is already in "filled" state', 'TOO_LATE'],
    [422, 'order is not cancelable', 'TOO_LATE'],
    [404, 'order not found for x', 'ORDER_UNKNOWN'],
    [403, 'account is restricted to liquidation only', 'ACCOUNT_BLOCKED'],
    [401, 'request is not authorized', 'ACCOUNT_BLOCKED'],
    [429, 'rate limit exceeded', 'RATE_LIMITED'],
    [422, 'something new', 'ORDER_INVALID'],
    [403, 'something new', 'OTHER'],
  ] as const)('%i %s: %s', (status, message, code) => {
    expect(refusalOf(status, message)).toBe(code);
  });
});
