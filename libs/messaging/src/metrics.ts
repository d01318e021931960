import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the messaging layer counts. One set a registry, whoever asks. */
export interface MessagingMetrics {
  readonly handlerSeconds: Histogram<'service' | 'event'>;
  /** Stored in the stream until handed to the handler. */
  readonly deliverySeconds: Histogram<'service' | 'event'>;
  readonly processed: Counter<'service' | 'event' | 'outcome'>;
  readonly redelivered: Counter<'service' | 'event'>;
  readonly deadLetters: Counter<'service' | 'event' | 'reason'>;
  readonly consumerRecoveries: Counter<'service' | 'consumer' | 'cause'>;
  readonly publishSeconds: Histogram<'stream'>;
  readonly publishRetries: Counter<'reason'>;
  readonly publishDuplicates: Counter<'stream'>;
  readonly outboxDepth: Gauge;
  readonly outboxOldestSeconds: Gauge;
}

const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10];
const known = new WeakMap<Registry, MessagingMetrics>();

const histogram = <L extends string>(registry: Registry, name: string, help: string, labelNames: L[]): Histogram<L> =>
  new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [registry] });
const counter = <L extends string>(registry: Registry, name: string, help: string, labelNames: L[]): Counter<L> =>
  new Counter({ name, help, labelNames, registers: [registry] });

const create = (registry: Registry): MessagingMetrics => ({
  handlerSeconds: histogram(registry, 'tw_handler_seconds', 'Time of a handler, from the message in hand to its result', [
    'service',
    'event',
  ]),
  deliverySeconds: histogram(registry, 'tw_delivery_seconds', 'Age of a message when its handler gets it', ['service', 'event']),
  processed: counter(registry, 'tw_messages_processed_total', 'Messages by what became of them', ['service', 'event', 'outcome']),
  redelivered: counter(registry, 'tw_messages_redelivered_total', 'Messages delivered more than once', ['service', 'event']),
  deadLetters: counter(registry, 'tw_dead_letters_total', 'Messages given up, by class of reason', ['service', 'event', 'reason']),
  consumerRecoveries: counter(registry, 'tw_consumer_recoveries_total', 'Subscriptions that had to be opened again', [
    'service',
    'consumer',
    'cause',
  ]),
  publishSeconds: histogram(registry, 'tw_publish_seconds', 'From the call to the stored message', ['stream']),
  publishRetries: counter(registry, 'tw_publish_retries_total', 'Publications that had to be tried again', ['reason']),
  publishDuplicates: counter(registry, 'tw_publish_duplicates_total', 'Publications that the stream already held', ['stream']),
  outboxDepth: new Gauge({ name: 'tw_outbox_depth', help: 'Outbox rows known and not yet marked published', registers: [registry] }),
  outboxOldestSeconds: new Gauge({
    name: 'tw_outbox_oldest_seconds',
    help: 'How long the oldest of them has waited',
    registers: [registry],
  }),
});

export const messagingMetrics = (registry: Registry): MessagingMetrics => {
  const existing = known.get(registry);
  if (existing !== undefined) return existing;
  const created = create(registry);
  known.set(registry, created);
  return created;
};
