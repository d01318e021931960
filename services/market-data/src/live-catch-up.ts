import { type AssembledStep, type Bar, type BarInterval, parseBarInterval, sequenceSteps } from '@tradewind/market';
import type { Logger } from '@tradewind/service-kit';
import { type MarketSource, SourceError } from '@tradewind/sources';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

const UNIT_NANOS = {
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
} as const;
/** A session is about a quarter of a day, and seven days have at least four: time that is certain to hold so many bars. */
const SPARE_INTRADAY = 8n;
const SPARE_DAILY = 2n;
const DAYS_LEAST = 7n;

export interface CatchUp {
  readonly sources: readonly MarketSource[];
  readonly symbols: readonly Symbol[];
  readonly interval: BarInterval;
  /** Close of the last bar that was told; undefined for a run that begins. */
  readonly after: UnixNanos | undefined;
  readonly now: UnixNanos;
  /** Steps before the feed, at most. */
  readonly stepsMax: number;
  readonly log: Logger;
}

/** How far back so many bars of an interval reach at most; undefined for bars that no clock ends. */
const reachOf = (interval: BarInterval, bars: number): bigint | undefined => {
  const rule = parseBarInterval(interval);
  if (!rule.ok || rule.value.kind !== 'time') return undefined;
  const { count, unit } = rule.value;
  const spare = unit === 'd' || unit === 'w' ? SPARE_DAILY : SPARE_INTRADAY;
  return UNIT_NANOS[unit] * BigInt(count) * BigInt(bars) * spare + DAYS_LEAST * UNIT_NANOS.d;
};

/** Bars of one symbol from the first source that has them, in order of priority. A source that fails is passed over, and said so. */
const barsOf = async (symbol: Symbol, from: UnixNanos, { sources, interval, now, log }: CatchUp): Promise<readonly Bar[]> => {
  for (const source of sources) {
    if (!source.capabilities.bars.includes(interval)) continue;
    try {
      const bars: Bar[] = [];
      const request = { symbol, interval, from, until: (now + 1n) as UnixNanos };
      for await (const page of source.bars(request, new AbortController().signal)) bars.push(...page);
      return bars.filter(({ closeTime }) => closeTime > from && closeTime <= now);
    } catch (err) {
      if (!(err instanceof SourceError)) throw err;
      log.warn({ err, symbol, source: source.name }, 'no history from this source');
    }
  }
  return [];
};

/**
 * Steps of the bars that closed since the run was last told, or before it began: they bring the features up to now and are never traded on. Without a source
 * that has history there are none, and the features warm up on the feed alone.
 */
export const catchUpSteps = async (catchUp: CatchUp): Promise<readonly AssembledStep[]> => {
  const { symbols, interval, after, now, stepsMax } = catchUp;
  const reach = reachOf(interval, stepsMax);
  if (reach === undefined || stepsMax === 0) return [];
  const earliest = (now - reach) as UnixNanos;
  const from = after !== undefined && after > earliest ? after : earliest;
  const series: (readonly Bar[])[] = [];
  for (const symbol of symbols) series.push(await barsOf(symbol, from, catchUp));
  const steps = sequenceSteps(series, (now + 1n) as UnixNanos);
  return steps.slice(-stepsMax).map(({ at, bars, lowQuality }, step) => ({ kind: 'step', step, at, bars, faults: [], lowQuality }));
};
