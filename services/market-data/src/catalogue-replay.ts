import { createHash } from 'node:crypto';

import { type Catalogue, openCatalogue } from '@tradewind/catalogue';
import {
  type Bar,
  barsReplayDataset,
  type MarketStep,
  type PointInTimeRecord,
  type ReplayDataset,
  stepsDataset,
  type StepFaults,
} from '@tradewind/market';
import { stateText, type UnixNanos } from '@tradewind/vocabulary';

import { assembledSymbols, assembleRecorded, type SaleSpelling, saleSpellingOf, type TickedStep } from './assembly.js';
import type { ReplaySelection } from './replay-selection.js';
import type { StepContent } from './step-content.js';

const MEMORY_BYTES_MAX = 384 * 1024 * 1024;
const THREADS = 2;
/** All bars of a replay are held in memory. */
const BARS_MAX = 2_000_000;
/** What was known before the first step, for so long, is told with it. */
const RECORDS_BEFORE_NANOS = 400n * 86_400n * 1_000_000_000n;
/** One message holds them. */
const RECORDS_A_STEP_MAX = 2_000;
/** Recorded ticks come in the order of their times: nothing is late. */
const GRACE_MS = 0;
const EVENTS_REMEMBERED = 4_096;

/** There is nothing to replay, or too much. */
export class CatalogueReplayError extends Error {
  override readonly name = 'CatalogueReplayError';
  readonly code = 'CATALOGUE_REPLAY';
}

export interface CatalogueReplay {
  readonly dataset: ReplayDataset;
  readonly content: StepContent;
}

interface Origin {
  readonly source: string;
  readonly simulated: boolean;
  readonly spelling: SaleSpelling;
}

const storedBars = async (catalogue: Catalogue, { symbols, interval, from, until }: ReplaySelection): Promise<readonly Bar[]> => {
  const bars: Bar[] = [];
  for await (const batch of catalogue.bars({ symbols, interval, from, until })) {
    bars.push(...batch);
    if (bars.length > BARS_MAX) throw new CatalogueReplayError(`the selection holds more than ${BARS_MAX} bars`);
  }
  return bars;
};

/** Where the ticks were recorded from, by the parts that hold them. */
const originOf = async (catalogue: Catalogue, selection: ReplaySelection): Promise<Origin> => {
  const { symbols, ticks } = selection;
  const wanted = new Set<string>(symbols);
  const kinds = new Set<string>(ticks);
  const entries = (await catalogue.ls()).filter(({ kind, symbol }) => kinds.has(kind) && symbol !== undefined && wanted.has(symbol));
  const sources = [...new Set(entries.flatMap((entry) => entry.sources))].sort();
  const simulated = sources.some((source) => source.startsWith('simulated'));
  return { source: sources.join(', ') || 'none', simulated, spelling: simulated ? 'NONE' : await spellingIn(catalogue, selection) };
};

/** By the first batch of trades, which has thousands. */
const spellingIn = async (catalogue: Catalogue, { symbols, ticks, from, until }: ReplaySelection): Promise<SaleSpelling> => {
  if (!ticks.includes('trades')) return 'TAPE';
  for await (const batch of catalogue.ticks({ symbols, kinds: ['trades'], from, until })) return saleSpellingOf(batch.ticks);
  return 'TAPE';
};

const recordsIn = async (
  catalogue: Catalogue,
  { symbols, records, from, until }: ReplaySelection,
): Promise<readonly PointInTimeRecord[]> => {
  if (records.length === 0) return [];
  const known: PointInTimeRecord[] = [];
  const selection = { asOf: (until - 1n) as UnixNanos, series: records, symbols, knownFrom: (from - RECORDS_BEFORE_NANOS) as UnixNanos };
  for await (const batch of catalogue.records(selection)) known.push(...batch);
  return known;
};

/** Records by the first step that closes when they are known. Those from before the first step come with it. */
const byStep = (steps: readonly MarketStep[], records: readonly PointInTimeRecord[]): ReadonlyMap<number, readonly PointInTimeRecord[]> => {
  const grouped = new Map<number, PointInTimeRecord[]>();
  let step = 0;
  for (const record of records) {
    while (step < steps.length && steps[step]!.at < record.knownAt) step += 1;
    const group = grouped.get(step) ?? [];
    if (group.length >= RECORDS_A_STEP_MAX)
      throw new CatalogueReplayError(`more than ${RECORDS_A_STEP_MAX} records become known at step ${step}: choose fewer series`);
    group.push(record);
    grouped.set(step, group);
  }
  return grouped;
};

/** Reads steps with their ticks from front to back; a step back begins anew. */
class StepReel {
  #steps: AsyncGenerator<TickedStep, void, undefined> | undefined;
  #next = 0;

  constructor(private readonly open: () => AsyncGenerator<TickedStep, void, undefined>) {}

  async ticks(step: number): Promise<TickedStep['ticks']> {
    if (this.#steps === undefined || step < this.#next) {
      await this.#steps?.return();
      this.#steps = this.open();
      this.#next = 0;
    }
    for (;;) {
      const { done, value } = await this.#steps.next();
      if (done === true) throw new CatalogueReplayError(`step ${step} is not in the catalogue any more: its files were changed`);
      this.#next = value.step.step + 1;
      if (value.step.step === step) return value.ticks;
    }
  }
}

const tickedSteps = (
  catalogue: Catalogue,
  selection: ReplaySelection,
  { source, spelling }: Origin,
): (() => AsyncGenerator<TickedStep, void, undefined>) => {
  const { symbols, interval, from, until, ticks: kinds } = selection;
  const plan = {
    symbols: assembledSymbols(symbols, spelling),
    interval,
    barsFrom: kinds.includes('trades') ? ('trades' as const) : ('quotes' as const),
    graceMs: GRACE_MS,
    eventsRemembered: EVENTS_REMEMBERED,
    source,
  };
  return () => assembleRecorded(catalogue.ticks({ symbols, kinds, from, until }), plan);
};

/** The steps without their ticks: these are read again when their turn comes. */
const indexOf = async (steps: AsyncIterable<TickedStep>, tradingFrom: UnixNanos) => {
  const index: MarketStep[] = [];
  const faults = new Map<number, StepFaults>();
  let ticks = 0;
  for await (const { step, ticks: own } of steps) {
    const { at, lowQuality } = step;
    ticks += own.length;
    index.push({ step: step.step, at, bars: step.bars.map((bar) => ({ ...bar, warmUp: at < tradingFrom })), lowQuality, final: false });
    if (step.faults.length > 0) faults.set(step.step, { at, faults: step.faults, scores: lowQuality });
  }
  return { index: index.map((step, position) => ({ ...step, final: position === index.length - 1 })), faults, ticks };
};

/**
 * A replay out of the catalogue: its bars in memory, its ticks read as the steps go. Rejects with CatalogueReplayError when the selection holds no bar,
 * with UnknownInstrumentsError and with CatalogueError.
 */
export const openCatalogueReplay = async (directory: string, selection: ReplaySelection): Promise<CatalogueReplay> => {
  const catalogue = await openCatalogue({ directory, memoryBytesMax: MEMORY_BYTES_MAX, threads: THREADS });
  const origin = await originOf(catalogue, selection);
  const records = await recordsIn(catalogue, selection);
  const tradingFrom = selection.tradingFrom ?? selection.from;
  const hash = createHash('sha256').update(stateText({ ...selection, ...origin }));
  for (const record of records) hash.update(stateText(record));
  const dataset = await (async (): Promise<ReplayDataset> => {
    if (selection.ticks.length === 0) {
      assembledSymbols(selection.symbols, origin.spelling);
      const bars = await storedBars(catalogue, selection);
      for (const bar of bars) hash.update(stateText(bar));
      return barsReplayDataset({ name: 'catalogue', digest: hash.digest('hex'), tradingFrom, series: [bars] });
    }
    const { index, faults, ticks } = await indexOf(tickedSteps(catalogue, selection, origin)(), tradingFrom);
    for (const { bars } of index) for (const bar of bars) hash.update(stateText(bar));
    return stepsDataset({ name: 'catalogue', digest: hash.update(String(ticks)).digest('hex'), tradingFrom, steps: index, faults });
  })();
  if (dataset.barCount === 0) throw new CatalogueReplayError(`the catalogue ${directory} has no bars of the selection`);
  const reel = new StepReel(tickedSteps(catalogue, selection, origin));
  const known = byStep(dataset.steps, records);
  return {
    dataset,
    content: {
      source: origin.source,
      simulated: origin.simulated,
      records: (step) => Promise.resolve(known.get(step) ?? []),
      ticks: (step) => (selection.ticks.length === 0 ? Promise.resolve([]) : reel.ticks(step)),
    },
  };
};
