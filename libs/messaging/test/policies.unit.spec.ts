import { eventNames } from '@tradewind/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { backoffMs, pause } from '../src/backoff.js';
import { PermanentError } from '../src/errors.js';
import { HandledMemory } from '../src/handled-memory.js';
import { classificationOf, RETRY_LIMITS, settlementOf } from '../src/settlement.js';
import { compareVersion, differencesOf } from '../src/topology-compare.js';
import { consumerSettings, streamSettings } from '../src/topology-config.js';
import { consumerNameOf, filtersOf, keyedDeclarationOf, partitionsOf, streamOf, topology } from '../src/topology.js';

describe('backoff', () => {
  it('doubles from the first wait and stays at the longest', () => {
    expect([0, 1, 2, 3, 4, 50].map((attempt) => backoffMs(attempt, { firstMs: 100, maxMs: 1_000 }))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
  });

  it('never grows past the longest wait nor shrinks', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1_000, max: 60_000 }),
        (attempt, firstMs, maxMs) => {
          const wait = backoffMs(attempt, { firstMs, maxMs });
          expect(wait).toBeLessThanOrEqual(maxMs);
          expect(backoffMs(attempt + 1, { firstMs, maxMs })).toBeGreaterThanOrEqual(wait);
        },
      ),
    );
  });

  it('ends a pause at once when its signal aborts', async () => {
    const stop = new AbortController();
    const paused = pause(60_000, stop.signal);
    stop.abort();
    await paused;
    await pause(60_000, stop.signal);
  });
});

describe('settlement', () => {
  const error = new Error('x');

  it('retries with growing delays and dead-letters the last failure', () => {
    const outcomes = [1, 2, 3, 4, 5].map((failures) => settlementOf('retry', error, failures, false, RETRY_LIMITS));
    expect(outcomes.map((outcome) => (outcome.status === 'redeliver' ? outcome.delayMs : outcome.status))).toEqual([
      100,
      200,
      400,
      800,
      'dead-letter',
    ]);
  });

  it('dead-letters on the last delivery, because the server would strand the message', () => {
    expect(settlementOf('retry', error, 1, true, RETRY_LIMITS)).toEqual({ status: 'dead-letter', reason: 'exhausted', error });
  });

  it('takes a permanent error for final whatever the service says', () => {
    expect(classificationOf(new PermanentError('bad'), () => 'retry-forever')).toBe('dead-letter');
    expect(classificationOf(error, () => 'retry-forever')).toBe('retry-forever');
  });
});

describe('handled memory', () => {
  it('knows a message by sequence and id, not by sequence alone', () => {
    const memory = new HandledMemory();
    memory.add(5, 'a');
    expect(memory.has(5, 'a')).toBe(true);
    expect(memory.has(5, 'b')).toBe(false);
    expect(memory.last).toBe(5);
  });

  it('forgets the oldest and keeps the newest', () => {
    const memory = new HandledMemory();
    for (let sequence = 1; sequence <= 1_000; sequence += 1) memory.add(sequence, `m${sequence}`);
    expect(memory.has(1, 'm1')).toBe(false);
    expect(memory.has(1_000, 'm1000')).toBe(true);
  });
});

describe('topology', () => {
  it('has a stream with limits for every event', () => {
    for (const event of eventNames) expect(topology.streams.map(({ name }) => name)).toContain(streamOf(event));
    for (const stream of topology.streams) {
      const settings = streamSettings(stream);
      expect(
        [settings.max_age, settings.max_bytes, settings.max_msgs, settings.max_msg_size, settings.duplicate_window].every(
          (limit) => limit > 0,
        ),
      ).toBe(true);
    }
  });

  it('never drops an order, a verdict or a signal to make room', () => {
    const discards = Object.fromEntries(topology.streams.map(({ name, discard }) => [name, discard]));
    expect(discards).toMatchObject({
      SIGNALS: 'new',
      RISK: 'new',
      ORDERS: 'new',
      AUDIT: 'new',
      DEAD_LETTERS: 'new',
      MARKET: 'old',
      FEATURES: 'old',
    });
  });

  it('names every consumer differently', () => {
    const names = topology.consumers.flatMap((declaration) =>
      partitionsOf(declaration, 4).map((partition) => `${declaration.stream}/${consumerNameOf(declaration, partition)}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('lets a service receive an event through one consumer only, from the stream that holds it', () => {
    const seen = new Set<string>();
    for (const declaration of topology.consumers) {
      if (declaration.mode !== 'keyed') continue;
      for (const event of declaration.events) {
        expect(streamOf(event)).toBe(declaration.stream);
        expect(seen.has(`${declaration.service} ${event}`)).toBe(false);
        seen.add(`${declaration.service} ${event}`);
      }
    }
  });

  it('gives keyed consumers one outstanding message and one partition each', () => {
    const declaration = keyedDeclarationOf('features', 'market.bars');
    if (declaration === undefined) throw new Error('features consumes market.bars');
    expect(consumerSettings(declaration, 3, topology)).toMatchObject({
      durable_name: 'features__market-records__market-ticks__market-bars__p3',
      max_ack_pending: 1,
      filter_subjects: ['tw.market.v1.records.3.>', 'tw.market.v1.ticks.3.>', 'tw.market.v1.bars.3.>'],
    });
    expect(filtersOf(declaration, 3)).toEqual(['tw.market.v1.records.3.>', 'tw.market.v1.ticks.3.>', 'tw.market.v1.bars.3.>']);
  });

  it('tells versions apart', () => {
    const least = [2, 10, 0] as const;
    expect(
      ['2.9.10', '2.10.0', '2.10.27', '2.15.1', '3.0.0', '2.10.0-RC.1', 'odd'].map((version) => Math.sign(compareVersion(version, least))),
    ).toEqual([-1, 0, 1, 1, 1, 0, -1]);
  });

  it('sees a setting that the server ignored, and takes its left-out zeros for what they are', () => {
    expect(
      differencesOf(
        'c',
        { max_ack_pending: 1, filter_subjects: ['b', 'a'], no_ack: false, max_deliver: 0 },
        { max_ack_pending: 1, filter_subjects: ['a', 'b'] },
      ),
    ).toEqual([]);
    expect(differencesOf('c', { max_ack_pending: 1 }, { max_ack_pending: 1_000 })).toEqual(['c: max_ack_pending is 1000, asked for 1']);
    expect(differencesOf('c', { filter_subjects: ['a'] }, {})).toEqual(['c: filter_subjects is nothing, asked for ["a"]']);
  });
});
