import { fileURLToPath } from 'node:url';

import { Platform, resetState } from '@tradewind/local';
import type { Bar, BarsClosed, TicksArrived } from '@tradewind/market';
import { type Bus, connectBus } from '@tradewind/messaging';
import type { ExecutionsReported, OrdersPlaced } from '@tradewind/orders';
import { ordersHash } from '@tradewind/orders';
import type { SignalDecision, SignalsDecided } from '@tradewind/signals';
import { answerHeader, toNumber } from '@tradewind/vocabulary';
import { encodeRpcRequest, wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { MINUTES, recordDay, SELECTION } from '../../services/market-data/test/recorded-day.js';
import { inOrder, purely } from '../../services/orders/test/pure.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const NAME = 'flow-replay-on-ticks';
const PARTITIONS = 2;
const KILLED = new Set([12, 25]);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** In for seven minutes and out for three, each symbol at its own time: no model knows minutes, and what is shown here is what becomes of the orders. */
const decisionOf = (bar: Bar, step: number): readonly SignalDecision[] => {
  const phase = (step + (bar.symbol === 'IBM' ? 4 : 0)) % 10;
  if (phase !== 1 && phase !== 8) return [];
  const close = toNumber(bar.close);
  return [
    {
      id: `sg/${bar.symbol}/${step}`,
      symbol: bar.symbol,
      at: bar.closeTime,
      action: phase === 1 ? 'ENTER' : 'EXIT',
      status: 'VALIDATED',
      rejectionCode: '',
      signalType: 'test',
      confidence: 0.9,
      probabilityUp: 0.8,
      sizeMultiplier: 1,
      horizonBars: 7,
      expectedWin: 0.03,
      expectedLoss: 0.03,
      atr: close * 0.0006,
      referencePrice: close,
      votes: [],
      layers: [],
      expiresAtStep: step,
      causes: [],
    },
  ];
};

const decided = ({ header, bars, final }: BarsClosed): SignalsDecided => ({
  header: { ...answerHeader('signals.decisions', header), causes: [] },
  decisions: bars.flatMap((bar) => decisionOf(bar, header.step)),
  final,
});

describe('a replay of recorded trades and books', () => {
  let platform: Platform;
  let bus: Bus;
  let dispose: () => Promise<void>;
  const told = async <T>(event: Parameters<Bus['readStream']>[0]['event']): Promise<readonly T[]> => {
    const facts: T[] = [];
    for await (const received of bus.readStream({ event })) facts.push(received.decode() as T);
    return facts;
  };
  const barsOf = async (step: number): Promise<readonly BarsClosed[]> => {
    const bars = (await told<BarsClosed>('market.bars')).filter(({ header }) => header.step === step);
    return bars.sort((left, right) => left.header.partition - right.header.partition);
  };

  beforeAll(async () => {
    const day = await recordDay();
    dispose = () => day.dispose();
    const settings = {
      TW_LOG_LEVEL: 'warn',
      TW_RISK_PROFILE: 'demo',
      TW_MARKET_DATA_CATALOGUE: day.directory,
      TW_MARKET_DATA_SELECTION: JSON.stringify(SELECTION),
    };
    resetState(root, NAME);
    platform = await Platform.start({ root, name: NAME, services: ['market-data', 'risk', 'orders'], partitions: PARTITIONS, settings });
    bus = await connectBus({ servers: platform.natsUrl, name: 'test', codec: wireCodec, registry: new Registry(), log: silent });
  });
  afterAll(async () => {
    await bus?.close();
    await platform?.stop();
    await dispose?.();
    resetState(root, NAME);
  });

  it('fills on its ticks over the bus what the pure stages fill, while the service is killed', async () => {
    const order = { run: 'day', mode: 'lockstep', paceMs: 0, stepLimit: 0n } as const;
    await bus.request('market.replay-start', encodeRpcRequest('market.replay-start', order), 5_000);
    const steps = [];
    for (let step = 0; step < MINUTES; step += 1) {
      const bars = await vi.waitUntil(
        async () => {
          const found = await barsOf(step);
          return found.length === PARTITIONS ? found : undefined;
        },
        { timeout: 30_000, interval: 20 },
      );
      if (KILLED.has(step)) await platform.kill('orders');
      const decisions = bars.map(decided);
      for (const fact of decisions) {
        const { id, partition } = fact.header;
        await bus.publish(bus.envelope('signals.decisions', fact, { id, partition, key: 'step' }));
      }
      steps.push({ bars, decisions });
    }
    await expect.poll(async () => (await told('orders.placed')).length, { timeout: 30_000 }).toBe(MINUTES);

    const chunks = await told<TicksArrived>('market.ticks');
    const ticksOf = (step: number): readonly TicksArrived[] =>
      chunks
        .filter(({ header }) => header.step === step)
        .sort((left, right) => left.header.partition - right.header.partition || left.chunk - right.chunk);
    const pure = purely(steps.map((inputs, step) => ({ ...inputs, ticks: ticksOf(step) })));
    const executions = await told<ExecutionsReported>('orders.executions');
    expect(executions).toEqual(pure.executions);
    const events = inOrder(executions, await told<OrdersPlaced>('orders.placed'));
    expect(ordersHash(events)).toBe(ordersHash(inOrder(pure.executions, pure.placed)));
    const fills = events.filter(({ type }) => type === 'OrderFilled');
    expect(fills.length).toBeGreaterThan(10);
    for (const { causes } of fills) expect(causes[0]).toMatch(/^market\.ticks\//);
    // Without its ticks the same day fills at other prices: it is they that were traded on.
    const onBars = purely(steps.map(({ bars, decisions }) => ({ bars, decisions })));
    expect(ordersHash(inOrder(onBars.executions, onBars.placed))).not.toBe(ordersHash(events));
  });
});
