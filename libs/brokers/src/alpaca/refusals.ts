import type { RejectCode } from '@tradewind/venue';

interface Rule {
  readonly says: RegExp;
  readonly code: RejectCode;
}

/**
 * What the venue's words mean, the first that fits. Its numeric codes tell little: 40310000 is everything that is forbidden, 40010001 and 42210000 whatever is
 * wrong with a request.
 */
const RULES: readonly Rule[] = [
  { says: /client_order_id must be unique|duplicate client/i, code: 'DUPLICATE_ORDER_ID' },
  { says: /insufficient buying power|insufficient (?:funds|balance)|cost basis must be/i, code: 'BUYING_POWER' },
  { says: /not allowed to short|sold short|shortable|short sell/i, code: 'NOT_SHORTABLE' },
  { says: /insufficient qty|position (?:does not exist|not found)|insufficient position/i, code: 'POSITION_INSUFFICIENT' },
  { says: /asset .*(?:not found|does not exist)|could not find asset|invalid symbol|unknown symbol/i, code: 'SYMBOL_UNKNOWN' },
  { says: /not tradable|not active|asset .*inactive/i, code: 'NOT_TRADABLE' },
  { says: /halted/i, code: 'HALTED' },
  { says: /market (?:is )?(?:not open|closed)|(?:after|before|between) .*(?:am|pm)|outside .*hours/i, code: 'MARKET_CLOSED' },
  {
    says: /sub-?penny|minimum pricing|price increment|limit price must|stop price must|invalid (?:limit|stop)_price/i,
    code: 'PRICE_INVALID',
  },
  { says: /fractional|not supported|notional/i, code: 'UNSUPPORTED' },
  {
    says: /account .*(?:restricted|blocked|suspended|not eligible|not authorized)|trading .*(?:blocked|suspended)/i,
    code: 'ACCOUNT_BLOCKED',
  },
  {
    says: /not cancelable|not cancellable|not replaceable|already|not open|in .* (?:state|status)|cannot be (?:changed|replaced|cancell?ed)/i,
    code: 'TOO_LATE',
  },
];

/** What a refused request (status 4xx) means. */
export const refusalOf = (status: number, message: string): RejectCode => {
  if (status === 429) return 'RATE_LIMITED';
  if (status === 401) return 'ACCOUNT_BLOCKED';
  const rule = RULES.find(({ says }) => says.test(message));
  if (rule !== undefined) return rule.code;
  if (status === 404) return 'ORDER_UNKNOWN';
  return status === 400 || status === 422 ? 'ORDER_INVALID' : 'OTHER';
};
