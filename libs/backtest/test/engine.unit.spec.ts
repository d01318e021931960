import { sequenceSteps } from '@tradewind/market';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import type { BacktestFacts } from '../src/index.js';
import { marketSteps, runSteps } from './market-run.js';

const DAYS = 900;
const steps = marketSteps(DAYS);

type Told = { readonly event: keyof BacktestFacts; readonly fact: BacktestFacts[keyof BacktestFacts] };
const told = (options: Parameters<typeof runSteps>[1] = {}, over = steps): Told[] => {
  const facts: Told[] = [];
  runSteps(over, { ...options, tell: (event, fact) => void facts.push({ event, fact }) });
  return facts;
};

describe('the pipeline in one process', () => {
  const base = runSteps(steps).report;

  it('trades: the made market gives signals, orders and fills', () => {
    expect(base.signals.emitted).toBeGreaterThan(5);
    expect(base.fills).toBeGreaterThan(3);
    expect(base.trades).toBeGreaterThan(0);
  });

  it('gives the same orders and money on every run, whatever the size of a block', () => {
    for (const blockSteps of [1, 7, DAYS]) {
      const { report } = runSteps(steps, { blockSteps });
      expect([report.ordersHash, report.equityEndExact]).toEqual([base.ordersHash, base.equityEndExact]);
    }
  });

  it('decides the same when only decisions are asked for, and tells nothing else', () => {
    const events = new Set<string>();
    const { report } = runSteps(steps, { facts: 'decisions', tell: (event) => void events.add(event) });
    expect([report.ordersHash, report.equityEndExact]).toEqual([base.ordersHash, base.equityEndExact]);
    expect([...events].sort()).toEqual(['market.bars', 'orders.executions', 'orders.placed', 'risk.verdicts', 'signals.decisions']);
  });

  it('never looks ahead: what happens until a day does not depend on the days after it', () => {
    const all = told();
    const cut = told({}, steps.slice(0, 600));
    const upTo = all.filter(({ fact }) => fact.header.step < 600);
    expect(cut.length).toBe(upTo.length);
    expect(cut.map(({ event, fact }) => ({ event, fact }))).toEqual(upTo.map(({ event, fact }) => ({ event, fact })));
  });

  it('never fills an order on the bar it was decided on', () => {
    const placedAt = new Map<string, number>();
    for (const { event, fact } of told()) {
      if (event === 'orders.placed') {
        for (const one of (fact as BacktestFacts['orders.placed']).events)
          if (one.type === 'OrderInitialized') placedAt.set(one.clientOrderId, fact.header.step);
      }
      if (event !== 'orders.executions') continue;
      for (const one of (fact as BacktestFacts['orders.executions']).events) {
        if (one.type === 'OrderFilled' && placedAt.has(one.clientOrderId))
          expect(fact.header.step).toBeGreaterThan(placedAt.get(one.clientOrderId)!);
      }
    }
    expect(placedAt.size).toBeGreaterThan(0);
  });

  it('trades nothing on warm-up bars', () => {
    const warmUpSteps = new Set(steps.filter((step) => step.bars.some((bar) => bar.warmUp)).map((step) => step.step));
    const early = told().filter(({ event, fact }) => event === 'orders.placed' && warmUpSteps.has(fact.header.step));
    expect(early.length).toBeGreaterThan(200);
    expect(early.flatMap(({ fact }) => (fact as BacktestFacts['orders.placed']).events)).toEqual([]);
  });

  it('says one batch per stage and partition, each after all that it was made from', () => {
    const seen = new Set<string>();
    const facts = told({ partitions: 3 }, steps.slice(0, 300));
    for (const { fact } of facts) {
      for (const cause of fact.header.causes) expect(seen.has(cause)).toBe(true);
      expect(seen.has(fact.header.id)).toBe(false);
      seen.add(fact.header.id);
    }
    expect(facts.length).toBe(300 * (5 * 3 + 3));
  });

  it('does not depend on the name of the run', () => {
    const other = runSteps(steps, { run: 'other' }).report;
    expect(other.ordersHash).toBe(base.ordersHash);
  });

  it('books an end of data for one instrument and goes on with the other', () => {
    const ended = sequenceSteps(
      ['NDX', 'SPX'].map((symbol) =>
        steps.flatMap((step) => step.bars).filter((bar) => bar.symbol === symbol && (symbol === 'SPX' || bar.closeTime < steps[700]!.at)),
      ),
      nanosFromMillis(Number(steps.find((step) => !step.bars[0]!.warmUp)!.at / 1_000_000n) - 1),
    );
    const { report } = runSteps(ended);
    expect(report.to).toBe(runSteps(steps).report.to);
    expect(report.openPositions.map((open) => open.symbol)).not.toContain('NDX');
  });
});
