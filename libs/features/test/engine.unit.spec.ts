import { type Bar, barsClosedOf, civilDate, nyseCalendar, sequenceSteps } from '@tradewind/market';
import { decodeState, encodeState, nanosFromMillis, price, quantity, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { rsi } from '../src/definitions/momentum.js';
import { sma, smaRatio } from '../src/definitions/trend.js';
import {
  BarOrderError,
  BASELINE_SET,
  copyModelInputs,
  createFeatureEngine,
  createFeatureSet,
  type FeatureEngineState,
  featureIndex,
} from '../src/index.js';

const bars = (symbol: string, count: number): readonly Bar[] =>
  nyseCalendar
    .sessionsBetween(civilDate('1999-12-31'), civilDate('2003-01-01'))
    .slice(0, count)
    .map((date, index) => {
      const session = nyseCalendar.sessionOf(date)!;
      const level = 1_000 + 10 * Math.sin(index / 3) + index / 7;
      return {
        id: `bar/${symbol}/1d/${date}`,
        symbol: symbolOf(symbol),
        interval: '1d',
        openTime: session.openTime,
        closeTime: session.closeTime,
        open: price(level.toFixed(2)),
        high: price((level + 5).toFixed(2)),
        low: price((level - 5).toFixed(2)),
        close: price((level + 1).toFixed(2)),
        volume: quantity(String(1_000_000 + index)),
        source: 'test.csv',
        warmUp: false,
      };
    });

describe('an engine', () => {
  it('answers a step with one vector a bar, whose ids derive from the bars and the set', () => {
    const [step] = sequenceSteps([bars('SPX', 1), bars('NDX', 1)], nanosFromMillis(0));
    const computed = createFeatureEngine(BASELINE_SET).onStep(barsClosedOf('run-1', step!, 0, 1));
    expect(computed.header).toMatchObject({ id: 'features.vectors/run-1/0/0', causes: ['market.bars/run-1/0/0'], step: 0 });
    expect(computed.final).toBe(true);
    expect(computed.vectors.map((vector) => vector.id)).toEqual([
      `fv/NDX/1d/2000-01-03/${BASELINE_SET.hash.slice(0, 8)}`,
      `fv/SPX/1d/2000-01-03/${BASELINE_SET.hash.slice(0, 8)}`,
    ]);
    expect(computed.vectors[0]).toMatchObject({ barId: 'bar/NDX/1d/2000-01-03', warm: false, setHash: BASELINE_SET.hash });
  });

  it('keeps symbols apart', () => {
    const alone = createFeatureEngine(BASELINE_SET);
    const both = createFeatureEngine(BASELINE_SET);
    const noise = bars('NDX', 250);
    const apart = bars('SPX', 250).map((bar) => alone.onBar(bar));
    const mixed = bars('SPX', 250).map((bar, index) => {
      if (index % 3 > 0) both.onBar(noise[index]!);
      return both.onBar(bar);
    });
    expect(mixed).toEqual(apart);
    expect(apart.at(-1)?.warm).toBe(true);
  });

  it('goes on after its state went through a save as text', () => {
    const series = bars('SPX', 260);
    const whole = createFeatureEngine(BASELINE_SET);
    const expected = series.map((bar) => whole.onBar(bar));
    const first = createFeatureEngine(BASELINE_SET);
    series.slice(0, 231).forEach((bar) => first.onBar(bar));
    const text = JSON.stringify(encodeState(first.save()));
    const second = createFeatureEngine(BASELINE_SET);
    second.restore(decodeState<FeatureEngineState>(JSON.parse(text)));
    expect(series.slice(231).map((bar) => second.onBar(bar))).toEqual(expected.slice(231));
  });

  it('refuses a bar twice and a bar that came before', () => {
    const engine = createFeatureEngine(BASELINE_SET);
    const [first, second] = bars('SPX', 2);
    engine.onBar(first!);
    engine.onBar(second!);
    expect(() => engine.onBar(second!)).toThrow(BarOrderError);
    expect(() => engine.onBar(first!)).toThrow(BarOrderError);
  });

  it('refuses the state of another set', () => {
    const other = createFeatureSet({ name: 'other', version: 1, definitions: [sma(10)], modelInputs: [] });
    expect(() => createFeatureEngine(BASELINE_SET).restore(createFeatureEngine(other).save())).toThrow(RangeError);
  });
});

describe('a feature set', () => {
  const parts = { name: 'small', version: 1, definitions: [smaRatio(10), rsi(14)], modelInputs: ['sma_ratio_10', 'rsi_14'] };
  const { hash } = createFeatureSet(parts);

  it.each([
    ['name', { ...parts, name: 'large' }],
    ['version', { ...parts, version: 2 }],
    ['a parameter', { ...parts, definitions: [{ ...smaRatio(10), parameters: [11] }, rsi(14)] }],
    ['a formula', { ...parts, definitions: [{ ...smaRatio(10), formula: 'sma-ratio@2' }, rsi(14)] }],
    ['a window', { ...parts, definitions: [{ ...smaRatio(10), window: 11 }, rsi(14)] }],
    ['the order', { ...parts, definitions: [rsi(14), smaRatio(10)] }],
    ['the model inputs', { ...parts, modelInputs: ['rsi_14', 'sma_ratio_10'] }],
  ])('has another hash when %s changes', (_what, changed) => expect(createFeatureSet(changed).hash).not.toBe(hash));

  it('has the same hash when made again', () => expect(createFeatureSet({ ...parts }).hash).toBe(hash));

  it('refuses a name twice and a model input that it lacks', () => {
    expect(() => createFeatureSet({ ...parts, definitions: [sma(10), sma(10)] })).toThrow("'sma_10' occurs twice");
    expect(() => createFeatureSet({ ...parts, modelInputs: ['sma_11'] })).toThrow("'sma_11' is not a feature");
  });

  it('finds features by name', () => {
    expect(BASELINE_SET.names[featureIndex(BASELINE_SET, 'atr_14')]).toBe('atr_14');
    expect(() => featureIndex(BASELINE_SET, 'nothing')).toThrow(RangeError);
  });

  it('gives a model its columns in their order', () => {
    const row = new Float64Array(4);
    copyModelInputs(createFeatureSet({ ...parts, modelInputs: ['rsi_14', 'sma_ratio_10'] }), Float64Array.of(0.1, 70), row, 2);
    expect([...row]).toEqual([0, 0, 70, 0.1]);
  });

  it('shows models only features without scale: prices a thousand times as high give the same inputs', () => {
    const rows = [1, 1_000].map((scale) => {
      const engine = createFeatureEngine(BASELINE_SET);
      const times = BigInt(scale);
      const scaled = bars('SPX', 220).map((bar): Bar => ({
        ...bar,
        open: (bar.open * times) as Bar['open'],
        high: (bar.high * times) as Bar['high'],
        low: (bar.low * times) as Bar['low'],
        close: (bar.close * times) as Bar['close'],
        volume: (bar.volume * times) as Bar['volume'],
      }));
      const row = new Float64Array(BASELINE_SET.modelInputs.length);
      copyModelInputs(BASELINE_SET, scaled.map((bar) => engine.onBar(bar).values).at(-1)!, row);
      return [...row];
    });
    rows[0]!.forEach((value, column) => expect(rows[1]![column], BASELINE_SET.modelInputs[column]).toBeCloseTo(value, 8));
    expect(BASELINE_SET.modelInputs.length).toBeGreaterThanOrEqual(24);
  });
});
