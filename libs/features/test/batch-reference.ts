/** The same features computed from the whole series, the plain way: what streaming has to equal. */
export interface Series {
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly number[];
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]): number => total(values) / values.length;
const lastOf = (values: readonly number[], size: number): readonly number[] => values.slice(values.length - size);
const deviation = (values: readonly number[], freedom: number): number => {
  const middle = mean(values);
  return Math.sqrt(total(values.map((value) => (value - middle) ** 2)) / (values.length - freedom));
};
const differences = (values: readonly number[], distance: number): readonly number[] =>
  values.slice(distance).map((value, index) => value - values[index]!);
const smoothed = (values: readonly number[], period: number, alpha: number): number =>
  values.slice(period).reduce((before, value) => before + alpha * (value - before), mean(values.slice(0, period)));
const emaOf = (values: readonly number[], period: number): number => smoothed(values, period, 2 / (period + 1));

const slopeOf = (xs: readonly number[], ys: readonly number[]): number => {
  const middle = mean(xs);
  const height = mean(ys);
  return total(xs.map((x, index) => (x - middle) * (ys[index]! - height))) / total(xs.map((x) => (x - middle) ** 2));
};

const trueRanges = ({ high, low, close }: Series): readonly number[] =>
  close
    .slice(1)
    .map((_value, index) =>
      Math.max(high[index + 1]! - low[index + 1]!, Math.abs(high[index + 1]! - close[index]!), Math.abs(low[index + 1]! - close[index]!)),
    );

const rawStochastic = ({ high, low, close }: Series, end: number, period: number): number => {
  const top = Math.max(...high.slice(end - period, end));
  const bottom = Math.min(...low.slice(end - period, end));
  return top === bottom ? 50 : (100 * (close[end - 1]! - bottom)) / (top - bottom);
};
const slowStochastic = (series: Series, end: number): number => mean([0, 1, 2].map((back) => rawStochastic(series, end - back, 14)));

const macdLines = (close: readonly number[]): readonly number[] => {
  const lines: number[] = [];
  for (let end = 26; end <= close.length; end += 1) lines.push(emaOf(close.slice(14, end), 12) - emaOf(close.slice(0, end), 26));
  return lines;
};

const hurstOf = (logs: readonly number[]): number => {
  const distances = [1, 2, 4, 8, 16];
  const squares = distances.map((distance) => mean(lastOf(differences(logs, distance), 100).map((move) => move ** 2)));
  return squares.some((value) => value < 1e-18) ? 0.5 : slopeOf(distances.map(Math.log), squares.map(Math.log)) / 2;
};

const autocorrelationOf = (returns: readonly number[]): number => {
  const middle = mean(returns);
  const squares = total(returns.map((value) => (value - middle) ** 2));
  if (squares < 1e-16) return 0;
  return total(returns.slice(1).map((value, index) => (value - middle) * (returns[index]! - middle))) / squares;
};

const rsiOf = (close: readonly number[]): number => {
  const changes = differences(close, 1);
  const gain = smoothed(
    changes.map((change) => Math.max(change, 0)),
    14,
    1 / 14,
  );
  const loss = smoothed(
    changes.map((change) => Math.max(-change, 0)),
    14,
    1 / 14,
  );
  return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
};

/** Values after the last bar, by feature name. The series must be at least 200 bars long. */
export const batchFeatures = (series: Series): Readonly<Record<string, number>> => {
  const { high, low, close, volume } = series;
  const n = close.length;
  const now = close[n - 1]!;
  const logs = close.map(Math.log);
  const returns = differences(logs, 1);
  const lines = macdLines(close);
  const line = lines.at(-1)!;
  const signal = emaOf(lines, 9);
  const atr = smoothed(trueRanges(series), 14, 1 / 14);
  const sma = (period: number): number => mean(lastOf(close, period));
  const band = lastOf(close, 20);
  const spread = deviation(band, 0);
  const signed = differences(close, 1).map((change, index) => Math.sign(change) * volume[index + 1]!);
  const recentVolume = total(lastOf(volume, 20));
  const slowest = deviation(lastOf(returns, 63), 1);
  return {
    ...Object.fromEntries(
      [10, 20, 50, 200].flatMap((period) => [
        [`sma_${period}`, sma(period)],
        [`sma_ratio_${period}`, now / sma(period) - 1],
      ]),
    ),
    ...Object.fromEntries(
      [12, 26].flatMap((period) => [
        [`ema_${period}`, emaOf(close, period)],
        [`ema_ratio_${period}`, now / emaOf(close, period) - 1],
      ]),
    ),
    ...Object.fromEntries([5, 20, 60].map((period) => [`momentum_${period}`, now / close[n - 1 - period]! - 1])),
    ...Object.fromEntries([1, 2, 3, 4, 5].map((lag) => [`log_return_${lag}`, returns[returns.length - lag]!])),
    sma_cross_50_200: sma(50) / sma(200) - 1,
    macd_line: line,
    macd_signal: signal,
    macd_histogram: line - signal,
    macd_line_ratio: line / now,
    macd_signal_ratio: signal / now,
    macd_histogram_ratio: (line - signal) / now,
    rsi_14: rsiOf(close),
    stochastic_k_14: slowStochastic(series, n),
    stochastic_d_14: mean([0, 1, 2].map((back) => slowStochastic(series, n - back))),
    williams_r_14: rawStochastic(series, n, 14) - 100,
    atr_14: atr,
    atr_ratio_14: atr / now,
    bollinger_position_20: spread < 1e-12 * mean(band) ? 0.5 : (now - (mean(band) - 2 * spread)) / (4 * spread),
    bollinger_width_20: (4 * spread) / mean(band),
    hv_20: deviation(lastOf(returns, 20), 1) * Math.sqrt(252),
    volatility_ratio_10_63: slowest < 1e-12 ? 1 : deviation(lastOf(returns, 10), 1) / slowest,
    bar_range: (high[n - 1]! - low[n - 1]!) / now,
    volume_sma_20: recentVolume / 20,
    volume_ratio_20: recentVolume === 0 ? 1 : (volume[n - 1]! * 20) / recentVolume,
    volume_roc_10: volume[n - 11] === 0 ? 0 : volume[n - 1]! / volume[n - 11]! - 1,
    obv: total(signed),
    obv_flow_20: recentVolume === 0 ? 0 : total(lastOf(signed, 20)) / recentVolume,
    hurst_100: hurstOf(logs),
    autocorrelation_20: autocorrelationOf(lastOf(returns, 20)),
    close: now,
    volume: volume[n - 1]!,
  };
};
