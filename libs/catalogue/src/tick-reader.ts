import type { Tick } from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { CatalogueError } from './catalogue-error.js';
import { ChunkRows } from './column-batch.js';
import { type Engine, scanOf } from './engine.js';
import { dayOf, periodMeets, TICK_KINDS, tickFolder } from './layout.js';
import type { Part, PartFiles } from './part-files.js';
import { BookEvent, quoteOf, tradeOf } from './row-codec.js';
import type { TickBatch, TickCursor, TickKind, TickSelection } from './selection.js';
import { COLUMNS } from './table.js';
import { type InOrder, mergeInOrder } from './time-merge.js';

const BATCH_TICKS = 4_096;

/** Ticks of one symbol and kind, a day after the other. */
export class TickReader {
  constructor(
    private readonly engine: Engine,
    private readonly files: PartFiles,
  ) {}

  async *batches(selection: TickSelection): AsyncGenerator<TickBatch, void, undefined> {
    const { after } = selection;
    const merged = mergeInOrder(this.#lanes(selection));
    let ticks: Tick[] = [];
    let cursor: TickCursor = after ?? { at: selection.from, count: 0 };
    let [at, count] = [selection.from as bigint, 0];
    for await (const batch of merged) {
      for (const { time, item } of batch) {
        count = time === at ? count + 1 : 1;
        at = time;
        if (after !== undefined && (at < after.at || (at === after.at && count <= after.count))) continue;
        ticks.push(item);
        cursor = { at: at as UnixNanos, count };
        if (ticks.length < BATCH_TICKS) continue;
        yield { ticks, cursor };
        ticks = [];
      }
    }
    if (ticks.length > 0) yield { ticks, cursor };
  }

  /** One lane for each kind and symbol, in the order in which ticks of one instant are told. */
  #lanes(selection: TickSelection): readonly AsyncGenerator<readonly InOrder<Tick>[], void, undefined>[] {
    const { symbols, kinds, from, until } = selection;
    if (new Set(symbols).size !== symbols.length || new Set(kinds).size !== kinds.length)
      throw new CatalogueError('INVALID_REQUEST', 'a selection names a symbol or a kind twice');
    if (from >= until) return [];
    return TICK_KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) =>
      symbols.map((symbol) => this.#lane(kind, symbol, selection)),
    );
  }

  async *#lane(
    kind: TickKind,
    symbol: Symbol,
    { from, until, after }: TickSelection,
  ): AsyncGenerator<readonly InOrder<Tick>[], void, undefined> {
    for (const key of await this.files.keysIn(tickFolder(kind, symbol))) {
      if (!periodMeets(key.period, from, until) || (after !== undefined && key.period < dayOf(after.at))) continue;
      const part = await this.files.find(key);
      if (part !== undefined) yield* this.#day(kind, symbol, part, from, until);
    }
  }

  async *#day(
    kind: TickKind,
    symbol: Symbol,
    part: Part,
    from: bigint,
    until: bigint,
  ): AsyncGenerator<readonly InOrder<Tick>[], void, undefined> {
    const { firstAt, lastAt } = part.manifest;
    if (lastAt < from || firstAt >= until) return;
    const where = firstAt >= from && lastAt < until ? '' : ` WHERE event_time >= ${from} AND event_time < ${until}`;
    const sql = `SELECT ${Object.keys(COLUMNS[kind]).join(', ')} FROM ${scanOf([part.path])}${where}`;
    const reading = kind === 'book' || kind === 'samples' ? new BookReading(symbol) : new PlainReading(kind, symbol);
    for await (const chunk of this.engine.stream(`${kind} ${symbol}`, sql)) yield reading.read(new ChunkRows(chunk));
    yield reading.rest();
  }
}

/** Trades and quotes: a row is a tick, in order of time. */
class PlainReading {
  constructor(
    private readonly kind: 'trades' | 'quotes',
    private readonly symbol: Symbol,
  ) {}

  read(rows: ChunkRows): readonly InOrder<Tick>[] {
    const decode = this.kind === 'trades' ? tradeOf : quoteOf;
    const found: InOrder<Tick>[] = [];
    for (let row = 0; row < rows.count; row += 1) {
      rows.at(row);
      const item = decode(this.symbol, rows.cell);
      found.push({ time: item.at, item });
    }
    return found;
  }

  rest(): readonly InOrder<Tick>[] {
    return [];
  }
}

/** Rows of one event may lie in two chunks. An event that is stamped earlier than the one before it keeps its place. */
class BookReading {
  #event = -1;
  #open: BookEvent | undefined;
  #latest = -(2n ** 63n);

  constructor(private readonly symbol: Symbol) {}

  read(rows: ChunkRows): readonly InOrder<Tick>[] {
    const found: InOrder<Tick>[] = [];
    for (let row = 0; row < rows.count; row += 1) {
      rows.at(row);
      const event = rows.cell(3) as number;
      if (event !== this.#event) {
        found.push(...this.rest());
        this.#event = event;
        this.#open = new BookEvent(rows.cell);
      }
      this.#open!.add(rows.cell);
    }
    return found;
  }

  rest(): readonly InOrder<Tick>[] {
    if (this.#open === undefined) return [];
    const item = this.#open.tick(this.symbol);
    this.#open = undefined;
    if (item.at > this.#latest) this.#latest = item.at;
    return [{ time: this.#latest, item }];
  }
}
