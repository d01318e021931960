import { expect, it } from 'vitest';
import { environmentFor, settingsFor } from '../src/service-process.js';

it("passes a service its own settings and the machine's variables, not another service's settings nor the launcher's", () => {
  const environment = {
    PATH: '/bin',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
    TW_CACHE_DIR: '/cache',
    TW_LOG_LEVEL: 'debug',
    TW_MARKET_DATA_PACE_MS: '5',
    TW_RISK_PROFILE: 'paper',
  };
  expect(environmentFor('market-data', environment)).toEqual({
    NODE_COMPILE_CACHE: '/cache/compiled',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
    PATH: '/bin',
    TW_LOG_LEVEL: 'debug',
    TW_MARKET_DATA_PACE_MS: '5',
    TZ: 'UTC',
  });
});

it("passes a service the general settings and its own, not another service's", () => {
  const settings = { TW_PARTITIONS: '2', TW_RISK_PROFILE: 'demo', TW_MARKET_DATA_DATASET: 'demo' };
  expect(settingsFor('risk', settings)).toEqual({ TW_PARTITIONS: '2', TW_RISK_PROFILE: 'demo' });
  expect(settingsFor('audit', settings)).toEqual({ TW_PARTITIONS: '2' });
});
