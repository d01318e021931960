import {
  ago,
  bottom,
  each,
  ema,
  mean,
  moment,
  nest,
  over,
  ratio,
  sample,
  sma,
  sum,
  top,
  wilder,
  zip,
  type Column,
  type Columns,
} from './columns.js';

export const dispersion = ({ open, high, low, close, n, logs, night, day, range, width }: Columns): Readonly<Record<string, Column>> => {
  const bars = (size: number, estimate: (i: number) => number): Column =>
    sma(each(n, estimate), size).map((value) => Math.sqrt(Math.max(0, value * 252)));
  const satchell = (i: number): number =>
    Math.log(high[i]! / close[i]!) * Math.log(high[i]! / open[i]!) + Math.log(low[i]! / close[i]!) * Math.log(low[i]! / open[i]!);
  const yang = each(n, (i) => {
    if (i < 20) return Number.NaN;
    const k = 0.34 / (1.34 + 21 / 19);
    const inside = (column: Column): Column => column.slice(i - 19, i + 1);
    return Math.sqrt(252 * (sample(inside(night)) + k * sample(inside(day)) + (1 - k) * mean(inside(each(n, satchell)))));
  });
  const channel = ema(close, 20);
  const reach = wilder(range, 10).map((value) => 2 * value);
  const still = (window: Column, read: () => number): number => (Math.sqrt(moment(window, 2)) < 1e-9 ? 0 : read());
  return {
    bollinger_upper: over(close, 20, (window) => mean(window) + 2 * Math.sqrt(moment(window, 2))),
    bollinger_lower: over(close, 20, (window) => mean(window) - 2 * Math.sqrt(moment(window, 2))),
    donchian_position: each(n, (i) => ratio(close[i]! - bottom(low, 20)[i]!, top(high, 20)[i]! - bottom(low, 20)[i]!, 0.5)),
    donchian_width: each(n, (i) => (top(high, 20)[i]! - bottom(low, 20)[i]!) / close[i]!),
    keltner_upper: zip(channel, reach, (a, b) => a + b),
    keltner_lower: zip(channel, reach, (a, b) => a - b),
    keltner_position: each(n, (i) => ratio(close[i]! - channel[i]! + reach[i]!, 2 * reach[i]!, 0.5)),
    acceleration_upper: sma(
      each(n, (i) => high[i]! * (1 + (4 * (high[i]! - low[i]!)) / (high[i]! + low[i]!))),
      20,
    ),
    acceleration_lower: sma(
      each(n, (i) => low[i]! * (1 - (4 * (high[i]! - low[i]!)) / (high[i]! + low[i]!))),
      20,
    ),
    true_range: range,
    stddev: over(close, 20, (window) => Math.sqrt(moment(window, 2))),
    variance: over(close, 20, (window) => moment(window, 2)),
    mean_distance: over(close, 20, (window) => mean(window.map((value) => Math.abs(value - mean(window))))),
    z_score: over(close, 20, (window) => still(window, () => (window.at(-1)! - mean(window)) / Math.sqrt(moment(window, 2)))),
    parkinson_volatility: bars(20, (i) => Math.log(high[i]! / low[i]!) ** 2 / (4 * Math.log(2))),
    garman_klass_volatility: bars(
      20,
      (i) => Math.log(high[i]! / low[i]!) ** 2 / 2 - (Math.log(4) - 1) * Math.log(close[i]! / open[i]!) ** 2,
    ),
    rogers_satchell_volatility: bars(20, satchell),
    yang_zhang_volatility: yang,
    chaikin_volatility: zip(ema(width, 10), ago(ema(width, 10), 10), (a, b) => ratio(100 * (a - b), b, 0)),
    mass_index: sum(
      zip(ema(width, 9), nest(width, 9, 2), (a, b) => ratio(a, b, 1)),
      25,
    ),
    ulcer_index: over(
      zip(close, top(close, 14), (a, b) => 100 * (a / b - 1)),
      14,
      (window) => Math.sqrt(mean(window.map((value) => value * value))),
    ),
    skewness: over(logs, 60, (window) => still(window, () => moment(window, 3) / moment(window, 2) ** 1.5)),
    kurtosis: over(logs, 60, (window) => still(window, () => moment(window, 4) / moment(window, 2) ** 2 - 3)),
  };
};
