import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';

import { TopologyError } from './errors.js';
import { answered } from './patience.js';
import { compareVersion, differencesOf } from './topology-compare.js';
import { consumerSettings, streamSettings } from './topology-config.js';
import { findConsumer, heldConsumer, isStreamMissing } from './topology-ensure.js';
import { partitionsOf, type StreamDeclaration, type Topology, topology } from './topology.js';

export interface VerifyOptions {
  /** Verify the consumers of this service alone; all of them without it. */
  readonly service?: string;
  readonly declared?: Topology;
}

const streamDifferences = async (manager: JetStreamManager, declaration: StreamDeclaration): Promise<string[]> => {
  const what = `stream ${declaration.name}`;
  try {
    const { config } = await answered(() => manager.streams.info(declaration.name));
    return differencesOf(what, streamSettings(declaration), config);
  } catch (error) {
    if (isStreamMissing(error)) return [`${what}: is missing`];
    throw error;
  }
};

const consumerDifferences = async (
  manager: JetStreamManager,
  declared: Topology,
  partitions: number,
  service: string | undefined,
): Promise<string[]> => {
  const found: string[] = [];
  for (const declaration of declared.consumers) {
    if (service !== undefined && declaration.service !== service) continue;
    for (const partition of partitionsOf(declaration, partitions)) {
      const settings = consumerSettings(declaration, partition, declared);
      const what = `consumer ${declaration.stream}/${settings.durable_name}`;
      const info = await answered(() => findConsumer(manager, declaration.stream, String(settings.durable_name))).catch(
        (error: unknown) => {
          if (isStreamMissing(error)) return undefined;
          throw error;
        },
      );
      // A bulk reader makes its consumer anew at will, and a crash may fall between the old and the new one.
      if (info === undefined && declaration.mode === 'bulk') continue;
      found.push(...(info === undefined ? [`${what}: is missing`] : differencesOf(what, settings, heldConsumer(info))));
    }
  }
  return found;
};

/** Compares what the server holds with what is declared. Throws TopologyError listing every difference, a too old server among them. */
export const verifyTopology = async (
  bus: { readonly connection: NatsConnection },
  partitions: number,
  options: VerifyOptions = {},
): Promise<void> => {
  const declared = options.declared ?? topology;
  const manager = await answered(() => jetstreamManager(bus.connection));
  const differences: string[] = [];
  const version = bus.connection.info?.version ?? '0.0.0';
  if (compareVersion(version, declared.serverVersionMin) < 0) {
    differences.push(`server: version is ${version}, needs ${declared.serverVersionMin.join('.')}`);
  }
  for (const declaration of declared.streams) differences.push(...(await streamDifferences(manager, declaration)));
  differences.push(...(await consumerDifferences(manager, declared, partitions, options.service)));
  if (differences.length > 0) throw new TopologyError(differences);
};
