import { join } from 'node:path';

import { type Kit, SettingsError } from '@tradewind/service-kit';
import { discoverSources, type MarketSource, openSources, pause, type SourceEnvironment, type SourceRegistry } from '@tradewind/sources';

import { type Settings, sourceVariables } from './config.js';
import { type LiveKinds, liveKindsOf } from './live-kinds.js';
import { unofferedOf } from './record-collectors.js';

const refusedSetting = (variable: string, message: string): SettingsError => new SettingsError([{ variable, rule: 'invalid', message }]);

/** The sources of a live feed. */
export interface FeedSources {
  readonly sources: readonly MarketSource[];
  /** Their names, as bars and chunks tell them. */
  readonly source: string;
  readonly simulated: boolean;
  /** What is asked of them: what all of them have. */
  readonly kinds: LiveKinds['kinds'];
  /** Where records come from: of the feed's, or others. */
  readonly recordSources: readonly MarketSource[];
  readonly environmentOf: (name: string) => SourceEnvironment;
}

/** Throws SettingsError naming the first setting that does not go with the others. */
const checkSettings = ({ symbols, kinds, records, recordSources }: Settings): void => {
  if (symbols.length === 0) throw refusedSetting('TW_MARKET_DATA_SYMBOLS', 'is required with TW_MARKET_DATA_FEED');
  if (!kinds.some((kind) => kind !== 'book')) throw refusedSetting('TW_MARKET_DATA_KINDS', 'must have trades or quotes to make bars of');
  if (recordSources.length > 0 && records.length === 0)
    throw refusedSetting('TW_MARKET_DATA_RECORD_SOURCES', 'is of no use without TW_MARKET_DATA_RECORDS');
};

/** Those of the feed are open already. */
const openRecordSources = (
  registry: SourceRegistry,
  { records, recordSources }: Settings,
  feed: readonly MarketSource[],
  environmentOf: FeedSources['environmentOf'],
): readonly MarketSource[] => {
  if (records.length === 0) return [];
  const names = recordSources.length === 0 ? feed.map(({ name }) => name) : recordSources;
  const others = names.filter((name) => !feed.some((source) => source.name === name));
  const sources = [...feed.filter(({ name }) => names.includes(name)), ...openSources(registry, others, sourceVariables(), environmentOf)];
  const unoffered = unofferedOf(records, sources);
  if (unoffered.length > 0) throw refusedSetting('TW_MARKET_DATA_RECORDS', `${unoffered.join(', ')}: no records of ${names.join(', ')}`);
  // Real records beside a simulated feed are told for what they are, by their source. Made up ones beside real prices would not be seen for what they are.
  if (sources.some(({ capabilities }) => capabilities.simulated) && !feed.every(({ capabilities }) => capabilities.simulated))
    throw refusedSetting('TW_MARKET_DATA_RECORD_SOURCES', 'simulated records do not go with a real feed');
  return sources;
};

/** Opens what the settings name. Rejects with SettingsError and SourceSettingsError. */
export const openFeedSources = async ({ clock, config, log }: Kit<Settings>): Promise<FeedSources> => {
  const environmentOf = (name: string): SourceEnvironment => ({
    clock,
    log: log.child({ source: name }),
    pause,
    directory: join(config.sourceDirectory, name),
  });
  checkSettings(config);
  const registry = await discoverSources();
  const sources = openSources(registry, config.feed, sourceVariables(), environmentOf);
  const simulated = sources.some(({ capabilities }) => capabilities.simulated);
  const source = sources.map(({ name }) => name).join(', ');
  if (simulated && !sources.every(({ capabilities }) => capabilities.simulated))
    throw refusedSetting('TW_MARKET_DATA_FEED', `${source}: simulated and real sources can't stand in for each other`);
  const { kinds, missing } = liveKindsOf(config.kinds, sources);
  if (!kinds.some((kind) => kind !== 'book')) {
    const lacks = missing.map(({ kind, sources: names }) => `no live ${kind} of ${names.join(', ')}`).join('; ');
    throw refusedSetting('TW_MARKET_DATA_FEED', `there are no ticks that all sources have and bars can be made of: ${lacks}`);
  }
  if (missing.length > 0) log.warn({ missing, kinds }, 'not every source has everything that was asked for: the feed goes without it');
  const recordSources = openRecordSources(registry, config, sources, environmentOf);
  return { sources, source, simulated, kinds, recordSources, environmentOf };
};
