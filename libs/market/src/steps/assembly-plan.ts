import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from '../bar.js';
import type { BarInterval } from '../bar-interval.js';
import type { SaleRules } from '../bars/sale-conditions.js';
import type { TradingHours } from '../calendar/trading-hours.js';
import type { QualityFault, SymbolQuality } from '../fault.js';
import type { Tick } from '../tick.js';

/** How one symbol's ticks become bars. */
export interface AssembledSymbol {
  readonly symbol: Symbol;
  readonly hours: TradingHours;
  readonly sales: SaleRules;
}

export interface StepAssemblyPlan {
  readonly symbols: readonly AssembledSymbol[];
  /** One interval for all; a run has one. */
  readonly interval: BarInterval;
  readonly barsFrom: 'trades' | 'quotes';
  readonly partitions: number;
  /** How long after the end of a step its ticks may come; the step is told that much later. */
  readonly graceMs: number;
  /**
   * How long after a session's end its closing prints may come, which belong to its last bar: the step that ends a session is told that much
   * later still, and with it all after it. None without it.
   */
  readonly closingMs?: number;
  /**
   * `EVENTS`: the ticks' own times move the clock, as in a replay of a file; `advanceTo` only ends silences. `TOLD`: only `advanceTo` does, as in
   * a live feed, where one tick with a wrong time must not close everybody's bars.
   */
  readonly clock: 'EVENTS' | 'TOLD';
  /** `TOLD`: a tick further ahead of the clock is a fault and goes no further. */
  readonly aheadMsMax: number;
  /** A chunk is told when it has this many prices (see `pricesOf`; `CHUNK_PRICES_MAX` at most) … */
  readonly chunkPricesMax: number;
  /** … or the clock is this far beyond its first tick's arrival. */
  readonly chunkSpanMsMax: number;
  /** Numbered ticks of a symbol by which repeated ones are known. */
  readonly eventsRemembered: number;
  /** A symbol that says nothing for longer while its market is open has no quality at the steps until it does; undefined: not asked. */
  readonly staleMsMax?: number;
  /** Told in each bar and fault, e.g. `alpaca/sip`. */
  readonly source: string;
}

/** Ticks of a partition for the interval that ends with `step`, in the order of their arrival; `chunkOf` makes the message of it. */
export interface TickChunk {
  readonly kind: 'ticks';
  readonly step: number;
  readonly partition: number;
  /** 0, 1, 2 … in the step and partition. */
  readonly chunk: number;
  /** At least one. */
  readonly ticks: readonly Tick[];
}

/** All bars that close at one instant; without any when the session is open and nothing traded. All chunks of the step have come before it. */
export interface AssembledStep {
  readonly kind: 'step';
  readonly step: number;
  readonly at: UnixNanos;
  /** Sorted by symbol, one a symbol. */
  readonly bars: readonly Bar[];
  /** One for each symbol and code since the step before. */
  readonly faults: readonly QualityFault[];
  /** Symbols whose ticks of late are below the quality limit (0.95), sorted. */
  readonly lowQuality: readonly SymbolQuality[];
}

export type AssembledPart = TickChunk | AssembledStep;
