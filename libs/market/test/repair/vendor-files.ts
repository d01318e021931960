import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import type { UnixNanos } from '@tradewind/vocabulary';

import type { VendorRow } from '../../src/index.js';

/** Rows of a vendor's CSV (time with zone, prices, dividends, splits; blank where there is none), oldest first. */
export const vendorRows = (file: string): readonly VendorRow[] => {
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString().trim().split(/\r?\n/);
  const columns = header!.split(',');
  return lines
    .map((line) => {
      const fields = line.split(',');
      const text = (column: string): string => fields[columns.indexOf(column)] ?? '';
      const value = (column: string): number => (text(column) === '' ? NaN : Number(text(column)));
      const event = (column: string): number => value(column) || 0;
      return {
        at: (BigInt(Date.parse(fields[0]!.replace(' ', 'T'))) * 1_000_000n) as UnixNanos,
        open: value('Open'),
        high: value('High'),
        low: value('Low'),
        close: value('Close'),
        adjusted: value('Adj Close'),
        volume: value('Volume'),
        dividend: event('Dividends'),
        split: event('Stock Splits'),
        capitalGain: event('Capital Gains'),
      };
    })
    .sort((left, right) => (left.at < right.at ? -1 : 1));
};
