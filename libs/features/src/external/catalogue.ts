import type { CatalogueEntry, ParameterSpec } from '../catalogue/entry.js';
import {
  creditSpread,
  earningsGrowth,
  earningsYield,
  eventAhead,
  eventSince,
  leverage,
  newsIntensity,
  priceToEarnings,
  recordAge,
  recordChange,
  recordGrowth,
  recordKnownAge,
  recordValue,
  returnOnEquity,
  sentiment,
  volatilityTerm,
  yieldSlope,
} from './record-features.js';

const DAYS_MAX = 3_660;

const text = (name: string, otherwise?: string): ParameterSpec => ({
  name,
  rule: { kind: 'text' },
  ...(otherwise === undefined ? {} : { otherwise }),
});
const days = (otherwise: number, name = 'days'): ParameterSpec => ({ name, rule: { kind: 'integer', min: 1, max: DAYS_MAX }, otherwise });
const halfLife: ParameterSpec = { name: 'half_life_days', rule: { kind: 'number', min: 0.01, max: DAYS_MAX }, otherwise: 3 };
const series = text('series');
const news = text('series', 'news/sentiment');
const earnings = text('earnings', 'fundamental/eps');
const equity = text('equity', 'fundamental/equity');

const KNOWN = 'the latest event in its latest revision known at the close';
const QUARTERLY = 'by quarter; NaN unless the quarters follow each other; earnings and price must be of one share count';

type Define = CatalogueEntry['define'];

const entry = (
  name: string,
  summary: string,
  convention: string,
  parameters: readonly ParameterSpec[],
  define: Define,
): CatalogueEntry => ({
  name,
  group: 'records',
  summary,
  convention,
  parameters,
  define,
});

/** What set files can name of published figures, news and announced events. */
export const RECORD_ENTRIES: readonly CatalogueEntry[] = [
  entry('record', 'Value of a series.', KNOWN, [series], recordValue),
  entry('record_age', 'Days since the latest event of a series.', KNOWN, [series], recordAge),
  entry('record_known_age', 'Days since a record of a series became known.', KNOWN, [series], recordKnownAge),
  entry('record_change', 'Value of a series − its value some days before.', KNOWN, [series, days(30)], recordChange),
  entry('record_growth', 'Value of a series / its value some days before − 1.', KNOWN, [series, days(365)], recordGrowth),
  entry('yield_slope', 'Long − short yield, in percent.', KNOWN, [text('long', 'macro/DGS10'), text('short', 'macro/DGS2')], yieldSlope),
  entry(
    'credit_spread',
    'Corporate − government yield, in percent.',
    KNOWN,
    [text('corporate', 'macro/DBAA'), text('government', 'macro/DGS10')],
    creditSpread,
  ),
  entry(
    'volatility_term',
    'Far / near implied volatility − 1.',
    KNOWN,
    [text('far', 'macro/VIX3M'), text('near', 'macro/VIX')],
    volatilityTerm,
  ),
  entry('pe_ratio', 'Close / earnings a share of four quarters; NaN on a loss.', QUARTERLY, [earnings], priceToEarnings),
  entry('earnings_yield', 'Earnings a share of four quarters / close.', QUARTERLY, [earnings], earningsYield),
  entry('eps_growth', 'Earnings of the quarter against those a year before.', QUARTERLY, [earnings], earningsGrowth),
  entry('roe', 'Net income of four quarters / equity.', QUARTERLY, [text('income', 'fundamental/net-income'), equity], returnOnEquity),
  entry('leverage', 'Debt / equity.', KNOWN, [text('debt', 'fundamental/total-debt'), equity], leverage),
  entry('sentiment', 'Decayed mean of scores; 0 before the first.', 'decays from when a score became known', [news, halfLife], sentiment),
  entry('news_intensity', 'Decayed count of scores.', 'decays from when a score became known', [news, halfLife], newsIntensity),
  entry('event_ahead', 'Days to the next event that is known.', 'the most days stand for none', [series, days(90, 'days_max')], eventAhead),
  entry('event_since', 'Days since the last event.', 'the most days stand for none', [series, days(90, 'days_max')], eventSince),
];
