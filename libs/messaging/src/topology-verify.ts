import type { NatsConnection } from '@nats-io/nats-core';

import type { Topology } from './topology.js';

export interface VerifyOptions {
  /** Verify the consumers of this service alone. */
  readonly service?: string;
  readonly declared?: Topology;
}
/** Throws TopologyError listing every difference. */
export declare function verifyTopology(bus: { readonly connection: NatsConnection }, partitions: number, options?: VerifyOptions): Promise<void>;
