export { discoverSources, openSources, readSourceSettings, settingVariable, SourceSettingsError } from './registry.js';
export type { SettingFault, SourceRegistry } from './registry.js';
export { SourceError } from './source.js';
export type {
  BarRequest,
  LiveKind,
  LiveRequest,
  LiveSession,
  LiveSink,
  LiveStatus,
  MarketSource,
  RecordRequest,
  SourceCapabilities,
  SourceDefinition,
  SourceEnvironment,
  SourceErrorCode,
  SourceLog,
  TickRequest,
} from './source.js';
export { pause } from './transport/pause.js';
export { FailoverFeed } from './failover-feed.js';
export type { FeedSink } from './failover-feed.js';
export type { FailoverFeedOptions } from './failover/feed-options.js';
export type { GapEvent } from './failover/feed-gaps.js';
export { inspectRecorded } from './recorded/inspection.js';
export type { InspectedPiece, InspectionSettings } from './recorded/inspection.js';
export type { RecordedFault } from './recorded/fault.js';
export { COLLECTORS } from './collectors/collector-list.js';
export type { Collector } from './collectors/collector.js';
export { CollectorRunner } from './collectors/collector-run.js';
export type { CollectorRun } from './collectors/collector-run.js';
export { CollectorSchedule } from './collectors/collector-schedule.js';
