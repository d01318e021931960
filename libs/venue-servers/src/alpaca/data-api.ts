import type { Symbol } from '@tradewind/vocabulary';

import type { DataStore } from './data-store.js';
import { wireInstant, type WireRow } from './wire.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ROWS_DEFAULT = 1000;
const ROWS_MAX = 10_000;
const SYMBOL = /^[A-Z]{1,8}(\.[A-Z])?$/;
const PATH = /^\/v2\/stocks(?:\/([^/]+))?\/(bars|trades|quotes)$/;

const refusal = (status: number, message: string): Answer => ({ status, body: { message } });

interface Found {
  readonly symbol: Symbol;
  readonly row: WireRow;
}

/** Instants come as RFC 3339 or as a date. */
const boundOf = (text: string | null, otherwise: bigint): bigint | undefined => {
  if (text === null) return otherwise;
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const millis = Date.parse(match[2] === undefined ? `${match[1]}T00:00:00Z` : `${match[1]}T${match[2]}${match[4]}`);
  return Number.isNaN(millis) ? undefined : BigInt(millis) * 1_000_000n + BigInt((match[3] ?? '').padEnd(9, '0'));
};

/** A page token names the symbol and row that come next. */
const tokenOf = (index: number): string => Buffer.from(`row|${index}`).toString('base64');
const indexOf = (token: string | null): number | undefined => {
  if (token === null || token === '') return 0;
  const match = /^row\|(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'));
  return match === null ? undefined : Number(match[1]);
};

const rowBody = ({ row }: Found): unknown => ({ t: wireInstant(row.at), ...row.fields });

/**
 * Historical stocks data (`/v2/stocks/bars`, `/trades`, `/quotes`, for one symbol or several): rows sorted by symbol, then time; `start` and `end` are both in;
 * `limit` counts the rows of all symbols; what is left is told by `next_page_token`.
 */
export const answerStocks = (url: URL, store: DataStore, rowsMax: number): Answer | undefined => {
  const match = PATH.exec(url.pathname);
  if (match === null) return undefined;
  const kind = match[2] as 'bars' | 'trades' | 'quotes';
  const single = match[1] === undefined ? undefined : decodeURIComponent(match[1]);
  const query = url.searchParams;
  const symbols = (single ?? query.get('symbols') ?? '').split(',').filter((symbol) => symbol !== '') as Symbol[];
  if (symbols.length === 0) return refusal(400, 'symbols is required');
  const bad = symbols.find((symbol) => !SYMBOL.test(symbol));
  if (bad !== undefined) return refusal(400, `invalid symbol: ${bad}`);
  const start = boundOf(query.get('start'), 0n);
  const end = boundOf(query.get('end'), 1n << 62n);
  if (start === undefined || end === undefined) return refusal(400, `invalid ${start === undefined ? 'start' : 'end'}`);
  if (start > end) return refusal(400, 'end should not be before start');
  const limit = Number(query.get('limit') ?? ROWS_DEFAULT);
  if (!Number.isInteger(limit) || limit < 1 || limit > ROWS_MAX) return refusal(400, 'limit must be between 1 and 10000');
  const timeframe = query.get('timeframe');
  if (kind === 'bars' && !/^([1-9]|[1-5]\d)Min$|^([1-9]|1\d|2[0-3])Hour$|^1Day$|^1Week$|^(1|2|3|4|6|12)Month$/.test(timeframe ?? '')) {
    return refusal(400, `invalid timeframe: ${timeframe ?? ''}`);
  }
  const from = indexOf(query.get('page_token'));
  if (from === undefined) return refusal(400, 'invalid page_token');
  const table = kind === 'bars' ? `bars ${timeframe}` : kind;
  const all = symbols.toSorted().flatMap((symbol) =>
    store
      .rows(table, symbol)
      .filter(({ at }) => at >= start && at <= end)
      .map((row): Found => ({ symbol, row })),
  );
  const count = Math.min(limit, rowsMax);
  const page = all.slice(from, from + count);
  const token = from + count < all.length ? tokenOf(from + count) : null;
  if (single !== undefined) return { status: 200, body: { [kind]: page.map(rowBody), symbol: single, next_page_token: token } };
  const bySymbol = Object.groupBy(page, ({ symbol }) => symbol);
  return {
    status: 200,
    body: {
      [kind]: Object.fromEntries(Object.entries(bySymbol).map(([symbol, rows]) => [symbol, rows!.map(rowBody)])),
      next_page_token: token,
    },
  };
};

/** `/v1/corporate-actions`: by the day on which they take effect, both ends in, grouped by kind. */
export const answerActions = (url: URL, store: DataStore, rowsMax: number): Answer | undefined => {
  if (url.pathname !== '/v1/corporate-actions') return undefined;
  const query = url.searchParams;
  const symbols = query.get('symbols')?.split(',');
  const types = query.get('types')?.split(',');
  const from = indexOf(query.get('page_token'));
  if (from === undefined) return refusal(400, 'invalid page_token');
  const found = store.actions
    .filter(({ kind, fields }) => {
      const day = String(fields['process_date'] ?? fields['ex_date']);
      return (
        (types === undefined || types.includes(kind.replace(/s$/, ''))) &&
        (symbols === undefined || symbols.includes(String(fields['symbol']))) &&
        day >= (query.get('start') ?? '') &&
        day <= (query.get('end') ?? '9999')
      );
    })
    .toSorted((left, right) => (String(left.fields['process_date']) < String(right.fields['process_date']) ? -1 : 1));
  const page = found.slice(from, from + rowsMax);
  const byKind = Object.groupBy(page, ({ kind }) => kind);
  return {
    status: 200,
    body: {
      corporate_actions: Object.fromEntries(Object.entries(byKind).map(([kind, actions]) => [kind, actions!.map(({ fields }) => fields)])),
      next_page_token: from + rowsMax < found.length ? tokenOf(from + rowsMax) : null,
    },
  };
};
