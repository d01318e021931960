import { describe, expect, it } from 'vitest';

import { compute, feature, type Row } from './golden/compute.js';

type Bar = readonly [high: number, low: number, close: number, volume?: number, open?: number];

const bars = (...rows: readonly Bar[]): readonly Row[] =>
  rows.map(([high, low, close, volume = 1, open = low]) => [open, high, low, close, volume]);
const closes = (...values: readonly number[]): readonly Row[] => bars(...values.map((value): Bar => [value, value, value]));
const valuesOf = (rows: readonly Row[], name: string, ...parameters: readonly (number | string)[]): readonly number[] =>
  compute(feature(name, ...parameters), rows).filter((value) => !Number.isNaN(value));

/** Each worked out on paper from the formula; the arithmetic is beside it. */
describe('values computed by hand', () => {
  it.each([
    // (1·1 + 2·2 + 3·4) / 6
    ['wma', [3], closes(1, 2, 4), [17 / 6]],
    // EMA(2): 1.5, 1.5 + ⅔·2.5; their EMA(2) starts at the mean of both; 2·E - EE
    ['dema', [2], closes(1, 2, 4), [2 * (1.5 + (2 / 3) * 2.5) - (1.5 + 1.5 + (2 / 3) * 2.5) / 2]],
    // SMA(2) of SMA(2)
    ['trima', [3], closes(1, 2, 4), [(1.5 + 3) / 2]],
    // The way up is all the way: weight (2/3)², begun at 11
    ['kama', [2], closes(10, 11, 13), [11 + (4 / 9) * 2]],
    ['vwma', [2], bars([1, 1, 1, 1], [4, 4, 4, 3]), [(1 * 1 + 4 * 3) / 4]],
    // Gains 1, 1, 0 and losses 0, 0, 1; then a gain of 2
    ['rsi', [3], closes(10, 11, 12, 11, 13), [100 * (2 / 3), (100 * (10 / 9)) / (10 / 9 + 2 / 9)]],
    ['cmo', [3], closes(10, 11, 12, 11), [100 / 3]],
    ['mom', [2], closes(10, 11, 13), [3]],
    ['roc', [2], closes(10, 11, 13), [30]],
    // Typical prices 10, 12, 14: mean 12, mean distance 4/3
    ['cci', [3], closes(10, 12, 14), [2 / (0.015 * (4 / 3))]],
    // Line through 1, 3, 2
    ['linreg_slope', [3], closes(1, 3, 2), [0.5]],
    ['linreg_intercept', [3], closes(1, 3, 2), [1.5]],
    ['linreg', [3], closes(1, 3, 2), [2.5]],
    ['tsf', [3], closes(1, 3, 2), [3]],
    ['linreg_r2', [3], closes(1, 3, 2), [0.25]],
    ['linreg_angle', [2], closes(1, 2), [45]],
    ['stddev', [4], closes(1, 3, 5, 7), [Math.sqrt(5)]],
    ['variance', [4], closes(1, 3, 5, 7), [5]],
    ['mean_distance', [4], closes(1, 3, 5, 7), [2]],
    ['z_score', [4], closes(1, 3, 5, 7), [3 / Math.sqrt(5)]],
    // +DM 1, 2; -DM 0, 0; ranges 2, 3. Wilder's sums of two: 1 - ½ + 2 and 2 - 1 + 3
    ['plus_dm', [2], bars([10, 8, 9], [11, 9, 10], [13, 10, 12]), [1, 2.5]],
    ['plus_di', [2], bars([10, 8, 9], [11, 9, 10], [13, 10, 12]), [62.5]],
    ['dx', [2], bars([10, 8, 9], [11, 9, 10], [13, 10, 12]), [100]],
    // Highest high two bars ago, lowest low now
    ['aroon_up', [3], bars([3, 2, 2], [9, 5, 6], [8, 4, 5], [7, 1, 2]), [100 / 3]],
    ['aroon_down', [3], bars([3, 2, 2], [9, 5, 6], [8, 4, 5], [7, 1, 2]), [100]],
    // |12 - 9| + |13 - 10| over the ranges 3, 3
    ['vortex_plus', [2], bars([11, 9, 10], [12, 10, 11], [13, 11, 12]), [6 / 4]],
    ['bop', [], bars([12, 8, 11, 1, 9]), [0.5]],
    ['imi', [3], bars([5, 1, 3, 1, 1], [5, 1, 2, 1, 3], [5, 1, 3, 1, 2]), [75]],
    ['qstick', [2], bars([5, 1, 3, 1, 1], [5, 1, 2, 1, 3]), [0.5]],
    ['stochastic_fast_k', [2], bars([10, 6, 8], [12, 8, 11]), [(100 * 5) / 6]],
    // Money flows 2·10·1 up, 1·9·2 down … typical prices 9, 10, 9 with volumes 1, 2, 1
    ['mfi', [2], bars([9, 9, 9, 1], [10, 10, 10, 2], [9, 9, 9, 1]), [(100 * 20) / 29]],
    // Places in the bar: (2·11 - 12 - 8)/4 = ½, then -1
    ['ad', [], bars([12, 8, 11, 100], [12, 8, 8, 30]), [50, 20]],
    ['cmf', [2], bars([12, 8, 11, 100], [12, 8, 8, 30]), [20 / 130]],
    ['nvi', [], bars([10, 10, 10, 5], [11, 11, 11, 4], [22, 22, 22, 6]), [1_100, 1_100]],
    ['pvi', [], bars([10, 10, 10, 5], [11, 11, 11, 4], [22, 22, 22, 6]), [1_000, 2_000]],
    ['pvt', [], bars([10, 10, 10, 5], [11, 11, 11, 40]), [4]],
    // Move of the middle 2, range 4, volume 20,000
    ['emv', [], bars([10, 6, 8], [12, 8, 9, 20_000]), [4]],
    ['wad', [], bars([10, 8, 9], [12, 10, 11], [11, 7, 8]), [2, -1]],
    ['donchian_position', [2], bars([10, 6, 8], [12, 8, 9]), [0.5]],
    ['true_range', [], bars([10, 6, 7], [12, 9, 10]), [5]],
    ['midprice', [2], bars([10, 6, 8], [12, 8, 9]), [9]],
    ['gap', [], bars([10, 6, 8], [12, 8, 9, 1, 10]), [0.25]],
    // ln(high/low) = 1 each bar
    ['parkinson_volatility', [2], bars([Math.E, 1, 1], [Math.E, 1, 1]), [Math.sqrt(252 / (4 * Math.LN2))]],
    // Drawdowns 0 and 50%
    ['ulcer_index', [2], closes(5, 10, 5), [Math.sqrt(1_250)]],
    ['fosc', [2], closes(1, 2, 4), [25]],
    ['vosc', [1, 2], bars([1, 1, 1, 10], [1, 1, 1, 30]), [50]],
  ] as const)('%s %j', (name, parameters, rows, expected) => {
    const values = valuesOf(rows, name, ...parameters);
    expect(values).toHaveLength(expected.length);
    expected.forEach((value, index) => expect(values[index]).toBeCloseTo(value, 10));
  });

  it('correlation and beta of two fields', () => {
    const rows = bars([1, 1, 1, 2], [1, 1, 2, 4], [1, 1, 3, 9]);
    // Deviations -1, 0, 1 and -3, -1, 4
    expect(valuesOf(rows, 'correlation', 'close', 'volume', 3)).toEqual([expect.closeTo(7 / Math.sqrt(2 * 26), 12)]);
    // Changes of the high 100% and 50%, of the low 50% and 100/3%
    expect(valuesOf(bars([1, 2, 1], [2, 3, 1], [3, 4, 1]), 'beta', 'high', 'low', 2)).toEqual([
      expect.closeTo((1 / 2 - 1 / 3) / (1 - 1 / 2), 12),
    ]);
  });

  it('the parabolic stop of Wilder, and its turn', () => {
    const rows = bars([10, 9, 9.5], [11, 10, 10.5], [12, 11, 11.5], [13, 12, 12.5], [11, 9.5, 10], [10, 9.4, 9.6]);
    // 9; 9 + 0.02·2; + 0.04·2.96; + 0.06·3.8416; then held at the low 9.5, which 9.4 breaks: the highest high
    const expected = [9, 9.04, 9.1584, 9.388896, 13];
    valuesOf(rows, 'sar', 0.02, 0.2).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 12));
  });

  it('returns a tenth up and a tenth down, again and again, have no skewness, and less than normal tails', () => {
    const up = Array.from({ length: 9 }, (_value, index) => (index % 2 === 0 ? 100 : 110));
    expect(valuesOf(closes(...up), 'skewness', 8).at(-1)).toBeCloseTo(0, 10);
    expect(valuesOf(closes(...up), 'kurtosis', 8).at(-1)).toBeCloseTo(-2, 10);
  });
});
