import { readFileSync } from 'node:fs';

import type { RecordsKnown } from '@tradewind/market';
import { decodeState, encodeState, type UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  BarOrderError,
  BASELINE_SET,
  createFeatureEngine,
  FEATURE_CATALOGUE,
  type FeatureEngineState,
  featureIndex,
  parseFeatureSets,
  RecordOrderError,
} from '../src/index.js';
import { marketInputs, type MarketInput, seeds, takeAll } from './random-market.js';

const SEED = 20_000_103;
const files = ['baseline@1.json', 'level2@1.json', 'full@1.json'];
const parsed = parseFeatureSets(
  files.map((file) => ({ file, text: readFileSync(new URL(`../sets/${file}`, import.meta.url), 'utf8') })),
  FEATURE_CATALOGUE,
);
if (!parsed.ok) throw new RangeError(JSON.stringify(parsed.error));
const full = parsed.value.named('full@1');

const isBar = (input: MarketInput): input is MarketInput & { kind: 'bar' } => input.kind === 'bar';

describe('an engine that takes ticks and records beside bars', () => {
  it('goes on to the bit after its state went through a save as text, between any two inputs', () => {
    fc.assert(
      fc.property(seeds, fc.nat(), (seed, cut) => {
        const inputs = marketInputs(seed, 60);
        const middle = cut % inputs.length;
        const first = createFeatureEngine(full);
        takeAll(first, inputs.slice(0, middle));
        const second = createFeatureEngine(full);
        second.restore(decodeState<FeatureEngineState>(JSON.parse(JSON.stringify(encodeState(first.save())))));
        const rest = takeAll(second, inputs.slice(middle));
        const whole = takeAll(createFeatureEngine(full), inputs);
        expect(rest).toEqual(rest.length === 0 ? [] : whole.slice(-rest.length));
      }),
      { seed: SEED, numRuns: 15 },
    );
  });

  it("gives the parent's columns the parent's values, to the bit", () => {
    const inputs = marketInputs(7, 230);
    const wide = takeAll(createFeatureEngine(full), inputs);
    const narrow = takeAll(createFeatureEngine(BASELINE_SET), inputs.filter(isBar));
    wide.forEach((vector, index) => expect(vector.values.slice(0, BASELINE_SET.names.length)).toEqual(narrow[index]!.values));
    expect(wide.at(-1)!.warm).toBe(true);
  });

  it('is warm without book and records, which stay NaN', () => {
    const vectors = takeAll(createFeatureEngine(full), marketInputs(7, 230).filter(isBar));
    const last = vectors.at(-1)!;
    expect(last.warm).toBe(true);
    expect(last.values[featureIndex(full, 'mid_price')]).toBeNaN();
    expect(Number.isFinite(last.values[featureIndex(full, 'session_minute_XNYS')])).toBe(true);
  });

  it('refuses bars in any other order than their own, and goes on unharmed', () => {
    fc.assert(
      fc.property(seeds, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (seed, one, other) => {
        const bars = marketInputs(seed, 60)
          .filter(isBar)
          .map(({ bar }) => bar)
          .filter(({ symbol }) => symbol === 'A');
        const [now, late] = [Math.max(one, other) % bars.length, Math.min(one, other) % bars.length];
        fc.pre(late <= now);
        const engine = createFeatureEngine(full);
        for (const bar of bars.slice(0, now + 1)) engine.onBar(bar);
        expect(() => engine.onBar(bars[late]!)).toThrow(BarOrderError);
        const calm = createFeatureEngine(full);
        expect(bars.slice(now + 1).map((bar) => engine.onBar(bar))).toEqual(bars.map((bar) => calm.onBar(bar)).slice(now + 1));
      }),
      { seed: SEED, numRuns: 20 },
    );
  });

  const records = (): RecordsKnown => marketInputs(3, 6).find((input) => input.kind === 'records')!.known;

  it('refuses records before anybody could know them, and takes in none of them', () => {
    const known = records();
    const early = { ...known, header: { ...known.header, at: (known.header.at - 1n) as UnixNanos } };
    const engine = createFeatureEngine(full);
    const before = engine.save();
    expect(() => engine.onRecords(early)).toThrow(RecordOrderError);
    expect(engine.save()).toEqual(before);
  });

  it('refuses a bar that closed before a record that was taken in, also after a restore: its vector would look ahead', () => {
    const [bar] = marketInputs(3, 1)
      .filter(isBar)
      .map((input) => input.bar);
    const early = { ...bar!, openTime: (bar!.openTime - 10n) as UnixNanos, closeTime: (bar!.closeTime - 1n) as UnixNanos };
    const engine = createFeatureEngine(full);
    engine.onRecords(records());
    const restored = createFeatureEngine(full);
    restored.restore(engine.save());
    for (const one of [engine, restored]) expect(() => one.onBar(early)).toThrow(BarOrderError);
  });

  it('tells a symbol that comes later what records of the whole market said before', () => {
    const inputs = marketInputs(11, 40);
    const vectors = takeAll(createFeatureEngine(full), inputs);
    const first = vectors.find(({ symbol }) => symbol === 'B')!;
    const beside = vectors.findLast(({ symbol, at }) => symbol === 'A' && at <= first.at)!;
    const column = featureIndex(full, 'record_macro_VIX');
    expect(first.values[column]).toBe(beside.values[column]);
    expect(Number.isFinite(first.values[column])).toBe(true);
  });

  it('lets ticks and records pass that its set does not read', () => {
    const inputs = marketInputs(5, 50);
    const engine = createFeatureEngine(BASELINE_SET);
    takeAll(engine, inputs);
    const bars = createFeatureEngine(BASELINE_SET);
    takeAll(bars, inputs.filter(isBar));
    expect(engine.save()).toEqual(bars.save());
  });
});
