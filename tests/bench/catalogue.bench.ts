import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type BarColumns, openCatalogue } from '@tradewind/catalogue';
import type { Bar } from '@tradewind/market';
import { seededRandom } from '@tradewind/testkit';
import { isoFromNanos, nanosFromMillis, type Price, type Quantity, type Symbol, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

/** Minute bars of regular hours, two years of four symbols: about 780,000. */
const SYMBOLS = ['SPY', 'QQQ', 'AAPL', 'TSLA'].map(symbolOf);
const YEARS = [2012, 2013];
const SESSIONS = 250;
const MINUTES = 390;
const MINUTE_NANOS = 60_000_000_000n;
const DAY_MS = 86_400_000;
const ROUNDS = 5;
const COLUMNS = 8;
const LIMITS = { memoryBytesMax: 512 * 1_048_576, threads: 2 } as const;
const SPAN = { from: nanosFromMillis(Date.UTC(2012, 0, 1)), until: nanosFromMillis(Date.UTC(2014, 0, 1)) } as const;
const SPY_2013 = `SELECT close_time, open, high, low, close, volume FROM bars WHERE symbol = 'SPY' AND interval = '1m' AND close_time_ns >= 1356998400000000000 AND close_time_ns < 1388534400000000000`;

interface Chunk {
  readonly rowCount: number;
  getColumnVector(column: number): { readonly items: { readonly byteLength: number } };
}
interface Connection {
  stream(sql: string): Promise<{ fetchChunk(): Promise<Chunk | null> }>;
}
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string, options: Record<string, string>): Promise<{ connect(): Promise<Connection>; closeSync(): void }>;
  };
}
/** The floor reads the same files with the same DuckDB and nothing between. */
const duckdb = createRequire(createRequire(import.meta.url).resolve('@tradewind/catalogue'))('@duckdb/node-api') as DuckDb;

const CENT = 10_000_000n;

/** A random walk in cents, one session after the other. */
const yearOf = (symbol: Symbol, year: number): readonly Bar[] => {
  const random = seededRandom(`${symbol}/${year}`);
  let cents = 15_000;
  return Array.from({ length: SESSIONS * MINUTES }, (_, index) => {
    const open = cents;
    cents = Math.max(100, cents + Math.round((random.next() - 0.5) * 20));
    const at = Date.UTC(year, 0, 2, 14, 30) + Math.floor(index / MINUTES) * DAY_MS;
    const openTime = (nanosFromMillis(at) + BigInt(index % MINUTES) * MINUTE_NANOS) as UnixNanos;
    const closeTime = (openTime + MINUTE_NANOS) as UnixNanos;
    const price = (value: number): Price => (BigInt(value) * CENT) as Price;
    return {
      id: `bar/${symbol}/1m/${isoFromNanos(closeTime)}`,
      symbol,
      interval: '1m',
      openTime,
      closeTime,
      open: price(open),
      high: price(Math.max(open, cents) + 2),
      low: price(Math.min(open, cents) - 2),
      close: price(cents),
      volume: (BigInt(Math.floor(random.next() * 90_000) + 100) * 1_000_000_000n) as Quantity,
      source: 'bench',
      warmUp: false,
    };
  });
};

const drain = async (batches: AsyncIterable<BarColumns>): Promise<number> => {
  let bars = 0;
  for await (const { length } of batches) bars += length;
  return bars;
};

const rawColumns = async (connection: Connection, paths: readonly string[]): Promise<number> => {
  let bars = 0;
  for (const path of paths) {
    const result = await connection.stream(
      `SELECT open_time, close_time, open, high, low, close, volume, volume_fraction FROM read_parquet('${path}', hive_partitioning = false)`,
    );
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (let column = 0; column < COLUMNS; column += 1) {
        if (chunk.getColumnVector(column).items.byteLength === 0) throw new Error('an empty column');
      }
      bars += chunk.rowCount;
    }
  }
  return bars;
};

const run = async (report: Report): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'tw-bench-catalogue-'));
  const catalogue = await openCatalogue({ directory, ...LIMITS });
  try {
    const years = SYMBOLS.flatMap((symbol) => YEARS.map((year) => yearOf(symbol, year)));
    const writer = await catalogue.writer();
    const bars = years.reduce((sum, year) => sum + year.length, 0);
    const writing = await fastestSeconds(1, async () => {
      for (const year of years) await writer.writeBars([year]);
    });
    writer.close();
    const paths: string[] = [];
    for (const symbol of SYMBOLS) {
      const folder = join(directory, 'bars', `symbol=${symbol}`, 'interval=1m');
      for (const name of await readdir(folder)) if (name.endsWith('.parquet')) paths.push(join(folder, name));
    }
    const raw = await duckdb.DuckDBInstance.create(':memory:', { threads: '2' });
    const connection = await raw.connect();
    const floor = await fastestSeconds(ROUNDS, () => rawColumns(connection, paths));
    raw.closeSync();
    const merged = await fastestSeconds(ROUNDS, () => drain(catalogue.barColumns({ symbols: SYMBOLS, interval: '1m', ...SPAN })));
    const single = await fastestSeconds(ROUNDS, () =>
      drain(catalogue.barColumns({ symbols: SYMBOLS.slice(0, 1), interval: '1m', ...SPAN })),
    );
    const objects = await fastestSeconds(ROUNDS, async () => {
      let count = 0;
      for await (const batch of catalogue.bars({ symbols: SYMBOLS.slice(0, 1), interval: '1m', ...SPAN })) count += batch.length;
      return count;
    });
    const perSymbol = bars / SYMBOLS.length;
    report.row('bars', bars, '');
    report.row('written, with the check for what is there already', bars / writing, 'bars/s');
    report.row('raw columns, file after file (floor)', bars / floor, 'bars/s');
    report.row('replay in columns, four symbols merged by time', bars / merged, 'bars/s');
    report.row('replay in columns, one symbol', perSymbol / single, 'bars/s');
    report.row('replay as exact bars, one symbol', perSymbol / objects, 'bars/s');
    report.ratio('merged replay to floor', bars / merged, bars / floor);
    report.ratio('merged replay against 2,000,000 bars/s', bars / merged, 2_000_000, 'above 1');
    report.row('memory of the process', process.memoryUsage().rss / 1_048_576, 'MiB');
    await queryTimes(report, catalogue, perSymbol / YEARS.length);
  } finally {
    await catalogue.close();
    await rm(directory, { recursive: true, force: true });
  }
};

const queryTimes = async (report: Report, catalogue: Awaited<ReturnType<typeof openCatalogue>>, rows: number): Promise<void> => {
  const year = { symbols: SYMBOLS.slice(0, 1), interval: '1m', from: nanosFromMillis(Date.UTC(2013, 0, 1)), until: SPAN.until } as const;
  const columns = await fastestSeconds(ROUNDS, () => drain(catalogue.barColumns(year)));
  const sum = await fastestSeconds(ROUNDS, () => catalogue.query(`SELECT count(*), avg(close), sum(volume) FROM (${SPY_2013})`));
  report.row(`one symbol-year of minute bars (${rows}), all columns`, columns * 1_000, 'ms');
  report.row('a SELECT of a person over the same, from a cold database', sum * 1_000, 'ms');
  report.ratio('symbol-year against 50 ms', columns * 1_000, 50, 'below 1');
};

export const benchmark: Benchmark = { name: 'Catalogue', run };
