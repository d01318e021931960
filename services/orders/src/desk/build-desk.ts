import type { Broker } from '@tradewind/brokers';
import type { DeskPolicy } from '@tradewind/orders';
import type { Kit } from '@tradewind/service-kit';
import type { Instrument } from '@tradewind/vocabulary';

import type { OrdersSettings } from '../config.js';
import type { OrdersStage } from '../store.js';
import type { Trading } from '../trading.js';
import { DeskBooks } from './books.js';
import { BrokerSession } from './broker-session.js';
import { DeadMan } from './dead-man.js';
import { DeskHandler } from './desk-handler.js';
import { DeskMetrics } from './desk-metrics.js';
import type { OpenBroker } from './open-broker.js';
import { steadyClock } from './steady-clock.js';

const SECOND_MS = 1_000;
const NANOS_PER_SECOND = 1_000_000_000n;

const policyOf = (
  { name, capabilities }: Broker,
  config: OrdersSettings,
  instruments: Readonly<Record<string, Instrument>>,
): DeskPolicy => ({
  venue: name,
  capabilities,
  instruments,
  orderTimeoutNanos: BigInt(config.orderTimeoutSeconds) * NANOS_PER_SECOND,
  brokerLost: config.brokerLostPolicy,
  brokerLostAfterNanos: BigInt(config.brokerLostSeconds) * NANOS_PER_SECOND,
});

/** The desk of a real broker: its session lives as long as this instance leads, and a new lead is a new session. */
export const buildDesk = async (
  kit: Kit<OrdersSettings>,
  stage: OrdersStage,
  open: OpenBroker,
  instruments: Readonly<Record<string, Instrument>>,
): Promise<{ readonly trading: Trading; readonly comparisons: () => number }> => {
  const { bus, config, log, registry, health } = kit;
  const clock = steadyClock(kit.clock);
  const environment = { clock: kit.clock, log };
  // Wrong settings end the start, not the first lead.
  const first = await open(environment);
  const policy = policyOf(first, config, instruments);
  await first.close();
  const books = new DeskBooks(stage, bus, new DeskMetrics(registry));
  let session: BrokerSession | undefined;
  const { riskSilenceSeconds, dataSilenceIntervals } = config;
  const deadMan = new DeadMan({ books, bus, clock, log, riskSilenceMs: riskSilenceSeconds * SECOND_MS, dataSilenceIntervals });
  const end = async (): Promise<void> => {
    const ending = session;
    session = undefined;
    deadMan.end();
    await ending?.end();
  };
  kit.onLead('desk', async (partition) => {
    if (partition !== 0) return;
    await end();
    const broker = await open(environment);
    session = new BrokerSession({
      broker,
      books,
      policy,
      clock,
      log,
      reconcileMs: config.reconcileSeconds * SECOND_MS,
      confirmMs: config.reconcileConfirmSeconds * SECOND_MS,
    });
    await session.begin();
    deadMan.begin();
  });
  kit.onLeadLost('desk', (partition) => (partition === 0 ? end() : undefined));
  kit.onShutdown('desk', end);
  health.register('broker', async () => {
    const { kind, reason } = books.state.desk.link;
    if (session !== undefined && kind !== 'UP') throw new Error(`${policy.venue} is ${kind}${reason === '' ? '' : `: ${reason}`}`);
  });
  const trading = new DeskHandler({
    books,
    bus,
    clock,
    policy,
    partitions: config.partitions,
    onBars: (interval) => deadMan.barsCame(interval),
    onReconcile: () => session?.compareSoon(),
  });
  return { trading, comparisons: () => session?.comparisons ?? 0 };
};
