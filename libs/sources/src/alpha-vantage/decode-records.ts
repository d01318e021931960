import { nyseCalendar, type PointInTimeRecord, parseCivilDate } from '@tradewind/market';
import { nanosFromMillis, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { earningsKnownAt, filingKnownAt, insiderKnownAt, RELEASE_RULES, startOfDay, statementKnownAt } from '../collectors/known-at.js';
import { recordOf } from '../collectors/record.js';
import { NEW_YORK, zonedDate } from '../wire-values/zoned-time.js';
import { WireObject } from '../wire-values/wire-object.js';
import { SOURCE } from './client.js';

const NAME_LENGTH_MAX = 80;
const TITLE_LENGTH_MAX = 300;
const SUMMARY_LENGTH_MAX = 1_000;
const URL_LENGTH_MAX = 500;
const STORY_TIME = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})$/;

export interface AnswerOf {
  readonly json: unknown;
  readonly fetchedAt: UnixNanos;
  /** Undefined for the whole market. */
  readonly symbol: Symbol | undefined;
}

const dateOf = (row: WireObject, name: string): string => {
  const text = row.text(name, 10);
  return parseCivilDate(text) ?? row.fail(name, 'a date YYYY-MM-DD');
};

/** The session's open, or midnight when the exchange is shut that day. */
const openOf = (date: string): UnixNanos => nyseCalendar.sessionOf(parseCivilDate(date)!)?.openTime ?? startOfDay(date);

/** TREASURY_YIELD, FEDERAL_FUNDS_RATE, CPI, UNEMPLOYMENT, WTI, BRENT: `data` of date and value, `.` where there is none. */
export const decodeMacro = ({ json }: AnswerOf, series: string): readonly PointInTimeRecord[] => {
  const rule = RELEASE_RULES[series]!;
  return new WireObject(SOURCE, json)
    .objects('data')
    .filter((row) => row.has('value'))
    .map((row) => {
      const date = dateOf(row, 'date');
      const value = row.number('value');
      return recordOf({
        series,
        symbol: undefined,
        eventDate: date,
        eventTime: startOfDay(date),
        knownAt: rule(date),
        value,
        text: '',
        source: SOURCE,
      });
    });
};

/** The vendor's days and times of the reports, by end of the fiscal quarter. */
export const decodeReportDates = ({ json }: AnswerOf): ReadonlyMap<string, string> =>
  new Map(
    new WireObject(SOURCE, json)
      .objects('quarterlyEarnings')
      .filter((row) => row.has('reportedDate'))
      .map((row) => [dateOf(row, 'fiscalDateEnding'), dateOf(row, 'reportedDate')]),
  );

const EARNINGS: readonly (readonly [string, string])[] = [
  ['fundamental/eps', 'reportedEPS'],
  ['fundamental/eps-estimate', 'estimatedEPS'],
  ['fundamental/eps-surprise', 'surprise'],
];

/** EARNINGS by quarter: known when they were reported. */
export const decodeEarnings = ({ json, symbol }: AnswerOf): readonly PointInTimeRecord[] =>
  new WireObject(SOURCE, json)
    .objects('quarterlyEarnings')
    .filter((row) => row.has('reportedDate'))
    .flatMap((row) => {
      const date = dateOf(row, 'fiscalDateEnding');
      const knownAt = earningsKnownAt(dateOf(row, 'reportedDate'), row.textOrNone('reportTime', 20));
      return EARNINGS.filter(([, field]) => row.has(field)).map(([series, field]) =>
        recordOf({
          series,
          symbol,
          eventDate: date,
          eventTime: startOfDay(date),
          knownAt,
          value: row.number(field),
          text: '',
          source: SOURCE,
        }),
      );
    });

/** Figures of the three statements by their fields. */
export const STATEMENTS: Readonly<Record<string, readonly (readonly [series: string, field: string])[]>> = {
  INCOME_STATEMENT: [
    ['fundamental/revenue', 'totalRevenue'],
    ['fundamental/gross-profit', 'grossProfit'],
    ['fundamental/operating-income', 'operatingIncome'],
    ['fundamental/ebitda', 'ebitda'],
    ['fundamental/net-income', 'netIncome'],
  ],
  BALANCE_SHEET: [
    ['fundamental/total-assets', 'totalAssets'],
    ['fundamental/total-liabilities', 'totalLiabilities'],
    ['fundamental/total-debt', 'shortLongTermDebtTotal'],
    ['fundamental/cash', 'cashAndCashEquivalentsAtCarryingValue'],
    ['fundamental/equity', 'totalShareholderEquity'],
    ['fundamental/shares-outstanding', 'commonStockSharesOutstanding'],
  ],
  CASH_FLOW: [
    ['fundamental/operating-cash-flow', 'operatingCashflow'],
    ['fundamental/capital-expenditure', 'capitalExpenditures'],
    ['fundamental/dividends-paid', 'dividendPayout'],
  ],
};

/** A statement by quarter, in the currency it was reported in (`text`). */
export const decodeStatement = (
  { json, symbol }: AnswerOf,
  statement: string,
  reportDates: ReadonlyMap<string, string>,
): readonly PointInTimeRecord[] =>
  new WireObject(SOURCE, json).objects('quarterlyReports').flatMap((row) => {
    const date = dateOf(row, 'fiscalDateEnding');
    const knownAt = statementKnownAt(date, reportDates.get(date));
    const text = row.textOrNone('reportedCurrency', 3);
    return STATEMENTS[statement]!.filter(([, field]) => row.has(field)).map(([series, field]) =>
      recordOf({ series, symbol, eventDate: date, eventTime: startOfDay(date), knownAt, value: row.number(field), text, source: SOURCE }),
    );
  });

export const OVERVIEW: readonly (readonly [string, string])[] = [
  ['fundamental/pe', 'PERatio'],
  ['fundamental/roe', 'ReturnOnEquityTTM'],
  ['fundamental/beta', 'Beta'],
  ['fundamental/dividend-yield', 'DividendYield'],
  ['fundamental/market-capitalization', 'MarketCapitalization'],
];

/** OVERVIEW is the vendor's view of now and says not since when: each look is known from the time it was fetched. */
export const decodeOverview = ({ json, symbol, fetchedAt }: AnswerOf): readonly PointInTimeRecord[] => {
  const row = new WireObject(SOURCE, json);
  row.text('Symbol', NAME_LENGTH_MAX);
  const date = zonedDate(NEW_YORK, fetchedAt);
  return OVERVIEW.filter(([, field]) => row.has(field)).map(([series, field]) =>
    recordOf({
      series,
      symbol,
      eventDate: date,
      eventTime: startOfDay(date),
      knownAt: fetchedAt,
      value: row.number(field),
      text: '',
      source: SOURCE,
    }),
  );
};

interface InsiderDay {
  shares: number;
  notional: number;
  readonly people: string[];
}

const PEOPLE_NAMED_MAX = 5;

/** INSIDER_TRANSACTIONS, added up by day: net shares and their value at the prices told; disposals count below zero. */
export const decodeInsiders = ({ json, symbol }: AnswerOf): readonly PointInTimeRecord[] => {
  const days = new Map<string, InsiderDay>();
  for (const row of new WireObject(SOURCE, json).objects('data')) {
    if (!row.has('shares')) continue;
    const date = dateOf(row, 'transaction_date');
    const way = row.text('acquisition_or_disposal', 1);
    if (way !== 'A' && way !== 'D') row.fail('acquisition_or_disposal', 'A or D');
    const shares = row.number('shares') * (way === 'A' ? 1 : -1);
    const day = days.get(date) ?? { shares: 0, notional: 0, people: [] };
    day.shares += shares;
    day.notional += row.has('share_price') ? shares * row.number('share_price') : 0;
    const person = `${row.textOrNone('executive', NAME_LENGTH_MAX)} (${row.textOrNone('executive_title', NAME_LENGTH_MAX)})`;
    if (day.people.length < PEOPLE_NAMED_MAX && !day.people.includes(person)) day.people.push(person);
    days.set(date, day);
  }
  return [...days].flatMap(([date, { shares, notional, people }]) => {
    const common = {
      symbol,
      eventDate: date,
      eventTime: startOfDay(date),
      knownAt: insiderKnownAt(date),
      text: people.join('; '),
      source: SOURCE,
    };
    return [
      recordOf({ series: 'insider/net-shares', value: shares, ...common }),
      recordOf({ series: 'insider/net-value', value: notional, ...common }),
    ];
  });
};

/** SPLITS: shares after for each share before, effective before the open of the day; known from midnight of it, for the vendor tells no announcement. */
export const decodeSplits = ({ json, symbol }: AnswerOf): readonly PointInTimeRecord[] =>
  new WireObject(SOURCE, json).objects('data').map((row) => {
    const date = dateOf(row, 'effective_date');
    const value = row.number('split_factor');
    if (value <= 0) row.fail('split_factor', 'a factor above 0');
    return recordOf({
      series: 'action/split',
      symbol,
      eventDate: date,
      eventTime: openOf(date),
      knownAt: startOfDay(date),
      value,
      text: '',
      source: SOURCE,
    });
  });

/** DIVIDENDS: cash a share by ex-date; known from midnight after the declaration, or from midnight of the ex-date when that is not told. */
export const decodeDividends = ({ json, symbol }: AnswerOf): readonly PointInTimeRecord[] =>
  new WireObject(SOURCE, json).objects('data').map((row) => {
    const date = dateOf(row, 'ex_dividend_date');
    const declared = row.has('declaration_date') ? filingKnownAt(dateOf(row, 'declaration_date')) : startOfDay(date);
    const value = row.number('amount');
    if (value <= 0) row.fail('amount', 'an amount above 0');
    return recordOf({
      series: 'action/dividend',
      symbol,
      eventDate: date,
      eventTime: openOf(date),
      knownAt: declared < startOfDay(date) ? declared : startOfDay(date),
      value,
      text: '',
      source: SOURCE,
    });
  });

const storyTime = (row: WireObject): UnixNanos => {
  const match = STORY_TIME.exec(row.text('time_published', 20));
  const [year, month, day, hour, minute, second] = (match ?? []).slice(1).map(Number);
  const millis = match === null ? Number.NaN : Date.UTC(year!, month! - 1, day, hour, minute, second);
  return Number.isNaN(millis) ? row.fail('time_published', 'a time YYYYMMDDTHHMMSS') : nanosFromMillis(millis);
};

/** NEWS_SENTIMENT about one symbol: the vendor's score in [-1, 1] and the story's title and summary, cut and cleaned. */
export const decodeNews = ({ json, symbol }: AnswerOf): readonly PointInTimeRecord[] =>
  new WireObject(SOURCE, json).objects('feed').flatMap((row) => {
    const about = row.objects('ticker_sentiment').find((ticker) => ticker.text('ticker', NAME_LENGTH_MAX) === symbol);
    if (about === undefined) return [];
    const at = storyTime(row);
    const value = about.number('ticker_sentiment_score');
    if (Math.abs(value) > 1) about.fail('ticker_sentiment_score', 'a score from -1 to 1');
    const text = [row.text('title', TITLE_LENGTH_MAX), row.textOrNone('summary', SUMMARY_LENGTH_MAX)]
      .filter((part) => part !== '')
      .join(' | ');
    return [
      recordOf({
        series: 'news/sentiment',
        symbol,
        eventTime: at,
        knownAt: at,
        value,
        text,
        source: SOURCE,
        mark: row.text('url', URL_LENGTH_MAX),
      }),
    ];
  });
