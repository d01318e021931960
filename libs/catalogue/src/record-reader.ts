import type { Bar, PointInTimeRecord } from '@tradewind/market';
import { isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';

import { BAR_COLUMNS, barOf, type BarReader } from './bar-reader.js';
import { CatalogueError } from './catalogue-error.js';
import { ChunkRows } from './column-batch.js';
import { type Engine, quoted, scanOf } from './engine.js';
import { yearOf } from './layout.js';
import type { Part, PartFiles } from './part-files.js';
import { recordOf } from './row-codec.js';
import type { BarSelection, KnownRecords, RecordSelection } from './selection.js';
import { COLUMNS } from './table.js';

export interface InformedBar {
  readonly bar: Bar;
  /** By series: the record about the latest event, in its latest revision, that was known when the bar closed. */
  readonly known: KnownRecords;
}

const RECORD_COLUMNS = Object.keys(COLUMNS.records);
const SERIES_JOINED_MAX = 64;

const isWanted = (series: string, wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || wanted.some((one) => (one.endsWith('/') ? series.startsWith(one) : series === one));

/**
 * Records as they were known. Every query here is bounded by a known-at time: `asOf`, or the close of the bar that a record is joined to.
 */
export class RecordReader {
  #tables = 0;

  constructor(
    private readonly engine: Engine,
    private readonly files: PartFiles,
    private readonly bars: BarReader,
  ) {}

  /** In the order in which they became known. */
  async *records(selection: RecordSelection): AsyncGenerator<readonly PointInTimeRecord[], void, undefined> {
    const sql = await this.knownSql(selection);
    if (sql === undefined) return;
    for await (const chunk of this.engine.stream('records', `${sql} ORDER BY known_at, series, event_time, symbol, id`)) {
      const rows = new ChunkRows(chunk);
      const found: PointInTimeRecord[] = [];
      for (let row = 0; row < rows.count; row += 1) {
        rows.at(row);
        found.push(recordOf(rows.cell(RECORD_COLUMNS.length) as string, rows.cell));
      }
      yield found;
    }
  }

  /** SQL of the rows that were known at `asOf`, with their series; undefined when there are none. */
  async knownSql({ asOf, series, symbols, knownFrom }: RecordSelection): Promise<string | undefined> {
    const scans: string[] = [];
    for (const [name, parts] of await this.#parts(series, asOf, knownFrom))
      scans.push(`SELECT ${RECORD_COLUMNS.join(', ')}, ${quoted(name)} AS series FROM ${scanOf(parts.map(({ path }) => path))}`);
    if (scans.length === 0) return undefined;
    const conditions = [`known_at <= ${asOf}`];
    if (knownFrom !== undefined) conditions.push(`known_at >= ${knownFrom}`);
    if (symbols !== undefined) conditions.push(`symbol IN ('', ${symbols.map(quoted).join(', ') || `''`})`);
    return `SELECT * FROM (${scans.join(' UNION ALL ')}) WHERE ${conditions.join(' AND ')}`;
  }

  /** Each bar with what was known of some series at its close: the symbol's own record, else the whole market's. */
  async *informedBars(selection: BarSelection, series: readonly string[]): AsyncGenerator<readonly InformedBar[], void, undefined> {
    if (series.length > SERIES_JOINED_MAX || new Set(series).size !== series.length)
      throw new CatalogueError('INVALID_REQUEST', `at most ${SERIES_JOINED_MAX} different series can be joined`);
    this.#tables += 1;
    const table = `known_${this.#tables}`;
    const known = await this.#loadKnown(table, selection, series);
    const around = (rows: string): string => joinSql(rows, selection, series, table);
    try {
      for await (const rows of this.bars.rows(selection, around)) {
        const found: InformedBar[] = [];
        for (let row = 0; row < rows.count; row += 1) {
          rows.at(row);
          const entries = series.map((name, index) => [name, known.get(rows.cell(BAR_COLUMNS + index) as bigint)] as const);
          found.push({ bar: barOf(selection, rows.cell), known: Object.fromEntries(entries) });
        }
        yield found;
      }
    } finally {
      await this.engine.run('records', `DROP TABLE ${table}`);
    }
  }

  /** Puts the records that can be met into a table, numbered, without those that are about an event before one known already. */
  async #loadKnown(
    table: string,
    { symbols, until }: BarSelection,
    series: readonly string[],
  ): Promise<ReadonlyMap<bigint, PointInTimeRecord>> {
    const sql = await this.knownSql({ asOf: (until - 1n) as UnixNanos, series, symbols });
    const empty = `SELECT ${RECORD_COLUMNS.map((column) => `NULL::${COLUMNS.records[column]!} AS ${column}`).join(', ')}, ''::VARCHAR AS series WHERE false`;
    await this.engine.run(
      'records',
      `CREATE TABLE ${table} AS
       SELECT *, row_number() OVER () AS number FROM (
         SELECT *, max(event_time) OVER (PARTITION BY series, symbol ORDER BY known_at, event_time ROWS UNBOUNDED PRECEDING) AS latest_event,
           row_number() OVER (PARTITION BY series, symbol, known_at ORDER BY event_time DESC, id DESC) AS of_instant
         FROM (${sql ?? empty}))
       WHERE event_time = latest_event AND of_instant = 1`,
    );
    const known = new Map<bigint, PointInTimeRecord>();
    for await (const chunk of this.engine.stream('records', `SELECT ${RECORD_COLUMNS.join(', ')}, series, number FROM ${table}`)) {
      const rows = new ChunkRows(chunk);
      for (let row = 0; row < rows.count; row += 1) {
        rows.at(row);
        known.set(rows.cell(RECORD_COLUMNS.length + 1) as bigint, recordOf(rows.cell(RECORD_COLUMNS.length) as string, rows.cell));
      }
    }
    return known;
  }

  /** Parts by series that can hold what became known in [knownFrom, asOf]. */
  async #parts(
    wanted: readonly string[] | undefined,
    asOf: UnixNanos,
    knownFrom: UnixNanos | undefined,
  ): Promise<ReadonlyMap<string, readonly Part[]>> {
    const found = new Map<string, Part[]>();
    for (const folder of await this.files.namesIn('records')) {
      for (const key of await this.files.keysIn(`records/${folder}`)) {
        if (key.kind !== 'records' || !isWanted(key.series, wanted)) continue;
        if (key.period > yearOf(asOf) || (knownFrom !== undefined && key.period < isoFromNanos(knownFrom).slice(0, 4))) continue;
        const part = await this.files.find(key);
        if (part === undefined || part.manifest.firstAt > asOf) continue;
        found.set(key.series, [...(found.get(key.series) ?? []), part]);
      }
    }
    return found;
  }
}

const joinSql = (rows: string, { symbols }: BarSelection, series: readonly string[], table: string): string => {
  const names = `[${symbols.map(quoted).join(', ')}]`;
  const known = (name: string): string => `(SELECT symbol AS known_symbol, known_at, number FROM ${table} WHERE series = ${quoted(name)})`;
  const joins = series.map(
    (name, index) => `
      ASOF LEFT JOIN ${known(name)} own_${index} ON own_${index}.known_symbol = bars.symbol_name AND bars.close_time >= own_${index}.known_at
      ASOF LEFT JOIN ${known(name)} market_${index} ON market_${index}.known_symbol = bars.nobody AND bars.close_time >= market_${index}.known_at`,
  );
  const numbers = series.map((_, index) => `, coalesce(own_${index}.number, market_${index}.number, -1) AS known_${index}`);
  return `SELECT bars.* EXCLUDE (symbol_name, nobody) ${numbers.join('')}
    FROM (SELECT *, ${names}[symbol + 1] AS symbol_name, '' AS nobody FROM (${rows})) bars ${joins.join('')}`;
};
