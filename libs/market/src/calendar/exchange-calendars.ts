import type { ExchangeRules } from './exchange-rules.js';
import { tradingCalendar, type TradingCalendar } from './trading-calendar.js';
import { tsxClosedDaysOf } from './tsx-closures.js';
import { tsxExtendedHoursOf, tsxHoursOf } from './tsx-hours.js';
import { usClosedDaysOf } from './us-closures.js';
import { usExtendedHoursOf, usHoursOf } from './us-hours.js';

const US_RULES = {
  timeZone: 'America/New_York',
  firstYear: 1985,
  closedDaysOf: usClosedDaysOf,
  hoursOf: usHoursOf,
  extendedHoursOf: usExtendedHoursOf,
} as const;
const NYSE_RULES: ExchangeRules = { name: 'XNYS', ...US_RULES };
/** NASDAQ keeps the days and hours of the New York Stock Exchange. */
const NASDAQ_RULES: ExchangeRules = { name: 'XNAS', ...US_RULES };
const TSX_RULES: ExchangeRules = {
  name: 'XTSE',
  timeZone: 'America/Toronto',
  firstYear: 1990,
  closedDaysOf: tsxClosedDaysOf,
  hoursOf: tsxHoursOf,
  extendedHoursOf: tsxExtendedHoursOf,
};

/** The New York Stock Exchange from 1985 on, by rule; sessions are regular hours, 09:30 to 16:00 New York. */
export const nyseCalendar: TradingCalendar = tradingCalendar(NYSE_RULES);
/** The NASDAQ Stock Market from 1985 on. */
export const nasdaqCalendar: TradingCalendar = tradingCalendar(NASDAQ_RULES);
/** The Toronto Stock Exchange and the TSX Venture Exchange from 1990 on. */
export const tsxCalendar: TradingCalendar = tradingCalendar(TSX_RULES);

/** By market identifier code (ISO 10383) of the listing exchange. Arca and Cboe BZX, where most ETFs are listed, keep New York's days. */
const BY_EXCHANGE: ReadonlyMap<string, TradingCalendar> = new Map([
  ['XNYS', nyseCalendar],
  ['ARCX', nyseCalendar],
  ['BATS', nyseCalendar],
  ['XNAS', nasdaqCalendar],
  ['XTSE', tsxCalendar],
  ['XTSX', tsxCalendar],
]);

/** The calendar of an instrument's exchange. Throws RangeError when the exchange has none. */
export const calendarOf = (exchange: string): TradingCalendar => {
  const found = BY_EXCHANGE.get(exchange);
  if (found === undefined) throw new RangeError(`exchange '${exchange}' has no calendar`);
  return found;
};
