import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { Registry } from 'prom-client';

import { connectBus, JetStreamStrategy, type OutgoingMessage } from '../src/index.js';
import { besideBars, jsonCodec, recordingLog } from './rig.js';

/** One hop with a tracing SDK in the process: `traced-hop.ts <url>` prints its spans as JSON. The answer is sent after the handler is done. */
const [, , servers = ''] = process.argv;
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register({ propagator: new W3CTraceContextPropagator() });

const bus = await connectBus({ servers, name: 'traced', codec: jsonCodec, registry: new Registry(), log: recordingLog([]) });
const strategy = new JetStreamStrategy({
  bus,
  service: 'features',
  partitions: 1,
  subscriptions: ['market.bars', ...besideBars],
  classify: () => 'retry',
});
const answer = Promise.withResolvers<OutgoingMessage>();
for (const event of besideBars) strategy.addHandler(event, async () => undefined, true);
strategy.addHandler(
  'market.bars',
  async () => answer.resolve(bus.envelope('features.vectors', { step: 0, partition: 0 }, { id: 'vectors', partition: 0, key: 'step' })),
  true,
);
await new Promise((resolve) => {
  strategy.listen(resolve);
});
const bar = provider.getTracer('test').startActiveSpan('bar closed', (span) => {
  span.end();
  return bus.envelope('market.bars', { step: 0, partition: 0 }, { id: 'bar', partition: 0, key: 'step' });
});
await bus.publish(bar);
const outbox = await answer.promise;
await strategy.close();
await bus.publish(outbox);
await bus.close();
const spans = exporter.getFinishedSpans().map((span) => ({
  name: span.name,
  trace: span.spanContext().traceId,
  id: span.spanContext().spanId,
  parent: span.parentSpanContext?.spanId,
}));
process.stdout.write(JSON.stringify(spans));
