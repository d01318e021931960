import {
  type LatencyLine,
  type Report,
  type ReportContext,
  ReportCollector,
  reportEvents,
  type ReportFacts,
  type RunReport,
} from '@tradewind/backtest';
import type { Bus } from '@tradewind/messaging';
import { quantile } from '@tradewind/statistics';

const NANOS_PER_MILLI = 1_000_000;

interface Stepped {
  readonly header?: { readonly run: string; readonly step: number };
}

const latencyOf = (bars: ReadonlyMap<number, bigint>, placed: ReadonlyMap<number, bigint>): Report['latencyMs'] => {
  const delays = [...placed].flatMap(([step, at]) => {
    const from = bars.get(step);
    return from === undefined ? [] : [Number(at - from) / NANOS_PER_MILLI];
  });
  if (delays.length === 0) return null;
  const line: LatencyLine = { count: delays.length, p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) };
  return { barToOrder: line };
};

/**
 * Reads a run's facts off the streams and makes its report, with the time from the publishing of a step's bars (the last partition's) to the
 * storing of its orders. Throws ReportError when the run has no bar that could be traded on.
 */
export const reportFromBus = async (bus: Bus, context: Omit<ReportContext, 'latencyMs'>): Promise<RunReport> => {
  const collector = new ReportCollector();
  const barsAt = new Map<number, bigint>();
  const placedAt = new Map<number, bigint>();
  const take = (event: keyof ReportFacts, fact: ReportFacts[keyof ReportFacts], publishedAt: bigint): void => {
    const header = (fact as Stepped).header;
    if (header !== undefined && header.run !== context.run) return;
    collector.observe(event, fact);
    if (header !== undefined && event === 'market.bars') barsAt.set(header.step, publishedAt);
    if (header !== undefined && event === 'orders.placed' && !placedAt.has(header.step)) placedAt.set(header.step, publishedAt);
  };
  for (const event of reportEvents.filter((name) => !name.startsWith('orders.'))) {
    for await (const received of bus.readStream({ event }))
      take(event, received.decode() as ReportFacts[typeof event], received.publishedAt);
  }
  // The orders hash runs over executions and placements as they followed each other, so the three events are merged by their place in the stream.
  const orders: { readonly sequence: number; readonly tell: () => void }[] = [];
  for (const event of reportEvents.filter((name) => name.startsWith('orders.'))) {
    for await (const received of bus.readStream({ event })) {
      const fact = received.decode() as ReportFacts[typeof event];
      orders.push({ sequence: received.sequence, tell: () => take(event, fact, received.publishedAt) });
    }
  }
  orders.sort((left, right) => left.sequence - right.sequence);
  for (const { tell } of orders) tell();
  return collector.finish({ ...context, latencyMs: latencyOf(barsAt, placedAt) });
};
