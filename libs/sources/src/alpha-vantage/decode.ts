import { type Bar, type BarInterval, parseCivilDate } from '@tradewind/market';
import { isoFromNanos, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { listedSymbol, marketCalendar } from '../wire-values/listing-symbol.js';
import { NEW_YORK, zonedInstant } from '../wire-values/zoned-time.js';
import { WireObject } from '../wire-values/wire-object.js';
import { SOURCE } from './client.js';

/** Its names for the zone of New York. */
const ZONES: ReadonlySet<string> = new Set(['US/Eastern', 'America/New_York']);
const MINUTES: Readonly<Partial<Record<BarInterval, readonly [string, number]>>> = {
  '1m': ['1min', 1],
  '5m': ['5min', 5],
  '15m': ['15min', 15],
  '30m': ['30min', 30],
  '1h': ['60min', 60],
};

/** The vendor's spelling of an interval, and its minutes; undefined when it has none. */
export const vendorInterval = (interval: BarInterval): readonly [string, number] | undefined => MINUTES[interval];

export interface DecodedBars {
  /** In order of time. */
  readonly bars: readonly Bar[];
  /** Dates with a row although the exchange was shut. */
  readonly shutDays: readonly string[];
}

const checkZone = (body: WireObject): void => {
  const meta = body.object('Meta Data');
  const field = meta.keys().find((name) => name.endsWith('Time Zone'));
  if (field === undefined || !ZONES.has(meta.text(field, 40))) meta.fail(field ?? 'Time Zone', 'US/Eastern');
};

const prices = (row: WireObject): Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'> => ({
  open: row.price('1. open'),
  high: row.price('2. high'),
  low: row.price('3. low'),
  close: row.price('4. close'),
  volume: row.quantity('5. volume'),
});

/** Raw daily bars of TIME_SERIES_DAILY; each has the open and close of its session, also of a short one. */
export const decodeDaily = (json: unknown, symbol: Symbol): DecodedBars => {
  const body = new WireObject(SOURCE, json);
  checkZone(body);
  const rows = body.object('Time Series (Daily)');
  const calendar = marketCalendar(listedSymbol(symbol).market);
  const bars: Bar[] = [];
  const shutDays: string[] = [];
  for (const text of rows.keys().toSorted()) {
    const date = parseCivilDate(text) ?? rows.fail(text, 'under a date YYYY-MM-DD');
    const session = calendar.sessionOf(date);
    const values = prices(rows.object(text));
    if (session === undefined) {
      shutDays.push(date);
      continue;
    }
    const { openTime, closeTime } = session;
    bars.push({ id: `bar/${symbol}/1d/${date}`, symbol, interval: '1d', openTime, closeTime, ...values, source: SOURCE, warmUp: false });
  }
  return { bars, shutDays };
};

/** Raw bars of TIME_SERIES_INTRADAY. The vendor stamps a bar with its start on the wall clock of New York. */
export const decodeIntraday = (json: unknown, symbol: Symbol, interval: BarInterval): readonly Bar[] => {
  const spelled = vendorInterval(interval);
  if (spelled === undefined) throw new RangeError(`no bars of ${interval}`);
  const body = new WireObject(SOURCE, json);
  checkZone(body);
  const rows = body.object(`Time Series (${spelled[0]})`);
  const lengthNanos = BigInt(spelled[1]) * 60_000_000_000n;
  return rows
    .keys()
    .toSorted()
    .map((text) => {
      const openTime = zonedInstant(NEW_YORK, text) ?? rows.fail(text, 'under a time YYYY-MM-DD HH:MM:SS that New York had');
      const closeTime = (openTime + lengthNanos) as UnixNanos;
      const id = `bar/${symbol}/${interval}/${isoFromNanos(closeTime)}`;
      return { id, symbol, interval, openTime, closeTime, ...prices(rows.object(text)), source: SOURCE, warmUp: false };
    });
};
