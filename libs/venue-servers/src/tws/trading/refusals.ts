import type { RejectCode } from '@tradewind/venue';

import { RequestRefused } from '../request-fields.js';

/** How IB says what the exchange refuses: its number, and for 201, which means any refusal, words that tell which. */
const SAID: Readonly<Record<RejectCode, readonly [code: number, text: string]>> = {
  ORDER_INVALID: [321, "Error validating request.-'b0' : cause - The order is invalid"],
  SYMBOL_UNKNOWN: [200, 'No security definition has been found for the request'],
  NOT_TRADABLE: [201, 'Order rejected - reason:No trading permissions for this contract.'],
  MARKET_CLOSED: [201, 'Order rejected - reason:The exchange is closed.'],
  HALTED: [201, 'Order rejected - reason:The contract is halted.'],
  BUYING_POWER: [
    201,
    'Order rejected - reason:YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE MUST EXCEED THE INITIAL MARGIN',
  ],
  POSITION_INSUFFICIENT: [201, 'Order rejected - reason:The account does not hold the position that is sold.'],
  NOT_SHORTABLE: [201, 'Order rejected - reason:The contract is not available for short sale.'],
  PRICE_INVALID: [110, 'The price does not conform to the minimum price variation for this contract.'],
  DUPLICATE_ORDER_ID: [103, 'Duplicate order id'],
  UNSUPPORTED: [387, 'Unsupported order type for this exchange and security type.'],
  RATE_LIMITED: [100, 'Max rate of messages per second has been exceeded'],
  ACCOUNT_BLOCKED: [201, 'Order rejected - reason:The account is blocked from trading.'],
  ORDER_UNKNOWN: [135, "Can't find order with id"],
  TOO_LATE: [104, 'Cannot modify a filled order.'],
  OTHER: [201, 'Order rejected - reason:Rejected by the exchange.'],
};

export const refusalFor = (code: RejectCode): RequestRefused => new RequestRefused(...SAID[code]);
