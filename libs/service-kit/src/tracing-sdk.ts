import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const QUEUE_SPANS_MAX = 4_096;
const BATCH_SPANS_MAX = 512;
const SEND_EVERY_MS = 1_000;
const SEND_TIMEOUT_MS = 5_000;

export interface Tracing {
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** OTLP over HTTP in batches. The exporter reads its endpoint and headers from the standard OTEL_EXPORTER_OTLP_* variables. */
export const startTracingSdk = (service: string): Tracing => {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'tradewind' }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: SEND_TIMEOUT_MS }), {
        maxQueueSize: QUEUE_SPANS_MAX,
        maxExportBatchSize: BATCH_SPANS_MAX,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_TIMEOUT_MS,
      }),
    ],
  });
  // The default context manager of the Node provider is AsyncLocalStorage's.
  provider.register({ propagator: new W3CTraceContextPropagator() });
  return { stop: () => provider.shutdown() };
};
