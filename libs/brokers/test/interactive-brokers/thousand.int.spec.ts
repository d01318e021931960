import { quantity } from '@tradewind/vocabulary';
import { afterEach, expect, it } from 'vitest';

import { RecordingBrokerSink, surroundings, until } from '../acceptance/bench.js';
import { orderOf } from '../acceptance/scene.js';
import { openTws, SceneClock, startTws } from './tws-venue.js';

const TRADES = 1000;
const LATENCY_MS_MAX = 500;

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0).toReversed()) await end();
});

it('makes a thousand trades one after the other without an error: each taken within half a second, filled once, and with its commission', async () => {
  const server = await startTws(new SceneClock());
  running.push(() => server.close());
  const around = surroundings();
  const broker = openTws(server, around.environment);
  running.push(() => broker.close());
  const sink = new RecordingBrokerSink();
  await broker.connect(sink, AbortSignal.timeout(5000));
  const latencies: number[] = [];
  for (let trade = 0; trade < TRADES; trade += 1) {
    server.trading.quote('AAPL', '100', '100.1');
    const began = performance.now();
    const answer = await broker.submit(orderOf('MARKET', { side: trade % 2 === 0 ? 'BUY' : 'SELL' }));
    latencies.push(performance.now() - began);
    expect(answer.status).toBe('TAKEN');
  }
  const fills = (): number => sink.reports.filter((report) => report.type === 'FILLED' && report.commission !== undefined).length;
  await until('all fills are told', () => fills() === TRADES);
  expect(Math.max(...latencies)).toBeLessThan(LATENCY_MS_MAX);
  expect(new Set(sink.reports.map(({ id }) => id)).size).toBe(2 * TRADES);
  expect([sink.faults, sink.links.map(({ kind }) => kind)]).toEqual([[], ['UP']]);
  const snapshot = await broker.snapshot(0n as never);
  expect([snapshot.positions, snapshot.executions.length]).toEqual([[], TRADES]);
  expect(snapshot.executions.every((execution) => execution.quantity === quantity('10') && execution.commission !== undefined)).toBe(true);
});
