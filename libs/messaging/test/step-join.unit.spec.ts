import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { StepJoin } from '../src/step-join.js';

const SOURCES = [
  { name: 'vectors', required: true },
  { name: 'predictions', required: true },
  { name: 'analyses', required: false },
] as const;

interface Offer {
  readonly source: string;
  readonly partition: number;
  readonly step: number;
}

/** What a keyed consumer does: one outstanding message per source and partition, offered again when it fails, next one when it is settled. */
const consume = async (join: StepJoin<string>, offers: readonly Offer[], schedule: () => Promise<void>, copies: number): Promise<void> => {
  for (const { source, partition, step } of offers) {
    await schedule();
    for (let isSettled = false; !isSettled;) {
      const attempts = Array.from({ length: copies }, (_, copy) =>
        join.offer(source, partition, step, copy === 0 ? `${source}/${partition}/${step}` : 'a copy'),
      );
      isSettled = (await Promise.allSettled(attempts)).every(({ status }) => status === 'fulfilled');
    }
  }
};

describe('step join', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('processes each step once, in order, with every input, whatever the interleaving, duplicates and failures', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 2 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
        async (scheduler, partitions, steps, copies, luck) => {
          let lastDone = -1;
          const done: { step: number; inputs: readonly (readonly [string, readonly string[]])[]; degraded: readonly string[] }[] = [];
          const join = new StepJoin<string>({
            sources: [...SOURCES, { name: 'executions', required: true, partitions: 1 }],
            partitions,
            lastDone: () => lastDone,
            process: async (step, inputs, degraded) => {
              await scheduler.schedule(Promise.resolve(), 'process');
              if (luck.next().value === 0) throw new Error('database away');
              lastDone = step;
              done.push({ step, inputs: [...inputs], degraded });
            },
          });
          const lanes: Promise<void>[] = [];
          for (const source of ['vectors', 'predictions', 'analyses', 'executions']) {
            for (let partition = 0; partition < (source === 'executions' ? 1 : partitions); partition += 1) {
              const offers = Array.from({ length: steps }, (_, step) => ({ source, partition, step }));
              lanes.push(consume(join, offers, () => scheduler.schedule(Promise.resolve(), `${source}/${partition}`), copies));
            }
          }
          await scheduler.waitFor(Promise.all(lanes));
          const of = (source: string, count: number, step: number): readonly [string, readonly string[]] => [
            source,
            Array.from({ length: count }, (_, partition) => `${source}/${partition}/${step}`),
          ];
          expect(done).toEqual(
            Array.from({ length: steps }, (_, step) => ({
              step,
              degraded: [],
              inputs: [
                of('vectors', partitions, step),
                of('predictions', partitions, step),
                of('analyses', partitions, step),
                of('executions', 1, step),
              ],
            })),
          );
          expect(join.pendingSteps).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('takes the lowest of several complete steps first', async () => {
    const order: number[] = [];
    const gate = Promise.withResolvers<void>();
    const join = new StepJoin<string>({
      sources: [{ name: 'a', required: true }],
      partitions: 1,
      lastDone: () => -1,
      process: async (step) => {
        if (step === 1) await gate.promise;
        order.push(step);
      },
    });
    const offers = [1, 3, 2].map((step) => join.offer('a', 0, step, 'x'));
    gate.resolve();
    await Promise.all(offers);
    expect(order).toEqual([1, 2, 3]);
  });

  it('resolves an input of a step that is done without processing it', async () => {
    const process = vi.fn(async () => undefined);
    const join = new StepJoin<string>({ sources: [...SOURCES], partitions: 1, lastDone: () => 7, process });
    await join.offer('vectors', 0, 7, 'late');
    expect(process).not.toHaveBeenCalled();
    expect(join.pendingSteps).toEqual([]);
  });

  it('lets all inputs of a step fail together and forgets them', async () => {
    const join = new StepJoin<string>({
      sources: [
        { name: 'a', required: true },
        { name: 'b', required: true },
      ],
      partitions: 1,
      lastDone: () => -1,
      process: async () => {
        throw new Error('refused');
      },
    });
    const outcomes = await Promise.allSettled([join.offer('a', 0, 0, 'x'), join.offer('b', 0, 0, 'y')]);
    expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : 'settled'))).toEqual([
      'Error: refused',
      'Error: refused',
    ]);
    expect(join.pendingSteps).toEqual([]);
  });

  it('goes on without an optional source after the longest wait, and says so', async () => {
    vi.useFakeTimers();
    const seen: unknown[] = [];
    let lastDone = -1;
    const join = new StepJoin<string>({
      sources: [...SOURCES],
      partitions: 1,
      maxWaitMs: 500,
      lastDone: () => lastDone,
      process: async (step, inputs, degraded) => {
        lastDone = step;
        seen.push([step, [...inputs.keys()], degraded]);
      },
    });
    void join.offer('vectors', 0, 0, 'v');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual([]);
    void join.offer('predictions', 0, 0, 'p');
    await vi.advanceTimersByTimeAsync(499);
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual([[0, ['vectors', 'predictions'], ['analyses']]]);
    await join.offer('analyses', 0, 0, 'too late');
    expect(seen).toHaveLength(1);
  });

  it('waits for an optional source for ever when no longest wait is given', async () => {
    vi.useFakeTimers();
    const process = vi.fn(async () => undefined);
    const join = new StepJoin<string>({ sources: [...SOURCES], partitions: 1, lastDone: () => -1, process });
    void join.offer('vectors', 0, 0, 'v');
    void join.offer('predictions', 0, 0, 'p');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(process).not.toHaveBeenCalled();
  });

  it.each([
    ['nobody', 0],
    ['vectors', 2],
    ['vectors', -1],
  ])('refuses an input of %s, partition %i', async (source, partition) => {
    const join = new StepJoin<string>({ sources: [...SOURCES], partitions: 2, lastDone: () => -1, process: async () => undefined });
    await expect(join.offer(source, partition, 0, 'x')).rejects.toThrow(RangeError);
  });
});
