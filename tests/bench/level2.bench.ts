import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

import { createFeatureEngine, type FeatureSet } from '@tradewind/features';
import { readFeatureSets } from '@tradewind/feature-sets';
import { Platform, resetState } from '@tradewind/local';
import { type BarsClosed, chunkOf, cutTicks, CHUNK_PRICES_MAX, type Tick, type TicksArrived } from '@tradewind/market';
import { type Bus, connectBus, type Log, type OutgoingMessage } from '@tradewind/messaging';
import { seededRandom } from '@tradewind/testkit';
import {
  nanosFromMillis,
  price,
  priceFromNumber,
  quantityFromNumber,
  stepMessageId,
  symbolOf,
  type UnixNanos,
} from '@tradewind/vocabulary';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const NAME = 'bench-level2';
const SET = 'level2@1';
const STEPS = 20;
const UPDATES_A_STEP = 15_000;
/** Left out of the figures: a process that has just started is not yet compiled. */
const WARM_UP_STEPS = 6;
const LEVELS = 20;
/** Messages on their way to the server at once. */
const IN_FLIGHT = 32;
const OPEN_MS = Date.UTC(2024, 0, 8, 14, 30);
const SYMBOL = symbolOf('AAPL');
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const root = fileURLToPath(new URL('../..', import.meta.url));

const cents = (value: number) => priceFromNumber(value / 100, 2);

/** A book that moves at random: nine updates of a level, then a trade. */
const ticksOf = (step: number): readonly Tick[] => {
  const random = seededRandom(`level2-${step}`);
  let mid = 10_000;
  let sequence = step * UPDATES_A_STEP;
  return Array.from({ length: UPDATES_A_STEP }, (_value, index): Tick => {
    sequence += 1;
    const at = (nanosFromMillis(OPEN_MS + step * 60_000) + BigInt(Math.floor((index * 59e9) / UPDATES_A_STEP))) as UnixNanos;
    const origin = { symbol: SYMBOL, at, sequence };
    const size = quantityFromNumber(random.integer(1, 20) * 100, 0);
    if (step === 0 && index === 0) {
      const side = (sign: number) =>
        Array.from({ length: LEVELS }, (_level, depth) => ({ price: cents(mid + sign * (depth + 1)), quantity: size, orders: 0 }));
      return { kind: 'book-snapshot', ...origin, bids: side(-1), asks: side(1) };
    }
    if (index % 10 === 9) {
      const isBuy = random.integer(0, 1) === 1;
      mid += random.integer(-1, 1);
      return {
        kind: 'trade',
        ...origin,
        price: cents(mid),
        quantity: size,
        aggressor: isBuy ? 'BUYER' : 'SELLER',
        conditions: [],
        venue: '',
      };
    }
    const side = random.integer(0, 1) === 1 ? 'BID' : 'ASK';
    const level = cents(mid + (side === 'BID' ? -1 : 1) * random.integer(1, LEVELS));
    return { kind: 'book-delta', ...origin, previousSequence: 0, changes: [{ side, price: level, quantity: size }] };
  });
};

const chunksOf = (step: number): readonly TicksArrived[] =>
  cutTicks(ticksOf(step), CHUNK_PRICES_MAX).map((ticks, chunk) =>
    chunkOf({ run: 'bench', step, partition: 0, chunk }, ticks, { source: 'bench', simulated: true }),
  );

const barsOf = (step: number, chunks: readonly TicksArrived[]): BarsClosed => {
  const at = nanosFromMillis(OPEN_MS + (step + 1) * 60_000);
  const id = stepMessageId('market.bars', 'bench', step, 0);
  const causes = chunks.map(({ header }) => header.id);
  const bar = {
    id: `bar/${SYMBOL}/1m/${step}`,
    symbol: SYMBOL,
    interval: '1m',
    openTime: nanosFromMillis(OPEN_MS + step * 60_000),
    closeTime: at,
    open: price('100'),
    high: price('101'),
    low: price('99'),
    close: price('100'),
    volume: quantityFromNumber(1_000, 0),
    source: 'bench',
    warmUp: false,
  } as const;
  return { header: { id, run: 'bench', step, partition: 0, at, causes, degraded: [] }, bars: [bar], lowQuality: [], final: false };
};

interface Step {
  readonly chunks: readonly TicksArrived[];
  readonly bars: BarsClosed;
}

/** Publishes in order with several on their way at once. */
const publishAll = async (bus: Bus, messages: readonly OutgoingMessage[]): Promise<void> => {
  const underWay: Promise<unknown>[] = [];
  for (const message of messages) {
    underWay.push(bus.publish(message));
    if (underWay.length >= IN_FLIGHT) await underWay.shift();
  }
  await Promise.all(underWay);
};

const inProcess = (set: FeatureSet, steps: readonly Step[]): Promise<number> =>
  fastestSeconds(3, () => {
    const engine = createFeatureEngine(set);
    for (const { chunks, bars } of steps) {
      for (const chunk of chunks) engine.onTicks(chunk);
      engine.onStep(bars);
    }
  });

const overTheBus = async (bus: Bus, steps: readonly Step[], report: Report): Promise<number> => {
  const messages = steps.map(({ chunks, bars }) => [
    ...chunks.map((chunk) => bus.envelope('market.ticks', chunk, { id: chunk.header.id, partition: 0, key: 'step' })),
    bus.envelope('market.bars', bars, { id: bars.header.id, partition: 0, key: 'step' }),
  ]);
  const bytes = messages.flat().reduce((sum, { payload }) => sum + payload.length, 0);
  report.row('bytes an update on the wire', bytes / (STEPS * UPDATES_A_STEP), 'B');
  const answered = async (step: number): Promise<void> => {
    while ((await bus.lastOf('features.vectors', 0))?.messageId !== `features.vectors/bench/${step}/0`)
      await new Promise((settle) => setTimeout(settle, 5));
  };
  await publishAll(bus, messages.slice(0, WARM_UP_STEPS).flat());
  await answered(WARM_UP_STEPS - 1);
  const started = performance.now();
  const publishing = publishAll(bus, messages.slice(WARM_UP_STEPS).flat());
  await answered(STEPS - 1);
  await publishing;
  return (performance.now() - started) / 1_000;
};

/** Books and microstructure features of the service, through a real server, against the same without a bus. */
export const benchmark: Benchmark = {
  name: 'level2: book updates through the features service',
  run: async (report) => {
    const set = (await readFeatureSets()).named(SET);
    const steps = Array.from({ length: STEPS }, (_value, step): Step => {
      const chunks = chunksOf(step);
      return { chunks, bars: barsOf(step, chunks) };
    });
    const floor = (STEPS * UPDATES_A_STEP) / (await inProcess(set, steps));
    const platform = await Platform.start({
      root,
      name: NAME,
      services: ['features'],
      settings: { TW_LOG_LEVEL: 'warn', TW_FEATURES_SET: SET },
    });
    try {
      const bus = await connectBus({ servers: platform.natsUrl, name: 'bench', codec: wireCodec, registry: new Registry(), log: silent });
      const seconds = await overTheBus(bus, steps, report);
      const rate = ((STEPS - WARM_UP_STEPS) * UPDATES_A_STEP) / seconds;
      report.row(`updates a second over the bus, ${set.names.length} features (aim 50,000)`, rate, '1/s');
      report.row('updates a second in one process without a bus', floor, '1/s');
      report.ratio('over the bus against without', rate, floor);
      await bus.close();
    } finally {
      await platform.stop();
      resetState(root, NAME);
    }
  },
};
