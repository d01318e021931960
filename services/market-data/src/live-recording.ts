import { setImmediate as turnOfLoop } from 'node:timers/promises';

import { type CatalogueWriter, openCatalogue } from '@tradewind/catalogue';
import type { AssembledStep, Bar, StepAssemblyPlan, Tick, TickChunk } from '@tradewind/market';
import type { Logger } from '@tradewind/service-kit';
import type { Symbol } from '@tradewind/vocabulary';

import { INCOMPLETE_BAR } from './live-gate.js';
import type { LiveMetrics } from './live-metrics.js';

const FLUSH_MS = 30_000;
/** A busy feed is written earlier. */
const FLUSH_TICKS = 50_000;
/** Ticks that wait while the catalogue can't be written; beyond it the oldest are missing from the recording. */
const WAITING_TICKS_MAX = 200_000;
const WAITING_BARS_MAX = 50_000;
/** Of the step under way; beyond it they are written before the step has ended. */
const STEP_TICKS_MAX = 100_000;
/** One write of ticks may meet 256 parts: these symbols, three kinds of ticks, two days. */
const SYMBOLS_A_WRITE = 40;
/** So many ticks are prepared for writing before the feed has its turn again. */
const TICKS_A_TURN = 500;
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
const THREADS = 1;

export interface LiveRecordingParts {
  /** Of the catalogue. */
  readonly directory: string;
  readonly source: string;
  readonly barsFrom: StepAssemblyPlan['barsFrom'];
  readonly metrics: LiveMetrics;
  readonly log: Logger;
}

/** Lets the feed have its turn between parts of a long write. */
async function* inTurns(ticks: readonly Tick[]): AsyncGenerator<readonly Tick[], void, undefined> {
  for (let start = 0; start < ticks.length; start += TICKS_A_TURN) {
    yield ticks.slice(start, start + TICKS_A_TURN);
    await turnOfLoop();
  }
}

const groupsOf = (ticks: readonly Tick[]): readonly (readonly Tick[])[] => {
  const groups: { readonly symbols: Set<Symbol>; readonly ticks: Tick[] }[] = [];
  const groupOfSymbol = new Map<Symbol, Tick[]>();
  for (const tick of ticks) {
    let group = groupOfSymbol.get(tick.symbol);
    if (group === undefined) {
      let last = groups.at(-1);
      if (last === undefined || last.symbols.size === SYMBOLS_A_WRITE) groups.push((last = { symbols: new Set(), ticks: [] }));
      last.symbols.add(tick.symbol);
      group = last.ticks;
      groupOfSymbol.set(tick.symbol, group);
    }
    group.push(tick);
  }
  return groups.map((group) => group.ticks);
};

/**
 * Writes what a live feed told into a catalogue, beside the path: ticks in the order of their arrival and bars, by whole steps. So that a replay of the ticks makes the
 * bars that were told and no others, the trades (or quotes) of a bar that was dropped as incomplete are left out; its book stays. A write that was cut short is made
 * again without doubling anything, since the catalogue knows equal ticks.
 */
export class LiveRecording {
  /** Of the step under way. */
  #step: Tick[] = [];
  /** Of steps that are over. */
  #ticks: Tick[] = [];
  #bars: Bar[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(private readonly parts: LiveRecordingParts) {}

  start(): void {
    this.#timer ??= setInterval(() => void this.flush(), FLUSH_MS);
  }

  addTicks({ ticks }: TickChunk): void {
    for (const tick of ticks) this.#step.push(tick);
    if (this.#step.length >= STEP_TICKS_MAX) this.#endStep(new Set());
  }

  addStep({ bars, faults }: AssembledStep): void {
    this.#bars.push(...bars);
    if (this.#bars.length > WAITING_BARS_MAX) this.#bars.splice(0, this.#bars.length - WAITING_BARS_MAX);
    this.#endStep(new Set(faults.filter(({ code }) => code === INCOMPLETE_BAR).map(({ symbol }) => symbol)));
  }

  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#flushOnce());
    return this.#writing;
  }

  /** Writes what is left of whole steps. The ticks of the step under way are given up: its bar was not told. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  #endStep(incomplete: ReadonlySet<string>): void {
    const makesBars = this.parts.barsFrom === 'trades' ? 'trade' : 'quote';
    for (const tick of this.#step) if (tick.kind !== makesBars || !incomplete.has(tick.symbol)) this.#ticks.push(tick);
    this.#step = [];
    this.#dropBeyondLimit();
    if (this.#ticks.length >= FLUSH_TICKS && !this.#isWriting && this.#failures === 0) void this.flush();
  }

  #dropBeyondLimit(): void {
    const excess = this.#ticks.length - WAITING_TICKS_MAX;
    if (excess <= 0) return;
    this.#ticks.splice(0, excess);
    this.parts.metrics.recordingDropped.inc(excess);
  }

  async #flushOnce(): Promise<void> {
    const [ticks, bars] = [this.#ticks, this.#bars];
    if (ticks.length === 0 && bars.length === 0) return;
    [this.#ticks, this.#bars] = [[], []];
    this.#isWriting = true;
    const { metrics, log, directory } = this.parts;
    try {
      await this.#write(ticks, bars);
      metrics.recorded.inc({ what: 'ticks' }, ticks.length);
      metrics.recorded.inc({ what: 'bars' }, bars.length);
      if (this.#failures > 0) log.info({ directory, ticks: ticks.length }, 'the recording goes on');
      this.#failures = 0;
    } catch (err) {
      this.#ticks = [...ticks, ...this.#ticks];
      this.#bars = [...bars, ...this.#bars];
      this.#dropBeyondLimit();
      this.#failures += 1;
      if (this.#failures === 1)
        log.error({ err, directory }, 'the feed can not be recorded; it goes on without, and the recording is tried again');
    } finally {
      this.#isWriting = false;
    }
  }

  /** The catalogue is held for the time of the write alone, so that a backfill can have it in between. */
  async #write(ticks: readonly Tick[], bars: readonly Bar[]): Promise<void> {
    const { directory, source } = this.parts;
    const catalogue = await openCatalogue({ directory, memoryBytesMax: MEMORY_BYTES_MAX, threads: THREADS });
    let writer: CatalogueWriter | undefined;
    try {
      writer = await catalogue.writer();
      for (const group of groupsOf(ticks)) await writer.writeTicks(inTurns(group), { source });
      if (bars.length > 0) await writer.writeBars([bars]);
    } finally {
      writer?.close();
      await catalogue.close();
    }
  }
}
