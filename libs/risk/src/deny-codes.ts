/** Every reason for which risk refuses a signal, in the order in which the checks are made. Codes never change their meaning and are never reused. */
export const DENY_CODES = {
  DUPLICATE_SIGNAL: 'The signal, or a later one of the same symbol, was judged before.',
  TRADING_HALTED: 'Trading is halted: nothing but protective orders leaves.',
  TRADING_REDUCING: 'Trading is reducing: entries are refused, exits pass.',
  UNKNOWN_ACCOUNT: 'The executions belong to another account than the one this service guards.',
  UNKNOWN_INSTRUMENT: 'The symbol is not in the instrument table.',
  CURRENCY_MISMATCH: 'The instrument is traded in another currency than the account is kept in, and nothing converts between them.',
  SYMBOL_RESTRICTED: 'The profile names the instrument as halted, restricted or watched: it may not be entered.',
  ASSET_NOT_PERMITTED: 'The profile does not permit entries in this asset class or category.',
  STRATEGY_NOT_APPROVED: 'The signal belongs to no strategy that the profile approves.',
  STALE_DATA: 'The signal rests on data older than the profile allows, or on data from after the step.',
  DATA_QUALITY: 'The quality score of the market data is below the minimum: entries are refused, exits pass.',
  SIGNAL_EXPIRED: 'The step is past the one at which the signal expires.',
  WARM_UP: 'Reference price or ATR is missing: the features of the symbol are not warm.',
  CONFIDENCE_LOW: 'The confidence of the signal is below the least that the profile trades on.',
  REDUCTION_WORKING: 'An order that reduces this position is working already.',
  NO_POSITION: 'There is nothing to exit.',
  OPPOSITE_ORDER_WORKING:
    'An entry of the same instrument works still: the account could trade with itself. The exit leaves when the entry has ended.',
  PRICE_COLLAR: 'The reference price is further from the last mark than the collar allows.',
  PRICE_TOO_LOW: 'The price is below the lowest that the profile enters at.',
  PRICE_TOO_HIGH: 'The price is above the highest that the profile enters at.',
  PRICE_BAND: 'The reference price is further from the last close of the market data than the band allows.',
  STALE_MARK: 'The instrument did not trade in the step: it is halted, illiquid or no longer told of.',
  MARKET_CLOSED: 'The exchange of the instrument is shut at the instant of the step, or has no calendar.',
  ORDERS_PER_SECOND: 'As many orders as allowed were approved within the last second of event time.',
  ORDERS_PER_MINUTE: 'As many orders as allowed were approved within the last minute of event time.',
  OPEN_ORDERS_SYMBOL: 'As many orders of the instrument as allowed have not ended.',
  OPEN_ORDERS_ACCOUNT: 'As many orders of the account as allowed have not ended.',
  POSITIONS_MAX: 'As many instruments as allowed are held or being bought.',
  PATTERN_DAY_TRADER: 'The margin account is below the day trading minimum and has made its day trades of five sessions.',
  ENTRY_DRAWDOWN: 'The drawdown is as deep as the profile enters at.',
  HISTORY_SHORT: 'Too few bars of the instrument, or of the benchmark, are known to estimate from.',
  NO_EDGE: 'Kelly sizing gives nothing: the expected gain does not pay for the expected loss.',
  ALREADY_AT_TARGET: 'The position is as large as the signal asks for, within the rebalancing band.',
  CASH_INSUFFICIENT: 'Not one lot can be paid for at the worst price in the collar, after reservations, costs and the cash reserve.',
  CASH_UNSETTLED: 'Not one lot can be paid for with settled money; the account is a cash account.',
  BUYING_POWER: 'The account may not carry one lot more.',
  POSITION_LIMIT: 'One lot more would take the position over its share of equity.',
  SECTOR_LIMIT: 'One lot more would take the sector over its share of equity.',
  GROSS_LIMIT: 'One lot more would take gross exposure over its share of equity.',
  NET_LIMIT: 'One lot more would take net exposure over its share of equity.',
  CONCENTRATION: 'One lot more would take the largest positions together over their share of equity.',
  TRADE_RISK: 'One lot would lose more at its stop than one trade may.',
  VOLUME_SHARE: 'One lot is more than the allowed share of the average volume, or too few bars are known of it.',
  BUCKET_BUDGET: 'The capital bucket of the strategy has no room for one lot more.',
  STRATEGY_BUDGET: 'The budget of the strategy has no room for one lot more.',
  TRADES_PER_DAY: 'The number of entries and exits approved this session has reached its limit; exits still pass.',
  FAT_FINGER: 'The order is larger than any single order may be.',
  QUANTITY_MAX: 'The order has more units than any single order may have.',
  LOT_ROUNDS_TO_ZERO: 'The size asked for is less than one lot.',
  NOTIONAL_TOO_SMALL: 'The order is too small to be worth its costs.',
  SHORT_NOT_ALLOWED: 'The sale is larger than the position, and the instrument or the account may not be short.',
  STOP_TOO_NEAR: 'The protective stop is nearer to the worst fill than the profile allows: noise would touch it.',
  STOP_TOO_FAR: 'The protective stop is missing, or further from the worst fill than the profile allows.',
  TARGET_BELOW_ENTRY: 'The profit target is not above the worst fill.',
  REWARD_TO_RISK: 'The profit target is too near for the distance of the stop.',
  DAILY_LOSS_BUDGET: 'The loss at the stop, with the loss of today, would use up more of the daily loss limit than entries may.',
  CORRELATION: 'The instrument moves too much as the portfolio does.',
  PORTFOLIO_VOLATILITY: 'With the trade the portfolio would be more volatile than allowed.',
  PORTFOLIO_VAR: 'With the trade the value at risk of the portfolio would be above its limit.',
  PORTFOLIO_BETA: 'With the trade the beta of the portfolio would be above its limit.',
  IMPACT_SKIP: 'Impact analysis says that the portfolio would be worse by more than allowed.',
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
