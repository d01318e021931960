import type { Environment } from './parse-settings.js';
import type { Tracing } from './tracing-sdk.js';

/** Traces go out when OTEL_EXPORTER_OTLP_ENDPOINT is set; without it the SDK isn't even loaded, and trace context passes through untouched. */
export const startTracing = async (service: string, environment: Environment): Promise<Tracing | undefined> => {
  const endpoint = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (endpoint === undefined || endpoint === '' || environment['OTEL_SDK_DISABLED'] === 'true') return undefined;
  const { startTracingSdk } = await import('./tracing-sdk.js');
  return startTracingSdk(service);
};
