import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { SourceError, type SourceEnvironment } from '../source.js';
import { HttpClient } from '../transport/http-client.js';
import { listedSymbol } from '../wire-values/listing-symbol.js';
import { decodeDailyFile, decodeSplitFile } from './daily-file.js';
import { type Chart, decodeChart, SOURCE } from './decode.js';
import type { YahooSettings } from './settings.js';

const BODY_BYTES_MAX = 32 * 1024 * 1024;
const MINUTE_MS = 60_000;
const BURST = 10;
/** The vendor turns away clients without the name of a browser. */
const HEADERS = { 'user-agent': 'Mozilla/5.0 (compatible; Tradewind)' };

export interface ChartQuestion {
  /** The vendor's spelling: `AAPL`, `RY.TO`, `^VIX`. */
  readonly ticker: string;
  readonly interval: string;
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

const SUFFIX = { US: '', TSX: '.TO', TSXV: '.V' } as const;

/** `RCI-B-TO` is the vendor's `RCI-B.TO`. */
export const tickerOf = (symbol: Symbol): string => {
  const { root, market } = listedSymbol(symbol);
  return root + SUFFIX[market];
};

const secondsOf = (at: UnixNanos): string => String(at / 1_000_000_000n);

/** Asks the vendor's chart service, or reads files that were downloaded from it. */
export class YahooClient {
  private readonly http: HttpClient;

  constructor(
    private readonly settings: YahooSettings,
    environment: SourceEnvironment,
  ) {
    this.http = new HttpClient(
      {
        source: SOURCE,
        timeoutMs: settings.timeoutMs,
        responseBytesMax: BODY_BYTES_MAX,
        retriesMax: 5,
        backoff: { baseMs: 1_000, maxMs: 30_000 },
        retryAfterMsMax: 120_000,
        rate: { requestsMax: settings.requestsPerMinute, periodMs: MINUTE_MS, burst: Math.min(BURST, settings.requestsPerMinute) },
        secrets: [],
        refusal: (status) => (status === 404 ? 'UNKNOWN_SYMBOL' : undefined),
      },
      environment,
    );
  }

  async chart({ ticker, interval, from, until }: ChartQuestion, signal: AbortSignal): Promise<Chart> {
    const url = new URL(`/v8/finance/chart/${encodeURIComponent(ticker)}`, this.settings.url);
    const parameters = {
      period1: secondsOf(from < 0n ? (0n as UnixNanos) : from),
      period2: secondsOf(until),
      interval,
      events: 'div,splits',
      includePrePost: 'false',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return decodeChart(await this.http.json({ url, headers: HEADERS, signal }));
  }

  /** The chart of a downloaded file. Rejects with UNKNOWN_SYMBOL when there is none. */
  async file(folder: string, ticker: string): Promise<Chart> {
    const text = await this.read(join(folder, `${ticker}.csv`));
    if (text === undefined) throw new SourceError('UNKNOWN_SYMBOL', SOURCE, `there is no file ${ticker}.csv`);
    const splits = await this.read(join(folder, `${ticker}.splits.csv`));
    return decodeDailyFile(text, splits === undefined ? [] : decodeSplitFile(splits));
  }

  close(): void {
    this.http.close();
  }

  private async read(path: string): Promise<string | undefined> {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new SourceError('UNAVAILABLE', SOURCE, 'the file can not be read', { cause: error });
    }
  }
}
