import type { RejectCode, VenueOrder } from '@tradewind/venue';
import { formatDecimal } from '@tradewind/vocabulary';

import type { Answer } from './data-api.js';

/** A refusal in Alpaca's form. */
export const refuse = (status: number, code: number, message: string, more: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  body: { code, message, ...more },
});

export const invalid = (message: string): Answer => refuse(422, 40_010_001, message);
export const unprocessable = (message: string): Answer => refuse(422, 42_210_000, message);
export const forbidden = (message: string, more: Readonly<Record<string, string>> = {}): Answer => refuse(403, 40_310_000, message, more);
export const notFound = (message: string): Answer => refuse(404, 40_410_000, message);

/** What is thrown inside a request that is refused. */
export class Refused extends Error {
  constructor(readonly answer: Answer) {
    super('the request is refused');
  }
}

/** How Alpaca words what the exchange refuses. */
export const answerTo = (code: RejectCode, message: string, order: Pick<VenueOrder, 'symbol' | 'quantity'>): Answer => {
  switch (code) {
    case 'BUYING_POWER':
      return forbidden('insufficient buying power');
    case 'POSITION_INSUFFICIENT':
      return forbidden(`insufficient qty available for order (requested: ${formatDecimal(order.quantity)})`, { symbol: order.symbol });
    case 'NOT_SHORTABLE':
      return unprocessable(`asset "${order.symbol}" cannot be sold short`);
    case 'SYMBOL_UNKNOWN':
      return invalid(`asset "${order.symbol}" not found`);
    case 'MARKET_CLOSED':
      return unprocessable('market is closed');
    case 'HALTED':
      return unprocessable(`trading in "${order.symbol}" is halted`);
    case 'TOO_LATE':
      return unprocessable(message);
    default:
      return unprocessable(message);
  }
};
