import { type ConsumerConfig, type ConsumerInfo, jetstreamManager, type JetStreamManager, JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';

import { answered } from './patience.js';
import { differencesOf } from './topology-compare.js';
import { type ConsumerSettings, consumerSettings, consumerStart, streamSettings } from './topology-config.js';
import { partitionsOf, type StreamDeclaration, type Topology, topology } from './topology.js';

const CONSUMER_NOT_FOUND = 10014;
const STREAM_NOT_FOUND = 10059;

export const isConsumerMissing = (error: unknown): boolean => error instanceof JetStreamApiError && error.code === CONSUMER_NOT_FOUND;
export const isStreamMissing = (error: unknown): boolean => error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND;

/** As the server tells it, with a single filter said the same way as several. */
export const heldConsumer = (info: ConsumerInfo): Partial<ConsumerConfig> => {
  const { filter_subject: single, ...rest } = info.config;
  return single === undefined || single === '' ? rest : { ...rest, filter_subjects: [single] };
};

export const findConsumer = async (manager: JetStreamManager, stream: string, name: string): Promise<ConsumerInfo | undefined> => {
  try {
    return await manager.consumers.info(stream, name);
  } catch (error) {
    if (isConsumerMissing(error)) return undefined;
    throw error;
  }
};

const ensureStream = async (manager: JetStreamManager, declaration: StreamDeclaration): Promise<void> => {
  const settings = streamSettings(declaration);
  try {
    const { config } = await answered(() => manager.streams.info(declaration.name));
    if (differencesOf(declaration.name, settings, config).length > 0)
      await manager.streams.update(declaration.name, { ...config, ...settings });
  } catch (error) {
    if (!isStreamMissing(error)) throw error;
    await manager.streams.add(settings);
  }
};

const ensureConsumer = async (manager: JetStreamManager, stream: string, settings: ConsumerSettings): Promise<void> => {
  const name = String(settings.durable_name);
  const existing = await answered(() => findConsumer(manager, stream, name));
  if (existing === undefined) {
    await manager.consumers.add(stream, consumerStart(settings, 0));
  } else if (differencesOf(name, settings, heldConsumer(existing)).length > 0) {
    await manager.consumers.update(stream, name, settings);
  }
};

/**
 * Makes what is missing and updates what differs; a consumer keeps its place. Safe to call from several processes at once and at every
 * start. Call `verifyTopology` after it: an old server takes settings and ignores them. Throws JetStreamApiError.
 */
export const ensureTopology = async (
  bus: { readonly connection: NatsConnection },
  partitions: number,
  declared: Topology = topology,
): Promise<void> => {
  const manager = await answered(() => jetstreamManager(bus.connection));
  for (const declaration of declared.streams) await ensureStream(manager, declaration);
  for (const declaration of declared.consumers) {
    for (const partition of partitionsOf(declaration, partitions)) {
      await ensureConsumer(manager, declaration.stream, consumerSettings(declaration, partition, declared));
    }
  }
};
