import { resolve } from 'node:path';

import { Platform, resetState } from '@tradewind/local';
import type { AssembledStep, PointInTimeRecord, RecordsKnown } from '@tradewind/market';
import { type Bus, connectBus } from '@tradewind/messaging';
import { stepMessageId, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { LiveOutlet, type LiveOutletParts, NO_RECORDS, type RecordSupply } from '../src/live-outlet.js';
import { RecordQueue } from '../src/record-queue.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATE = `test-market-data-outlet-${process.pid}`;
const RUN = 'cut-short';
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const at = (seconds: number): UnixNanos => (BigInt(seconds) * 1_000_000_000n) as UnixNanos;
const record = (number: number): PointInTimeRecord => ({
  id: `macro/DGS10/*/${number}`,
  series: 'macro/DGS10',
  symbol: undefined,
  eventTime: at(1),
  knownAt: at(number),
  value: number,
  text: '',
  source: 'test',
});
const step = (second: number): AssembledStep => ({ kind: 'step', step: 0, at: at(second), bars: [], faults: [], lowQuality: [] });

let platform: Platform;
let bus: Bus;

beforeAll(async () => {
  platform = await Platform.start({ root: ROOT, name: STATE, services: [] });
  bus = await connectBus({ servers: platform.natsUrl, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
});
afterAll(async () => {
  await bus.close();
  await platform.stop();
  resetState(ROOT, STATE);
});

describe('the outlet of a live feed', () => {
  it('tells no second message of records at a step whose first was on the bus when the last process ended', async () => {
    const id = stepMessageId('market.records', RUN, 0, 0);
    const header = { id, run: RUN, step: 0, partition: 0, at: at(10), causes: [], degraded: [] };
    const first: RecordsKnown = { header, records: [record(1), record(2)] };
    await bus.publish(bus.envelope('market.records', first, { id, partition: 0, key: 'step' }));

    const queue = new RecordQueue([2], { recordsMax: 10, charactersMax: 1_000 });
    queue.add([{ number: 2, record: record(3) }]);
    const resumed: unknown[] = [];
    const records: RecordSupply = {
      resume: (told) => {
        resumed.push(told);
        return Promise.resolve();
      },
      due: (partition, until) => queue.due(partition, until),
      told: (partition, { toldBelow }) => queue.told(partition, toldBelow),
    };
    const outlet = new LiveOutlet({
      bus,
      log: silent as unknown as LiveOutletParts['log'],
      partitions: 1,
      run: RUN,
      source: 'simulated',
      simulated: true,
      records,
      onTicks: () => undefined,
      onDropped: () => undefined,
      onStep: () => undefined,
    });
    await outlet.resume();
    expect(resumed).toEqual([[first.records]]);
    for (const second of [12, 22]) outlet.offer(step(second));
    await outlet.settled();

    const told: [string, number, readonly string[]][] = [];
    for await (const event of bus.readStream({ event: ['market.records', 'market.bars'], partition: 0 })) {
      const { header: own, records: known } = event.decode() as Partial<RecordsKnown> & Pick<RecordsKnown, 'header'>;
      told.push([event.event, own.step, (known ?? []).map(({ id: recordId }) => recordId)]);
    }
    expect(told).toEqual([
      ['market.records', 0, [record(1).id, record(2).id]],
      ['market.bars', 0, []],
      ['market.records', 1, [record(3).id]],
      ['market.bars', 1, []],
    ]);
  }, 60_000);

  it('fails loudly over what the bus refuses, and gives the number of no step that was told in part to another', async () => {
    const outletOf = (): LiveOutlet =>
      new LiveOutlet({
        bus,
        log: silent as unknown as LiveOutletParts['log'],
        partitions: 1,
        run: 'refused',
        source: 'simulated',
        simulated: true,
        records: NO_RECORDS,
        onTicks: () => undefined,
        onDropped: () => undefined,
        onStep: () => undefined,
      });
    const outlet = outletOf();
    await outlet.resume();
    outlet.offer(step(10));
    await outlet.settled();
    const tooLarge = Array.from({ length: 100_000 }, () => ({ symbol: symbolOf('AAPL'), score: 0.5 }));
    outlet.offer({ ...step(20), lowQuality: tooLarge });
    outlet.offer(step(30));
    await expect(outlet.settled()).rejects.toThrow();
    expect((await bus.lastOf('market.bars', 0))?.messageId).toBe('market.bars/refused/0/0');
    const next = outletOf();
    await next.resume();
    expect(next.step).toBe(1);
  });
});
