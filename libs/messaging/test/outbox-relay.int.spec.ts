import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { OutboxRelay, type OutboxRow, type OutboxStore } from '../src/index.js';
import { eventually, recordingLog, type Rig, sleep, startRig } from './rig.js';

/** The table, held in memory: what a real store promises, and nothing else. */
class MemoryTable {
  readonly rows: OutboxRow[] = [];
  readonly marked = new Set<bigint>();
  leader: object | undefined;
  isAway = false;

  storeFor(who: object): OutboxStore {
    const present = (): void => {
      if (this.isAway) throw new Error('database away');
    };
    return {
      unpublished: async (limit) => {
        present();
        return this.rows.filter(({ position }) => !this.marked.has(position)).slice(0, limit);
      },
      markPublished: async (positions) => {
        present();
        for (const position of positions) this.marked.add(position);
      },
      tryLead: async () => {
        present();
        this.leader ??= who;
        return this.leader === who;
      },
    };
  }
}

describe('outbox relay', () => {
  let rig: Rig;
  let table: MemoryTable;
  beforeEach(async () => {
    rig = await startRig();
    table = new MemoryTable();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  const relayOf = (): OutboxRelay =>
    new OutboxRelay({ store: table.storeFor({}), bus: rig.bus, log: recordingLog(rig.lines), registry: new Registry() });
  const commit = (from: number, to: number): OutboxRow[] => {
    const rows: OutboxRow[] = [];
    for (let step = from; step < to; step += 1) {
      rows.push({
        position: BigInt(step),
        ...rig.bus.envelope('orders.placed', { step, partition: 0 }, { id: `o/${step}`, partition: 0, key: 'step' }),
      });
    }
    table.rows.push(...rows);
    return rows;
  };
  const published = async (): Promise<number[]> => {
    const steps: number[] = [];
    for await (const event of rig.bus.readStream({ event: 'orders.placed' })) steps.push((event.decode() as { step: number }).step);
    return steps;
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

  it('publishes what an earlier process left behind before it is started', async () => {
    commit(0, 1_200);
    const relay = relayOf();
    await relay.start();
    expect(await published()).toEqual(upTo(1_200));
    await relay.stop();
    expect(table.marked.size).toBe(1_200);
  });

  it('publishes offered rows at once, in order, and marks them', async () => {
    const relay = relayOf();
    await relay.start();
    for (let step = 0; step < 50; step += 1) relay.offer(commit(step, step + 1));
    await eventually('all are stored', async () => (await published()).length === 50);
    await relay.stop();
    expect(await published()).toEqual(upTo(50));
    expect(table.marked.size).toBe(50);
  });

  it('puts a row that nobody offered before the rows that were committed after it', async () => {
    const relay = relayOf();
    await relay.start();
    relay.offer(commit(0, 1));
    await eventually('the first is stored', async () => (await published()).length === 1);
    commit(1, 2);
    relay.offer(commit(2, 3));
    await eventually('all are stored', async () => (await published()).length === 3);
    expect(await published()).toEqual([0, 1, 2]);
    await relay.stop();
  });

  it('finds rows that nobody offered at all', async () => {
    const relay = relayOf();
    await relay.start();
    commit(0, 2);
    await eventually('both are stored', async () => (await published()).length === 2, 3_000);
    await relay.stop();
  });

  it('publishes a row again that was not marked before a crash, and the stream keeps one', async () => {
    const first = relayOf();
    await first.start();
    first.offer(commit(0, 5));
    await eventually('all are stored', async () => (await published()).length === 5);
    await first.stop();
    table.marked.clear();
    table.leader = undefined;
    const second = relayOf();
    await second.start();
    await second.stop();
    expect(await published()).toEqual(upTo(5));
    expect(table.marked.size).toBe(5);
  });

  it('relays from one process at a time, and another takes over', async () => {
    const leading = relayOf();
    const standby = relayOf();
    await leading.start();
    await standby.start();
    standby.offer(commit(0, 3));
    await eventually('the leader has found them', async () => (await published()).length === 3);
    await leading.stop();
    table.leader = undefined;
    await sleep(700);
    standby.offer(commit(3, 4));
    await eventually('the other relays', async () => (await published()).length === 4);
    await standby.stop();
  });

  it('outlasts a database that is away and a server that is killed', async () => {
    const relay = relayOf();
    await relay.start();
    table.isAway = true;
    relay.offer(commit(0, 10));
    await rig.nats.kill();
    await sleep(300);
    await rig.nats.restart();
    table.isAway = false;
    await eventually('all are stored', async () => (await published()).length === 10);
    await relay.stop();
    expect(await published()).toEqual(upTo(10));
    expect(table.marked.size).toBe(10);
  });
});
