import {
  type Bar,
  type BarInterval,
  nyseCalendar,
  parseBarInterval,
  civilDate,
  type PointInTimeRecord,
  type Quote,
  type Trade,
} from '@tradewind/market';
import { isoFromNanos, type Symbol, symbolOf, toNumber, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import { SourceError } from '../source.js';
import { FieldReader } from '../transport/fields.js';

export const NAME = 'alpaca';
const fields = new FieldReader(NAME);

const TIMEFRAMES: Readonly<Partial<Record<BarInterval, string>>> = {
  '1m': '1Min',
  '5m': '5Min',
  '15m': '15Min',
  '30m': '30Min',
  '1h': '1Hour',
  '1d': '1Day',
};
export const INTERVALS = Object.keys(TIMEFRAMES) as readonly BarInterval[];
const UNIT_NANOS: Readonly<Record<string, bigint>> = { m: 60_000_000_000n, h: 3_600_000_000_000n };

/** The venue's name of an interval; undefined when it has none. */
export const timeframeOf = (interval: BarInterval): string | undefined => TIMEFRAMES[interval];

/** Length of an interval within a day; undefined for days. */
export const lengthOf = (interval: BarInterval): bigint | undefined => {
  const rule = parseBarInterval(interval);
  const unit = rule.ok && rule.value.kind === 'time' ? UNIT_NANOS[rule.value.unit] : undefined;
  return unit === undefined || !rule.ok ? undefined : unit * BigInt(rule.value.count);
};

const CALENDAR_FROM = '1985-01-01';

interface Span {
  readonly id: string;
  readonly openTime: UnixNanos;
  readonly closeTime: UnixNanos;
}

/** A bar is stamped with its beginning, a daily one with midnight in New York: its UTC date is that of the session. */
const spanOf = (symbol: Symbol, interval: BarInterval, stamp: UnixNanos, field: string): Span => {
  const length = lengthOf(interval);
  if (length !== undefined) {
    const closeTime = (stamp + length) as UnixNanos;
    return { id: `bar/${symbol}/${interval}/${isoFromNanos(closeTime)}`, openTime: stamp, closeTime };
  }
  const date = utcDateOf(stamp);
  const session = date < CALENDAR_FROM ? undefined : nyseCalendar.sessionOf(civilDate(date));
  if (session === undefined) return fields.fail(field, 'the day of a session of XNYS', date);
  return { id: `bar/${symbol}/${interval}/${date}`, openTime: session.openTime, closeTime: session.closeTime };
};

/** A bar of the REST API or the stream (keys o, h, l, c, v, t). Throws SourceError BAD_RESPONSE. */
export const decodeBar = (value: unknown, path: string, symbol: Symbol, interval: BarInterval, source: string): Bar => {
  const row = fields.object(value, path);
  const span = spanOf(symbol, interval, fields.instant(row['t'], `${path}.t`), `${path}.t`);
  const [open, close] = [fields.price(row['o'], `${path}.o`), fields.price(row['c'], `${path}.c`)];
  const [high, low] = [fields.price(row['h'], `${path}.h`), fields.price(row['l'], `${path}.l`)];
  if (high < open || high < close) fields.fail(`${path}.h`, 'at least the open and the close', row['h']);
  if (low > open || low > close) fields.fail(`${path}.l`, 'at most the open and the close', row['l']);
  return { ...span, symbol, interval, open, high, low, close, volume: fields.quantity(row['v'], `${path}.v`), source, warmUp: false };
};

/** A space is how the tapes write a regular sale. */
const conditionsOf = (value: unknown, path: string): readonly string[] =>
  value === undefined || value === null
    ? []
    : fields.texts(value, path).filter((condition) => condition.trim() !== '' && condition !== '@');

/** A trade (keys p, s, t, x, c). Throws SourceError BAD_RESPONSE. */
export const decodeTrade = (value: unknown, path: string, symbol: Symbol): Trade => {
  const row = fields.object(value, path);
  return {
    kind: 'trade',
    symbol,
    at: fields.instant(row['t'], `${path}.t`),
    sequence: 0,
    price: fields.price(row['p'], `${path}.p`),
    quantity: fields.quantity(row['s'], `${path}.s`),
    aggressor: 'UNKNOWN',
    conditions: conditionsOf(row['c'], `${path}.c`),
    venue: fields.text(row['x'], `${path}.x`),
  };
};

/** A quote (keys bp, bs, ap, as, t). `venue` is empty for the consolidated quote of the SIP. Throws SourceError BAD_RESPONSE. */
export const decodeQuote = (value: unknown, path: string, symbol: Symbol, feed: 'iex' | 'sip'): Quote => {
  const row = fields.object(value, path);
  return {
    kind: 'quote',
    symbol,
    at: fields.instant(row['t'], `${path}.t`),
    sequence: 0,
    bidPrice: fields.priceOrNone(row['bp'], `${path}.bp`),
    bidQuantity: fields.quantity(row['bs'], `${path}.bs`),
    askPrice: fields.priceOrNone(row['ap'], `${path}.ap`),
    askQuantity: fields.quantity(row['as'], `${path}.as`),
    venue: feed === 'iex' ? fields.text(row['bx'], `${path}.bx`) : '',
  };
};

export interface Page {
  readonly rows: readonly unknown[];
  readonly path: string;
  readonly nextToken: string | undefined;
}

const nextTokenOf = (body: Readonly<Record<string, unknown>>): string | undefined => {
  const token = body['next_page_token'];
  return token === null || token === undefined || token === '' ? undefined : fields.text(token, 'next_page_token');
};

/** One page of `/v2/stocks/<kind>`: rows by symbol and the token of the next page. Null stands for no rows. */
export const decodePage = (value: unknown, kind: 'bars' | 'trades' | 'quotes', symbol: Symbol): Page => {
  const body = fields.object(value, 'body');
  if (!(kind in body)) fields.fail(kind, 'present');
  const path = `${kind}.${symbol}`;
  const bySymbol = body[kind] === null ? {} : fields.object(body[kind], kind);
  const rows = bySymbol[wireSymbol(symbol)] ?? [];
  return { rows: fields.list(rows, path), path, nextToken: nextTokenOf(body) };
};

/** The venue writes classes of shares with a point (BRK.B), we with a hyphen. */
export const wireSymbol = (symbol: Symbol): string => symbol.replaceAll('-', '.');

const symbolIn = (value: unknown, path: string): Symbol => {
  const text = fields.text(value, path);
  try {
    return symbolOf(text.replaceAll('.', '-'));
  } catch {
    return fields.fail(path, 'a symbol', value);
  }
};

/** What makes up a series: the venue's type in a request, and its name in the answer. */
const ACTIONS: Readonly<Record<string, readonly { readonly type: string; readonly kind: string }[]>> = {
  'action/split': [
    { type: 'forward_split', kind: 'forward_splits' },
    { type: 'reverse_split', kind: 'reverse_splits' },
  ],
  'action/dividend': [{ type: 'cash_dividend', kind: 'cash_dividends' }],
  'action/special-dividend': [{ type: 'cash_dividend', kind: 'cash_dividends' }],
};

/** The series that are asked for: one, or all behind a prefix that ends in `/`. */
export const actionSeries = (asked: string): readonly string[] =>
  Object.keys(ACTIONS).filter((series) => series === asked || (asked.endsWith('/') && series.startsWith(asked)));

/** The venue's types of the series, for a request. */
export const actionTypes = (series: readonly string[]): string =>
  [...new Set(series.flatMap((each) => ACTIONS[each]!.map(({ type }) => type)))].join(',');

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const decodeAction = (value: unknown, path: string, series: string, source: string): PointInTimeRecord | undefined => {
  const row = fields.object(value, path);
  const special = row['special'] === true;
  if (series !== 'action/split' && special !== (series === 'action/special-dividend')) return undefined;
  const day = fields.text(row['ex_date'], `${path}.ex_date`);
  const at = DAY.test(day) ? fields.instant(`${day}T00:00:00Z`, `${path}.ex_date`) : fields.fail(`${path}.ex_date`, 'a date', day);
  const symbol = symbolIn(row['symbol'], `${path}.symbol`);
  const rate = (key: string): number => toNumber(fields.price(row[key], `${path}.${key}`));
  const figure = series === 'action/split' ? rate('new_rate') / rate('old_rate') : rate('rate');
  return {
    id: `${series}/${symbol}/${day}/${isoFromNanos(at)}`,
    series,
    symbol,
    eventTime: at,
    knownAt: at,
    value: figure,
    text: '',
    source,
  };
};

/**
 * One page of `/v1/corporate-actions`. A split's value is new shares for each old one, a dividend's the cash a share. The venue doesn't say when an action
 * was declared; everybody knows it at the start (UTC) of its ex-date at the latest, so that is its known-at time.
 */
export const decodeActions = (
  value: unknown,
  series: readonly string[],
): { readonly records: readonly PointInTimeRecord[]; readonly nextToken: string | undefined } => {
  const body = fields.object(value, 'body');
  const byKind = fields.object(body['corporate_actions'], 'corporate_actions');
  const records = series.flatMap((each) =>
    ACTIONS[each]!.flatMap(({ kind }) =>
      fields.list(byKind[kind] ?? [], kind).map((row, index) => decodeAction(row, `${kind}[${index}]`, each, NAME)),
    ),
  );
  return { records: records.filter((record) => record !== undefined), nextToken: nextTokenOf(body) };
};

/** A message of the stream: always a list of frames, each with its type. Throws SourceError BAD_RESPONSE. */
export const decodeFrames = (text: string): readonly { readonly type: string; readonly frame: Readonly<Record<string, unknown>> }[] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new SourceError('BAD_RESPONSE', NAME, 'a message of the stream is not JSON', { field: 'message', rule: 'JSON' });
  }
  return fields.list(parsed, 'message').map((value, index) => {
    const frame = fields.object(value, `message[${index}]`);
    return { type: fields.text(frame['T'], `message[${index}].T`), frame };
  });
};

/** The symbol of a data frame. */
export const frameSymbol = (frame: Readonly<Record<string, unknown>>): Symbol => symbolIn(frame['S'], 'S');
