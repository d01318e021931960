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
