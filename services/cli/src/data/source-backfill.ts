import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { BackfillRequest } from '@tradewind/catalogue';
import type { TradingCalendar } from '@tradewind/market';
import { discoverSources, type MarketSource, openSources, SourceError } from '@tradewind/sources';
import { nanosFromMillis } from '@tradewind/vocabulary';

import type { CliConfig } from '../config.js';
import { CliError, EXIT } from '../exit-codes.js';
import type { Output } from '../output.js';
import { Progress } from '../progress.js';
import { backfill, type BackfillResult } from './backfill.js';
import { dataError, withCatalogue } from './catalogue-folder.js';
import { BackfillJournal } from './journal.js';

const RECORDED = 'recorded';
const clock = { now: () => nanosFromMillis(Date.now()) };

export interface BackfillChoice {
  readonly source: string;
  readonly catalogue: string;
  readonly request: BackfillRequest;
  /** Undefined for what never closes. */
  readonly calendar: TradingCalendar | undefined;
  /** Of recorded files. */
  readonly path?: string;
}

const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new SourceError('ABORTED', 'source', 'the wait was aborted', { cause: error });
  }
};

/** Opens one source by name with the settings of the environment. Rejects with CliError. */
const openSource = async (config: CliConfig, output: Output, { source, path, calendar }: BackfillChoice): Promise<MarketSource> => {
  const registry = await discoverSources();
  if (!registry.has(source))
    throw new CliError(EXIT.usage, 'SOURCE', `'${source}' is no source; there are ${[...registry.keys()].join(', ')}`);
  const variables =
    source === RECORDED
      ? {
          TW_SOURCE_RECORDED_CALENDAR: calendar?.name ?? '24/7',
          ...config.environment,
          ...(path !== undefined && { TW_SOURCE_RECORDED_PATH: resolve(config.root, path) }),
        }
      : config.environment;
  const told = (event: string) => (fields: object, message: string) =>
    output.news(event, { ...fields, message }, `${message}: ${JSON.stringify(fields)}`);
  try {
    const [opened] = openSources(registry, [source], variables, (name) => ({
      clock,
      log: { info: () => undefined, warn: told('source') },
      pause,
      directory: join(config.root, 'var/sources', name),
    }));
    return opened!;
  } catch (error) {
    throw dataError(error);
  }
};

/** Checks before the first request what no request would answer. */
const withSeries = (source: MarketSource, request: BackfillRequest): BackfillRequest => {
  const { bars, ticks, records } = source.capabilities;
  const refuse = (what: string): never => {
    throw new CliError(EXIT.usage, 'UNSUPPORTED', `${source.name} has no ${what}`);
  };
  if (request.kinds.includes('bars') && !bars.includes(request.interval))
    refuse(`bars of ${request.interval}; it has ${bars.join(', ') || 'none'}`);
  for (const kind of ['trades', 'quotes', 'book'] as const)
    if (request.kinds.includes(kind) && !ticks.includes(kind)) refuse(`history of ${kind}`);
  if (!request.kinds.includes('records')) return request;
  const series = request.series.length > 0 ? request.series : records;
  if (series.length === 0) refuse('records');
  return { ...request, series };
};

/** Runs a backfill with a progress bar; Ctrl-C ends it in order, a second one at once. Rejects with CliError. */
export const runBackfill = async (config: CliConfig, output: Output, choice: BackfillChoice): Promise<BackfillResult> => {
  const source = await openSource(config, output, choice);
  const abort = new AbortController();
  const progress = new Progress(output, 'chunks');
  const stop = (): void => {
    progress.end();
    output.news('stopping', {}, 'stopping after what is in hand (Ctrl-C again: at once)');
    abort.abort();
    process.once('SIGINT', () => process.exit(EXIT.interrupted));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await withCatalogue(config, choice.catalogue, (catalogue) =>
      backfill(withSeries(source, choice.request), {
        catalogue,
        source,
        journal: new BackfillJournal(
          resolve(config.root, choice.catalogue),
          choice.source,
          choice.path === undefined ? '' : resolve(config.root, choice.path),
        ),
        calendar: choice.calendar,
        clock,
        signal: abort.signal,
        pause,
        onProgress: (point) => progress.show(point),
        onNews: (event, fields, text) => {
          progress.end();
          output.news(event, fields, text);
        },
      }),
    );
  } catch (error) {
    throw dataError(error);
  } finally {
    progress.end();
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
    await source.close();
  }
};
