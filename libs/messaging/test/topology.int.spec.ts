import { jetstream } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ensureTopology, topology, TopologyError, verifyTopology } from '../src/index.js';
import { type Rig, startRig } from './rig.js';

describe('topology', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig({ partitions: 2 });
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  it('verifies what it has made, also after making it twice', async () => {
    await ensureTopology(rig.bus, 2);
    await verifyTopology(rig.bus, 2);
  });

  it('names every difference at once', async () => {
    const manager = await jetstream(rig.bus.connection).jetstreamManager();
    const { config } = await manager.streams.info('ORDERS');
    await manager.streams.update('ORDERS', { ...config, max_bytes: 1_000_000 });
    await manager.consumers.update('MARKET', 'features__market-records__market-ticks__market-bars__p1', { max_ack_pending: 7 });
    await manager.consumers.delete('RISK', 'orders__risk-verdicts__risk-states__p0');
    await manager.streams.delete('AUDIT');
    const error: unknown = await verifyTopology(rig.bus, 2, { declared: { ...topology, serverVersionMin: [99, 0, 0] } }).catch(
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(TopologyError);
    expect((error as TopologyError).differences).toEqual([
      `server: version is ${rig.bus.connection.info?.version}, needs 99.0.0`,
      'stream ORDERS: max_bytes is 1000000, asked for 268435456',
      'stream AUDIT: is missing',
      'consumer MARKET/features__market-records__market-ticks__market-bars__p1: max_ack_pending is 7, asked for 1',
      'consumer RISK/orders__risk-verdicts__risk-states__p0: is missing',
    ]);
  });

  it('looks only at the consumers of the service that asks', async () => {
    const manager = await jetstream(rig.bus.connection).jetstreamManager();
    await manager.consumers.delete('MARKET', 'features__market-records__market-ticks__market-bars__p1');
    await verifyTopology(rig.bus, 2, { service: 'risk' });
    await expect(verifyTopology(rig.bus, 2, { service: 'features' })).rejects.toThrow(TopologyError);
  });

  it('restores what differs, and a consumer keeps its place', async () => {
    const manager = await jetstream(rig.bus.connection).jetstreamManager();
    const seen: number[] = [];
    await rig.serve({ 'market.bars': (fact) => void seen.push(fact.step) });
    await rig.publishStep('market.bars', 0);
    await manager.consumers.update('MARKET', 'features__market-records__market-ticks__market-bars__p0', { max_deliver: 3 });
    await ensureTopology(rig.bus, 2);
    await verifyTopology(rig.bus, 2);
    await rig.publishStep('market.bars', 1);
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([0, 1]);
  });
});
