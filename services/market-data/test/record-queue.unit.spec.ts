import type { PointInTimeRecord } from '@tradewind/market';
import { partitionOf, type Symbol, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { RecordQueue } from '../src/record-queue.js';

const PARTITIONS = 2;
const AAPL = symbolOf('AAPL');
const SPY = symbolOf('QQQ');
const [OF_AAPL, OF_SPY] = [partitionOf(AAPL, PARTITIONS), partitionOf(SPY, PARTITIONS)];
const time = (seconds: number): UnixNanos => (BigInt(seconds) * 1_000_000_000n) as UnixNanos;

const record = (number: number, knownAt: number, symbol?: Symbol, text = ''): { number: number; record: PointInTimeRecord } => ({
  number,
  record: {
    id: `news/story/${number}`,
    series: 'news/story',
    symbol,
    eventTime: time(0),
    knownAt: time(knownAt),
    value: 1,
    text,
    source: 'test',
  },
});
const queueOf = (limits = { recordsMax: 100, charactersMax: 1_000 }): RecordQueue => new RecordQueue([0, 0], limits);
const numbers = (queue: RecordQueue, partition: number, at: number): readonly number[] =>
  queue.due(partition, time(at)).records.map(({ id }) => Number(id.split('/').at(-1)));
const tell = (queue: RecordQueue, partition: number, at: number): readonly number[] => {
  const found = numbers(queue, partition, at);
  queue.told(partition, queue.due(partition, time(at)).toldBelow);
  return found;
};

describe('the queue of records', () => {
  it('needs symbols of two partitions to test with', () => {
    expect(OF_AAPL).not.toBe(OF_SPY);
  });

  it('tells a symbol’s records to its partition and those of the whole market to all, each once', () => {
    const queue = queueOf();
    queue.add([record(0, 1, AAPL), record(1, 2), record(2, 3, SPY)]);
    expect(tell(queue, OF_AAPL, 10)).toEqual([0, 1]);
    expect(tell(queue, OF_SPY, 10)).toEqual([1, 2]);
    expect([tell(queue, OF_AAPL, 20), tell(queue, OF_SPY, 20)]).toEqual([[], []]);
    expect(queue.waiting).toBe(0);
  });

  it('keeps what is known only after the end of the step for a later one, and what was collected after it too', () => {
    const queue = queueOf();
    queue.add([record(0, 5), record(1, 12), record(2, 6)]);
    expect(tell(queue, 0, 10)).toEqual([0]);
    expect(tell(queue, 0, 12)).toEqual([2, 1]);
  });

  it('tells records of one message in the order in which they became known', () => {
    const queue = queueOf();
    queue.add([record(0, 9), record(1, 3), record(2, 6)]);
    expect(numbers(queue, 1, 10)).toEqual([1, 2, 0]);
  });

  it('spreads many records, or long ones, over steps', () => {
    const queue = queueOf({ recordsMax: 2, charactersMax: 10 });
    queue.add([0, 1, 2, 3, 4].map((number) => record(number, 1)));
    expect([tell(queue, 0, 9), tell(queue, 0, 9), tell(queue, 0, 9), tell(queue, 0, 9)]).toEqual([[0, 1], [2, 3], [4], []]);
    const long = queueOf({ recordsMax: 100, charactersMax: 10 });
    long.add([record(0, 1, undefined, 'x'.repeat(8)), record(1, 1, undefined, 'xyz'), record(2, 1, undefined, 'y'.repeat(50))]);
    expect([tell(long, 0, 9), tell(long, 0, 9), tell(long, 0, 9)]).toEqual([[0], [1], [2]]);
  });

  it('goes on where each partition had come to', () => {
    const queue = new RecordQueue([2, 1], { recordsMax: 100, charactersMax: 1_000 });
    queue.add([record(0, 1), record(1, 1), record(2, 1)]);
    expect([numbers(queue, 0, 9), numbers(queue, 1, 9)]).toEqual([[2], [1, 2]]);
  });

  it('forgets what all partitions were told, and nothing before', () => {
    const queue = queueOf();
    queue.add([record(0, 1), record(1, 1)]);
    tell(queue, 0, 9);
    expect(queue.waiting).toBe(2);
    tell(queue, 1, 9);
    expect(queue.waiting).toBe(0);
  });
});
