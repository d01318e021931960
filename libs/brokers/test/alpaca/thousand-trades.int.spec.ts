import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { quantity } from '@tradewind/vocabulary';

import { Bench } from '../acceptance/bench.js';
import { AAPL, orderOf } from '../acceptance/scene.js';
import { alpacaVenue } from './alpaca-venue.js';

const TRADES = 1000;
const ALLOWED_MS = 500;

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;

describe('a thousand consecutive trades at the local Alpaca server', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = new Bench(await alpacaVenue());
    await bench.connect();
  });
  afterEach(() => bench.end());

  it('are all acknowledged and filled, once each, without a fault and without a loss of the link', async () => {
    const acknowledged: number[] = [];
    for (let trade = 0; trade < TRADES; trade += 1) {
      const order = orderOf('MARKET', { quantity: quantity('1'), side: trade % 2 === 0 ? 'BUY' : 'SELL' });
      const started = performance.now();
      const answer = await bench.broker.submit(order);
      acknowledged.push(performance.now() - started);
      expect(answer.status).toBe('TAKEN');
      if (trade % 100 === 99) await bench.venue.market.quote(AAPL, '100', '100.1');
    }
    await expect.poll(() => bench.sink.reports.filter(({ type }) => type === 'FILLED').length, { timeout: 10_000 }).toBe(TRADES);
    const sorted = acknowledged.toSorted((left, right) => left - right);
    const figures = `p50 ${quantile(sorted, 0.5).toFixed(2)} ms, p99 ${quantile(sorted, 0.99).toFixed(2)} ms, longest ${sorted.at(-1)!.toFixed(2)} ms`;
    process.stdout.write(`${TRADES} trades, from submit to acknowledgement: ${figures}\n`);
    const late = acknowledged.filter((ms) => ms > ALLOWED_MS).length;
    process.stdout.write(`${late} of them took longer than ${ALLOWED_MS} ms\n`);
    expect(new Set(bench.sink.reports.map(({ id }) => id)).size).toBe(bench.sink.reports.length);
    expect([bench.sink.faults, bench.sink.links]).toEqual([[], [{ kind: 'UP' }]]);
    const { positions, executions } = await bench.snapshot();
    expect(positions).toEqual([]);
    expect(executions).toHaveLength(TRADES);
  });
});
