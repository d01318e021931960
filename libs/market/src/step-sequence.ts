import { partitionOf, stepMessageId, type UnixNanos } from '@tradewind/vocabulary';

import type { Bar, BarsClosed } from './bar.js';
import type { SymbolQuality } from './fault.js';

/** One instant at which bars close, over all symbols. */
export interface MarketStep {
  /** 0, 1, 2 … */
  readonly step: number;
  readonly at: UnixNanos;
  /** Sorted by symbol, one a symbol. */
  readonly bars: readonly Bar[];
  /** Symbols whose data is not good enough to trade on, by symbol. */
  readonly lowQuality: readonly SymbolQuality[];
  readonly final: boolean;
}

const bySymbol = (left: Bar, right: Bar): number => (left.symbol < right.symbol ? -1 : left.symbol > right.symbol ? 1 : 0);
const byTime = (left: UnixNanos, right: UnixNanos): number => (left < right ? -1 : left > right ? 1 : 0);

/**
 * Merges series into steps by the time of their closes. Bars that close before `tradingFrom` only warm up. Of two bars of a symbol that
 * close together the first is kept: series earlier in the list have priority.
 */
export const sequenceSteps = (
  series: readonly (readonly Bar[])[],
  tradingFrom: UnixNanos,
  lowQualityAt: (at: UnixNanos) => readonly SymbolQuality[] = () => [],
): readonly MarketStep[] => {
  const byClose = new Map<UnixNanos, Map<string, Bar>>();
  for (const bar of series.flat()) {
    const closing = byClose.get(bar.closeTime) ?? new Map<string, Bar>();
    if (!closing.has(bar.symbol)) closing.set(bar.symbol, { ...bar, warmUp: bar.closeTime < tradingFrom });
    byClose.set(bar.closeTime, closing);
  }
  const times = [...byClose.keys()].sort(byTime);
  return times.map((at, step) => ({
    step,
    at,
    bars: [...byClose.get(at)!.values()].sort(bySymbol),
    lowQuality: lowQualityAt(at),
    final: step === times.length - 1,
  }));
};

const ofPartition = <T extends { readonly symbol: string }>(items: readonly T[], partition: number, partitions: number): readonly T[] =>
  partitions === 1 || items.length === 0 ? items : items.filter(({ symbol }) => partitionOf(symbol, partitions) === partition);

/** The batch of one partition of a step, possibly without bars: it is the partition's watermark all the same. `chunks` are the ids of the ticks before it. */
export const barsClosedOf = (
  run: string,
  step: MarketStep,
  partition: number,
  partitions: number,
  chunks: readonly string[] = [],
): BarsClosed => ({
  header: {
    id: stepMessageId('market.bars', run, step.step, partition),
    run,
    step: step.step,
    partition,
    at: step.at,
    causes: chunks,
    degraded: [],
  },
  bars: ofPartition(step.bars, partition, partitions),
  lowQuality: ofPartition(step.lowQuality, partition, partitions),
  final: step.final,
});
