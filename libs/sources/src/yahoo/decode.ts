import {
  type Bar,
  type BarInterval,
  nasdaqCalendar,
  nyseCalendar,
  parseCivilDate,
  type TradingCalendar,
  tsxCalendar,
} from '@tradewind/market';
import { isoFromNanos, nanosFromMillis, type Price, type Quantity, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { SourceError } from '../source.js';
import { isZone, zonedDate } from '../wire-values/zoned-time.js';
import { WireObject } from '../wire-values/wire-object.js';
import { ratioAfter, rawPrice, rawVolume, type Split, type SplitRatio } from '../wire-values/raw-prices.js';

export const SOURCE = 'yahoo';

/** Our intervals in the vendor's spelling, with their length. */
export const INTERVALS: Readonly<Partial<Record<BarInterval, { readonly spelled: string; readonly minutes: number }>>> = {
  '1d': { spelled: '1d', minutes: 1_440 },
  '1m': { spelled: '1m', minutes: 1 },
  '5m': { spelled: '5m', minutes: 5 },
  '15m': { spelled: '15m', minutes: 15 },
  '30m': { spelled: '30m', minutes: 30 },
  '1h': { spelled: '60m', minutes: 60 },
};

/** The vendor's names of exchanges whose calendars we have. */
const CALENDARS: ReadonlyMap<string, TradingCalendar> = new Map([
  ...['NMS', 'NGM', 'NCM', 'NIM'].map((name) => [name, nasdaqCalendar] as const),
  ...['NYQ', 'PCX', 'ASE', 'BTS', 'SNP', 'DJI', 'CXI', 'WCB', 'NYS', 'CGI'].map((name) => [name, nyseCalendar] as const),
  ...['TOR', 'VAN'].map((name) => [name, tsxCalendar] as const),
]);

/** Prices as the vendor has them: adjusted for splits. */
export interface ChartRow {
  /** Start of the bar. */
  readonly at: UnixNanos;
  /** At the exchange. */
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface Dividend {
  readonly date: string;
  readonly at: UnixNanos;
  /** Adjusted for splits, as the prices. */
  readonly amount: number;
}

export interface Chart {
  readonly rows: readonly ChartRow[];
  readonly splits: readonly Split[];
  readonly dividends: readonly Dividend[];
  /** Undefined for an exchange whose calendar we don't have. */
  readonly calendar: TradingCalendar | undefined;
  /** Length of the regular session of the day. */
  readonly sessionNanos: bigint;
}

const seconds = (value: number): UnixNanos => nanosFromMillis(value * 1000);

const zoneOf = (meta: WireObject): string => {
  const zone = meta.text('exchangeTimezoneName', 60);
  // `gmtoffset` is today's offset, wrong for half of the year's bars: the zone is needed.
  return isZone(zone) ? zone : meta.fail('exchangeTimezoneName', 'a time zone of the tz database');
};

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

const rowsOf = (result: WireObject, zone: string): readonly ChartRow[] => {
  if (result.raw('timestamp') === undefined) return [];
  const times = result.list('timestamp');
  const quote = result.object('indicators').objects('quote')[0] ?? result.fail('indicators', 'an object with a quote');
  const columns = FIELDS.map((name) => {
    const column = quote.list(name);
    return column.length === times.length ? column : quote.fail(name, `a list of ${times.length} values, as the timestamps`);
  });
  const byDateOrTime: ChartRow[] = [];
  times.forEach((time, index) => {
    const values = columns.map((column) => column[index]);
    // Where nothing was traded, the vendor has null in every column.
    if (values.slice(0, 4).every((value) => value === null)) return;
    const at = new WireObject(SOURCE, { time }, `timestamp[${index}]`).integer('time');
    const row = new WireObject(
      SOURCE,
      Object.fromEntries(FIELDS.map((name, column) => [name, values[column] ?? (name === 'volume' ? 0 : null)])),
      `quote[${index}]`,
    );
    const [open, high, low, close, volume] = FIELDS.map((name) => row.number(name)) as [number, number, number, number, number];
    byDateOrTime.push({ at: seconds(at), date: zonedDate(zone, seconds(at)), open, high, low, close, volume });
  });
  return byDateOrTime;
};

const eventsOf = (result: WireObject, kind: string): readonly WireObject[] => {
  if (!result.has('events')) return [];
  const events = result.object('events');
  if (!events.has(kind)) return [];
  const list = events.object(kind);
  return list.keys().map((key) => list.object(key));
};

/** Reads an answer of `/v8/finance/chart`. Throws UNKNOWN_SYMBOL, BAD_RESPONSE. */
export const decodeChart = (json: unknown): Chart => {
  const chart = new WireObject(SOURCE, json).object('chart');
  if (chart.has('error')) {
    const code = chart.object('error').textOrNone('code', 60);
    throw new SourceError(code === 'Not Found' ? 'UNKNOWN_SYMBOL' : 'INVALID_REQUEST', SOURCE, `the vendor says '${code}'`);
  }
  const result = chart.objects('result')[0] ?? chart.fail('result', 'a list with a result');
  const meta = result.object('meta');
  const zone = zoneOf(meta);
  const splits = eventsOf(result, 'splits').map((event): Split => {
    const [numerator, denominator] = [event.integer('numerator'), event.integer('denominator')];
    if (numerator <= 0 || denominator <= 0) event.fail('numerator', 'a ratio of whole numbers above 0');
    return { date: zonedDate(zone, seconds(event.integer('date'))), numerator, denominator };
  });
  const dividends = eventsOf(result, 'dividends').map((event): Dividend => {
    const at = seconds(event.integer('date'));
    return { at, date: zonedDate(zone, at), amount: event.number('amount') };
  });
  const regular = meta.object('currentTradingPeriod').object('regular');
  return {
    rows: rowsOf(result, zone),
    splits,
    dividends: dividends.toSorted((left, right) => (left.at < right.at ? -1 : 1)),
    calendar: CALENDARS.get(meta.text('exchangeName', 20)),
    sessionNanos: BigInt(regular.integer('end') - regular.integer('start')) * 1_000_000_000n,
  };
};

type Prices = Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>;

const rawPrices = (row: ChartRow, ratio: SplitRatio): Prices => {
  const fields = new WireObject(SOURCE, row, `quote of ${row.date}`);
  const priced = (name: 'open' | 'high' | 'low' | 'close'): Price => rawPrice(row[name], ratio) ?? fields.fail(name, 'a price above 0');
  const volume: Quantity = rawVolume(row.volume, ratio) ?? fields.fail('volume', 'a count of 0 or more');
  return { open: priced('open'), high: priced('high'), low: priced('low'), close: priced('close'), volume };
};

/** Opening and close of the day; undefined when the calendar says that the exchange was shut or begins later. */
const sessionOf = (row: ChartRow, chart: Chart): { openTime: UnixNanos; closeTime: UnixNanos } | undefined => {
  if (chart.calendar === undefined) return { openTime: row.at, closeTime: (row.at + chart.sessionNanos) as UnixNanos };
  try {
    return chart.calendar.sessionOf(parseCivilDate(row.date)!);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

export interface RawBars {
  readonly bars: readonly Bar[];
  /** Dates with a row although the exchange was shut, or before its calendar begins. */
  readonly shutDays: readonly string[];
}

/** Raw bars of a chart: the splits (all that have happened since the first row) are undone. The last row of a date or time holds. */
export const rawBars = (chart: Chart, splits: readonly Split[], symbol: Symbol, interval: BarInterval): RawBars => {
  const lengthNanos = BigInt(INTERVALS[interval]!.minutes) * 60_000_000_000n;
  const bars = new Map<string, Bar>();
  const shutDays: string[] = [];
  for (const row of chart.rows) {
    const session = sessionOf(row, chart);
    if (session === undefined) {
      shutDays.push(row.date);
      continue;
    }
    const daily = interval === '1d';
    const openTime = daily ? session.openTime : row.at;
    const end = (row.at + lengthNanos) as UnixNanos;
    // The last hour of a session is half an hour long.
    const inside = row.at < session.closeTime && end > session.closeTime;
    const closeTime = daily || inside ? session.closeTime : end;
    const id = `bar/${symbol}/${interval}/${daily ? row.date : isoFromNanos(closeTime)}`;
    const prices = rawPrices(row, ratioAfter(row.date, splits));
    bars.set(id, { id, symbol, interval, openTime, closeTime, ...prices, source: SOURCE, warmUp: false });
  }
  return { bars: [...bars.values()].sort((left, right) => (left.closeTime < right.closeTime ? -1 : 1)), shutDays };
};
