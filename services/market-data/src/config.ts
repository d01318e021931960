import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

import { intervalSetting, replaySelection, symbolSetting } from './replay-selection.js';

const jsonOf = (text: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
};

/** Settings of the sources, which each reads for itself. */
export const sourceVariables = (): Readonly<Record<string, string | undefined>> => process.env;

const SYMBOLS_MAX = 500;
const DAY_MS = 86_400_000;
const DEFAULT_PACE_MS = 1_000;

/** TW_MARKET_DATA_… */
export const settings = z.object({
  /** Folder with one `<SYMBOL>.csv` each; the demo's real prices without it. */
  directory: setting.text().optional(),
  /** First session that may be traded on, when `directory` is given. */
  tradingFrom: z.iso.date().default('2000-01-03'),
  /** With `directory`: sessions before it that are replayed to warm features up. With `feed`: bars of history that are told before it. */
  warmUpSessions: setting.integer({ least: 0, most: 2_000 }).default(260),
  /** Folder of the catalogue that a replay reads, with `selection`; daily files without them. */
  catalogue: setting.text().optional(),
  /** JSON: what of the catalogue is replayed; see `replaySelection`. */
  selection: setting.text().transform(jsonOf).pipe(replaySelection).optional(),
  /** Sources of a live feed, the best first, comma-separated; a replay without them. Their settings are TW_SOURCE_<NAME>_<KEY>. */
  feed: setting.list().default([]),
  /** Symbols of the live feed. */
  symbols: setting.list().pipe(z.array(symbolSetting).max(SYMBOLS_MAX)).default([]),
  /** Interval of the bars that are made of the live ticks. */
  interval: intervalSetting.default('1m'),
  /** What is asked of live sources: trades or quotes make the bars, books the Level II features. */
  kinds: setting
    .list()
    .pipe(z.array(z.enum(['trades', 'quotes', 'book'])).min(1))
    .default(['trades', 'quotes', 'book']),
  /** How long after the end of an interval its ticks may still come. */
  graceMs: setting.integer({ least: 0, most: 60_000 }).default(500),
  /** Name of the live run: its steps are numbered on over any number of starts. */
  run: setting.text().default('live'),
  /** Distance of the stored samples of books: 3,600 ms or less makes 1,000 an hour. */
  bookSampleMs: setting.integer({ least: 100, most: 3_600_000 }).default(3_000),
  /** A source that says nothing for so long while its market is open is stale. */
  staleMs: setting.integer({ least: 1_000, most: 3_600_000 }).default(15_000),
  /** Folder for what sources cache and count between starts. */
  sourceDirectory: setting.text().default('var/sources'),
  /** Series of records that are gathered beside a live feed, whole or as prefixes that end in `/`; none without it. */
  records: setting.list().default([]),
  /** Sources of the records; those of the feed without it. A simulated feed may have records of real sources: each record names its own. */
  recordSources: setting.list().default([]),
  /** Folder of a catalogue into which what the live feed tells is written; nothing is recorded without it. */
  recordTo: setting.text().optional(),
  /** Time from one step to the next when a replay is paced. */
  paceMs: setting.integer({ least: 1, most: DAY_MS }).default(DEFAULT_PACE_MS),
});

export type Settings = z.output<typeof settings>;
