import type { PointInTimeRecord } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { DataKind } from '../cache/freshness.js';
import { isSeries } from '../collectors/record.js';
import type { CallPurpose } from '../keys/key-ledger.js';
import { zonedDate } from '../wire-values/zoned-time.js';
import {
  type AnswerOf,
  decodeDividends,
  decodeEarnings,
  decodeInsiders,
  decodeMacro,
  decodeNews,
  decodeOverview,
  decodeSplits,
  decodeStatement,
  OVERVIEW,
  STATEMENTS,
} from './decode-records.js';

/** One function of the vendor and the series that its answer holds. */
export interface RecordFeed {
  readonly series: readonly string[];
  /** True: about one company. False: about the economy. */
  readonly ofSymbol: boolean;
  readonly kind: DataKind;
  readonly purpose: CallPurpose;
  /** Without symbol and key. `from` is the first knowledge that is asked for. */
  parameters(from: UnixNanos): Readonly<Record<string, string>>;
  /** True when the decoder needs the days of the reports, which EARNINGS has. */
  readonly byReportDate: boolean;
  decode(answer: AnswerOf, reportDates: ReadonlyMap<string, string>): readonly PointInTimeRecord[];
}

const macro = (series: string, kind: 'macro-daily' | 'macro-monthly', parameters: Readonly<Record<string, string>>): RecordFeed => ({
  series: [series],
  ofSymbol: false,
  kind,
  purpose: 'market-data',
  parameters: () => parameters,
  byReportDate: false,
  decode: (answer) => decodeMacro(answer, series),
});

const yields = (maturity: string): Readonly<Record<string, string>> => ({ function: 'TREASURY_YIELD', interval: 'daily', maturity });

type Decode = RecordFeed['decode'];

const company = (name: string, kind: DataKind, series: readonly string[], decode: Decode, byReportDate = false): RecordFeed => ({
  series,
  ofSymbol: true,
  kind,
  purpose: 'market-data',
  parameters: () => ({ function: name }),
  byReportDate,
  decode,
});

const statements: readonly RecordFeed[] = Object.entries(STATEMENTS).map(([name, fields]) =>
  company(
    name,
    'statements',
    fields.map(([series]) => series),
    (answer, reportDates) => decodeStatement(answer, name, reportDates),
    true,
  ),
);

const STORIES_MAX = '1000';

/** Stories from the day of `from` on: a whole day, so that questions of one day are equal and the cache answers the later ones. */
const news: RecordFeed = {
  series: ['news/sentiment'],
  ofSymbol: true,
  kind: 'news',
  purpose: 'sentiment',
  parameters: (from) => ({
    function: 'NEWS_SENTIMENT',
    time_from: `${zonedDate('UTC', from).replaceAll('-', '')}T0000`,
    sort: 'LATEST',
    limit: STORIES_MAX,
  }),
  byReportDate: false,
  decode: decodeNews,
};

export const EARNINGS_FEED = company(
  'EARNINGS',
  'statements',
  ['fundamental/eps', 'fundamental/eps-estimate', 'fundamental/eps-surprise'],
  decodeEarnings,
);

/** Everything of the vendor that is records. */
export const RECORD_FEEDS: readonly RecordFeed[] = [
  macro('macro/DGS3MO', 'macro-daily', yields('3month')),
  macro('macro/DGS2', 'macro-daily', yields('2year')),
  macro('macro/DGS5', 'macro-daily', yields('5year')),
  macro('macro/DGS7', 'macro-daily', yields('7year')),
  macro('macro/DGS10', 'macro-daily', yields('10year')),
  macro('macro/DGS30', 'macro-daily', yields('30year')),
  macro('macro/DFF', 'macro-daily', { function: 'FEDERAL_FUNDS_RATE', interval: 'daily' }),
  macro('macro/CPI', 'macro-monthly', { function: 'CPI', interval: 'monthly' }),
  macro('macro/UNRATE', 'macro-monthly', { function: 'UNEMPLOYMENT' }),
  macro('macro/DCOILWTICO', 'macro-daily', { function: 'WTI', interval: 'daily' }),
  macro('macro/DCOILBRENTEU', 'macro-daily', { function: 'BRENT', interval: 'daily' }),
  EARNINGS_FEED,
  ...statements,
  company(
    'OVERVIEW',
    'reference',
    OVERVIEW.map(([series]) => series),
    decodeOverview,
  ),
  company('INSIDER_TRANSACTIONS', 'insiders', ['insider/net-shares', 'insider/net-value'], decodeInsiders),
  company('SPLITS', 'actions', ['action/split'], decodeSplits),
  company('DIVIDENDS', 'actions', ['action/dividend'], decodeDividends),
  news,
];

/** The feeds that hold the series asked for. */
export const feedsOf = (asked: string): readonly RecordFeed[] =>
  RECORD_FEEDS.filter(({ series }) => series.some((name) => isSeries(name, asked)));
