/** Every reason for which risk refuses a signal, in the order in which the checks are made. Codes never change their meaning and are never reused. */
export const DENY_CODES = {
  DUPLICATE_SIGNAL: 'The signal, or a later one of the same symbol, was judged before.',
  TRADING_HALTED: 'Trading is halted: nothing but protective orders leaves.',
  TRADING_REDUCING: 'Trading is reducing: entries are refused, exits pass.',
  UNKNOWN_ACCOUNT: 'The executions belong to another account than the one this service guards.',
  UNKNOWN_INSTRUMENT: 'The symbol is not in the instrument table.',
  CURRENCY_MISMATCH: 'The instrument is traded in another currency than the account is kept in, and nothing converts between them.',
  STALE_DATA: 'The signal rests on data older than the profile allows, or on data from after the step.',
  DATA_QUALITY: 'The quality score of the market data is below the minimum: entries are refused, exits pass.',
  SIGNAL_EXPIRED: 'The step is past the one at which the signal expires.',
  WARM_UP: 'Reference price or ATR is missing: the features of the symbol are not warm.',
  REDUCTION_WORKING: 'An order that reduces this position is working already.',
  NO_POSITION: 'There is nothing to exit.',
  PRICE_COLLAR: 'The reference price is further from the last mark than the collar allows.',
  NO_EDGE: 'Kelly sizing gives nothing: the expected gain does not pay for the expected loss.',
  ALREADY_AT_TARGET: 'The position is as large as the signal asks for, within the rebalancing band.',
  CASH_INSUFFICIENT: 'Not one lot can be paid for at the worst price in the collar, after reservations, costs and the cash reserve.',
  BUYING_POWER: 'The account may not carry one lot more.',
  POSITION_LIMIT: 'One lot more would take the position over its share of equity.',
  SECTOR_LIMIT: 'One lot more would take the sector over its share of equity.',
  GROSS_LIMIT: 'One lot more would take gross exposure over its share of equity.',
  TRADES_PER_DAY: 'The number of entries and exits approved this session has reached its limit; exits still pass.',
  FAT_FINGER: 'The order is larger than any single order may be.',
  LOT_ROUNDS_TO_ZERO: 'The size asked for is less than one lot.',
  NOTIONAL_TOO_SMALL: 'The order is too small to be worth its costs.',
  SHORT_NOT_ALLOWED: 'The sale is larger than the position, and the instrument or the account may not be short.',
} as const;

export type DenyCode = keyof typeof DENY_CODES;

export interface Denial {
  readonly code: DenyCode;
  /** Decimal or plain text. */
  readonly parameters: Readonly<Record<string, string>>;
}

export const denial = (code: DenyCode, parameters: Readonly<Record<string, string>> = {}): Denial => ({ code, parameters });

/** The reference page, generated so that it can't drift from the table. */
export const denyCodesMarkdown = (title: string, codes: Readonly<Record<string, string>>): string =>
  [
    `## ${title}`,
    '',
    '| code | meaning |',
    '|---|---|',
    ...Object.entries(codes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    '',
  ].join('\n');
