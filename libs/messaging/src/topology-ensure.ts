import type { NatsConnection } from '@nats-io/nats-core';

import type { Topology } from './topology.js';

export declare function ensureTopology(bus: { readonly connection: NatsConnection }, partitions: number, declared?: Topology): Promise<void>;
