import type { Bar, Tick } from '@tradewind/market';

import { SourceError } from '../source.js';
import type { RecordedFault } from './fault.js';
import { barIntervalOf, readBars, readTicks, tickKindsOf } from './reading.js';
import { recordedFiles } from './recorded-file.js';
import { settings } from './settings.js';
import { readingOptions } from './source.js';

/** A piece of what a recorded file holds, in the order of the file. */
export interface InspectedPiece {
  /** Name below the folder, e.g. `tick/aig/20131007_quote.zip`. */
  readonly file: string;
  readonly bars: readonly Bar[];
  /** Line of each bar. */
  readonly lines: readonly number[];
  readonly ticks: readonly Tick[];
  readonly faults: readonly RecordedFault[];
}

export type InspectionSettings = Partial<Record<'timeZone' | 'calendar' | 'stamps' | 'interval' | 'columns', string>>;

/**
 * Reads a recorded file, or every one below a folder, with the faults that the source only tells its log. Settings are texts as the source's own.
 * Rejects with SourceError INVALID_REQUEST when a setting is wrong or nothing there is a file of a known kind.
 */
export async function* inspectRecorded(path: string, told: InspectionSettings): AsyncGenerator<InspectedPiece, void, undefined> {
  const parsed = settings.safeParse({ path, ...told });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SourceError('INVALID_REQUEST', 'recorded', `${String(issue!.path[0])} ${issue!.message}`, {
      field: String(issue!.path[0]),
      rule: issue!.message,
    });
  }
  const options = readingOptions(parsed.data);
  const files = recordedFiles(path, parsed.data.interval as never).filter(
    (file) => barIntervalOf(file) !== undefined || tickKindsOf(file).length > 0,
  );
  if (files.length === 0)
    throw new SourceError(
      'INVALID_REQUEST',
      'recorded',
      `${path} is no recorded file of a known kind; a table needs an interval in its name (SPY_1m.csv) or settings`,
    );
  for (const file of files) {
    const wish = new Set(tickKindsOf(file));
    for await (const { rows, lines = [], faults } of readBars(file, options))
      yield { file: file.name, bars: rows, lines, ticks: [], faults };
    if (wish.size > 0)
      for await (const { rows, faults } of readTicks(file, wish)) yield { file: file.name, bars: [], lines: [], ticks: rows, faults };
  }
}
