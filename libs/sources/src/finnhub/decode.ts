import { type Bar, type BarInterval, nyseCalendar, parseCivilDate, type PointInTimeRecord, type Trade } from '@tradewind/market';
import { isoFromNanos, nanosFromMillis, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { filingKnownAt, insiderKnownAt, startOfDay } from '../collectors/known-at.js';
import { recordOf } from '../collectors/record.js';
import { SourceError } from '../source.js';
import { dayAfter, NEW_YORK, zonedDate } from '../wire-values/zoned-time.js';
import { parseWireJson, WireObject } from '../wire-values/wire-object.js';
import { ratioAfter, rawPrice, rawVolume, type Split } from '../wire-values/raw-prices.js';

export const SOURCE = 'finnhub';

const TITLE_LENGTH_MAX = 300;
const SUMMARY_LENGTH_MAX = 1_000;
const NAME_LENGTH_MAX = 80;
const URL_LENGTH_MAX = 500;
const CONDITIONS_MAX = 16;
const PEOPLE_NAMED_MAX = 5;
const HOUR_NANOS = 3_600_000_000_000n;
const UNIT = { numerator: 1n, denominator: 1n };

/** Our intervals as the vendor's resolutions, with their minutes. */
export const RESOLUTIONS: Readonly<Partial<Record<BarInterval, readonly [string, number]>>> = {
  '1d': ['D', 1_440],
  '1m': ['1', 1],
  '5m': ['5', 5],
  '15m': ['15', 15],
  '30m': ['30', 30],
  '1h': ['60', 60],
};

const seconds = (value: number): UnixNanos => nanosFromMillis(value * 1000);

const dateOf = (row: WireObject, name: string): string => {
  const text = row.text(name, 10);
  return parseCivilDate(text) ?? row.fail(name, 'a date YYYY-MM-DD');
};

/** `/stock/split`: `fromFactor` shares become `toFactor`. */
export const decodeSplits = (json: unknown): readonly Split[] =>
  rowsOf(json, 'splits').map((row) => {
    const [denominator, numerator] = [row.integer('fromFactor'), row.integer('toFactor')];
    if (numerator <= 0 || denominator <= 0) row.fail('toFactor', 'a factor above 0');
    return { date: dateOf(row, 'date'), numerator, denominator };
  });

const rowsOf = (json: unknown, name: string): readonly WireObject[] => new WireObject(SOURCE, { [name]: json }, 'answer').objects(name);

/**
 * `/stock/candle`: columns of equal length. Daily candles are adjusted for splits, which are undone; others are raw. A daily candle is stamped with a
 * moment of its day in New York, any other with its start.
 */
export const decodeCandles = (json: unknown, symbol: Symbol, interval: BarInterval, splits: readonly Split[]): readonly Bar[] => {
  const body = new WireObject(SOURCE, json);
  if (body.text('s', 20) === 'no_data') return [];
  const times = body.list('t');
  const column = (name: string): readonly unknown[] => {
    const values = body.list(name);
    return values.length === times.length ? values : body.fail(name, `a list of ${times.length} values, as 't'`);
  };
  const columns = { open: column('o'), high: column('h'), low: column('l'), close: column('c'), volume: column('v') };
  return times.flatMap((time, index): Bar[] => {
    const row = new WireObject(
      SOURCE,
      { t: time, ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[index]])) },
      `[${index}]`,
    );
    const span = timesOf(row, interval);
    if (span === undefined) return [];
    const ratio = interval === '1d' ? ratioAfter(span.date, splits) : UNIT;
    const priced = (name: 'open' | 'high' | 'low' | 'close') => rawPrice(row.number(name), ratio) ?? row.fail(name, 'a price above 0');
    const { openTime, closeTime } = span;
    return [
      {
        id: `bar/${symbol}/${interval}/${interval === '1d' ? span.date : isoFromNanos(closeTime)}`,
        symbol,
        interval,
        openTime,
        closeTime,
        open: priced('open'),
        high: priced('high'),
        low: priced('low'),
        close: priced('close'),
        volume: rawVolume(row.number('volume'), ratio) ?? row.fail('volume', 'a count of 0 or more'),
        source: SOURCE,
        warmUp: false,
      },
    ];
  });
};

/** Undefined for a daily candle of a day without a session. */
const timesOf = (row: WireObject, interval: BarInterval): { date: string; openTime: UnixNanos; closeTime: UnixNanos } | undefined => {
  const at = seconds(row.integer('t'));
  // Six hours after midnight in London or New York it is the same day in New York.
  const date = zonedDate(NEW_YORK, (interval === '1d' ? at + 6n * HOUR_NANOS : at) as UnixNanos);
  if (interval !== '1d') return { date, openTime: at, closeTime: (at + BigInt(RESOLUTIONS[interval]![1]) * 60_000_000_000n) as UnixNanos };
  const session = nyseCalendar.sessionOf(parseCivilDate(date)!);
  return session === undefined ? undefined : { ...session, date };
};

/** `/company-news`: stories without a score. */
export const decodeNews = (json: unknown, symbol: Symbol): readonly PointInTimeRecord[] =>
  rowsOf(json, 'news').map((row) => {
    const at = seconds(row.integer('datetime'));
    const text = [row.text('headline', TITLE_LENGTH_MAX), row.textOrNone('summary', SUMMARY_LENGTH_MAX)]
      .filter((part) => part !== '')
      .join(' | ');
    if (text === '') row.fail('headline', 'text');
    const mark = row.textOrNone('url', URL_LENGTH_MAX) || String(row.raw('id'));
    return recordOf({ series: 'news/story', symbol, eventTime: at, knownAt: at, value: Number.NaN, text, source: SOURCE, mark });
  });

export const METRICS: readonly (readonly [series: string, field: string])[] = [
  ['fundamental/pe', 'peTTM'],
  ['fundamental/roe', 'roeTTM'],
  ['fundamental/beta', 'beta'],
  ['fundamental/eps-growth', 'epsGrowthTTMYoy'],
  ['fundamental/leverage', 'totalDebt/totalEquityQuarterly'],
];
/** The vendor has these in per cent. */
const PERCENT: ReadonlySet<string> = new Set(['fundamental/roe', 'fundamental/eps-growth']);

/** `/stock/metric`: the vendor's view of now, known from the time of the look. Shares are fractions. */
export const decodeMetrics = (json: unknown, symbol: Symbol, lookedAt: UnixNanos): readonly PointInTimeRecord[] => {
  const metric = new WireObject(SOURCE, json).object('metric');
  const date = zonedDate(NEW_YORK, lookedAt);
  return METRICS.filter(([, field]) => metric.has(field)).map(([series, field]) => {
    const value = metric.number(field) / (PERCENT.has(series) ? 100 : 1);
    return recordOf({ series, symbol, eventDate: date, eventTime: startOfDay(date), knownAt: lookedAt, value, text: '', source: SOURCE });
  });
};

interface Filing {
  readonly date: string;
  readonly filed: string;
  shares: number;
  notional: number;
  readonly people: string[];
}

/** `/stock/insider-transactions`, added up by day of the trade and day of the filing. Known from midnight after the filing. */
export const decodeInsiders = (json: unknown, symbol: Symbol): readonly PointInTimeRecord[] => {
  const filings = new Map<string, Filing>();
  for (const row of new WireObject(SOURCE, json).objects('data')) {
    const date = dateOf(row, 'transactionDate');
    const filed = row.has('filingDate') ? dateOf(row, 'filingDate') : '';
    const filing = filings.get(`${date}/${filed}`) ?? { date, filed, shares: 0, notional: 0, people: [] };
    const change = row.number('change');
    filing.shares += change;
    filing.notional += row.has('transactionPrice') ? change * row.number('transactionPrice') : 0;
    const person = row.textOrNone('name', NAME_LENGTH_MAX);
    if (person !== '' && filing.people.length < PEOPLE_NAMED_MAX && !filing.people.includes(person)) filing.people.push(person);
    filings.set(`${date}/${filed}`, filing);
  }
  return [...filings.values()].flatMap(({ date, filed, shares, notional, people }) => {
    const knownAt = filed === '' ? insiderKnownAt(date) : filingKnownAt(filed);
    const common = { symbol, eventDate: date, eventTime: startOfDay(date), knownAt, text: people.join('; '), source: SOURCE };
    return [
      recordOf({ series: 'insider/net-shares', value: shares, ...common }),
      recordOf({ series: 'insider/net-value', value: notional, ...common }),
    ];
  });
};

/** `/stock/recommendation`: analysts' mean from -2 (strong sell) to 2 (strong buy) by month; known when the month is over, for it grows until then. */
export const decodeRecommendations = (json: unknown, symbol: Symbol): readonly PointInTimeRecord[] =>
  rowsOf(json, 'recommendations').flatMap((row) => {
    const date = dateOf(row, 'period');
    const votes = (['strongSell', 'sell', 'hold', 'buy', 'strongBuy'] as const).map((name) => row.integer(name));
    const count = votes.reduce((sum, vote) => sum + vote, 0);
    if (count === 0) return [];
    const value = votes.reduce((sum, vote, index) => sum + vote * (index - 2), 0) / count;
    const nextMonth = `${dayAfter(`${date.slice(0, 7)}-28`, 5).slice(0, 7)}-01`;
    const text = `${count} analysts`;
    return [
      recordOf({
        series: 'analyst/recommendation',
        symbol,
        eventDate: date,
        eventTime: startOfDay(date),
        knownAt: startOfDay(nextMonth),
        value,
        text,
        source: SOURCE,
      }),
    ];
  });

const SOCIAL_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;

/** `/stock/social-sentiment`: score in [-1, 1] and mentions by hour (UTC); known when the hour is over. */
export const decodeSocial = (json: unknown, symbol: Symbol): readonly PointInTimeRecord[] =>
  new WireObject(SOURCE, json).objects('data').flatMap((row) => {
    const match = SOCIAL_TIME.exec(row.text('atTime', 20));
    const millis = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
    if (Number.isNaN(millis)) row.fail('atTime', 'a time YYYY-MM-DD HH:MM:SS');
    const at = nanosFromMillis(millis);
    const common = { symbol, eventTime: at, knownAt: (at + HOUR_NANOS) as UnixNanos, text: '', source: SOURCE };
    return [
      recordOf({ series: 'sentiment/social', value: row.number('score'), ...common }),
      recordOf({ series: 'sentiment/mentions', value: row.integer('mention'), ...common }),
    ];
  });

export type StreamMessage =
  | { readonly kind: 'trades'; readonly trades: readonly WireObject[] }
  | { readonly kind: 'ping' }
  | { readonly kind: 'error'; readonly error: SourceError };

/** A message of the stream. Throws BAD_RESPONSE. */
export const decodeMessage = (text: string): StreamMessage => {
  const body = new WireObject(SOURCE, parseWireJson(SOURCE, text), 'message');
  const type = body.text('type', 20);
  switch (type) {
    case 'ping':
      return { kind: 'ping' };
    case 'trade':
      return { kind: 'trades', trades: body.objects('data') };
    case 'error': {
      const said = body.textOrNone('msg', 200);
      const code = /api key|token|auth/i.test(said) ? 'AUTHENTICATION' : /limit|too many/i.test(said) ? 'RATE_LIMITED' : 'INVALID_REQUEST';
      return { kind: 'error', error: new SourceError(code, SOURCE, `the stream says '${said}'`) };
    }
    default:
      return body.fail('type', 'trade, ping or error');
  }
};

/** One trade of a batch: price, symbol, milliseconds, volume, conditions. `symbols` are those subscribed to, by the vendor's spelling. */
export const decodeTrade = (row: WireObject, symbols: ReadonlyMap<string, Symbol>): Trade => ({
  kind: 'trade',
  symbol: symbols.get(row.text('s', NAME_LENGTH_MAX)) ?? row.fail('s', 'a symbol that was subscribed to'),
  at: nanosFromMillis(row.integer('t')),
  sequence: 0,
  price: row.price('p'),
  quantity: row.quantity('v'),
  aggressor: 'UNKNOWN',
  conditions: row.has('c')
    ? row
        .list('c')
        .slice(0, CONDITIONS_MAX)
        .map((condition) => (typeof condition === 'string' && condition.length <= 20 ? condition : row.fail('c', 'a list of short texts')))
    : [],
  venue: '',
});
