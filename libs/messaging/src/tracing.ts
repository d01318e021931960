import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('@tradewind/messaging');

/** Puts the active trace into headers of a message. Without a tracing SDK it adds nothing. */
export const injectTrace = (headers: Record<string, string>): void => propagation.inject(context.active(), headers);

const within = async <T>(
  name: string,
  kind: SpanKind,
  headers: Readonly<Record<string, string>>,
  attributes: Record<string, string>,
  run: () => Promise<T>,
): Promise<T> => {
  const parent = propagation.extract(context.active(), headers);
  const span: Span = tracer.startSpan(name, { kind, attributes: { 'messaging.system': 'nats', ...attributes } }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), run);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    throw error;
  } finally {
    span.end();
  }
};

/** A producer span as a child of the context the message was made in, which may lie before a crash. */
export const publishSpan = <T>(template: string, headers: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> =>
  within(
    `publish ${template}`,
    SpanKind.PRODUCER,
    headers,
    { 'messaging.operation.type': 'send', 'messaging.destination.template': template },
    run,
  );

/** A consumer span that continues the message's trace. */
export const processSpan = <T>(
  template: string,
  service: string,
  headers: Readonly<Record<string, string>>,
  run: () => Promise<T>,
): Promise<T> =>
  within(
    `process ${template}`,
    SpanKind.CONSUMER,
    headers,
    {
      'messaging.operation.type': 'process',
      'messaging.destination.template': template,
      'messaging.consumer.group.name': service,
    },
    run,
  );
