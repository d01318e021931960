import { context, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, NodeTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

import { eventually, type Rig, startRig } from './rig.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register({ propagator: new W3CTraceContextPropagator() });

describe('tracing', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });
  afterAll(() => provider.shutdown());

  const spanNamed = (name: string): ReadableSpan | undefined => exporter.getFinishedSpans().find((span) => span.name === name);

  it('continues the trace of the bar in the message that its handler makes, also when that is sent after the handler', async () => {
    const message = context.with(trace.setSpan(context.active(), trace.getTracer('test').startSpan('bar closed')), () =>
      rig.bus.envelope('market.bars', { step: 0, partition: 0 }, { id: 'bar', partition: 0, key: 'step' }),
    );
    const waiting: ReturnType<Rig['bus']['envelope']>[] = [];
    await rig.serve({
      'market.bars': () =>
        void waiting.push(rig.bus.envelope('features.vectors', { step: 0, partition: 0 }, { id: 'vectors', partition: 0, key: 'step' })),
    });
    await rig.bus.publish(message);
    await eventually('the handler has made its message', () => waiting.length === 1);
    for (const row of waiting) await rig.bus.publish(row);
    await eventually(
      'all spans are there',
      () => spanNamed('publish features.vectors') !== undefined && spanNamed('process market.bars') !== undefined,
    );
    const traces = ['publish market.bars', 'process market.bars', 'publish features.vectors'].map(
      (name) => spanNamed(name)?.spanContext().traceId,
    );
    expect(new Set(traces).size).toBe(1);
    expect(message.headers['traceparent']).toContain(traces[0]);
    expect(spanNamed('publish features.vectors')?.parentSpanContext?.spanId).toBe(spanNamed('process market.bars')?.spanContext().spanId);
  });
});
