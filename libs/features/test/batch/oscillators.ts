import {
  ago,
  blank,
  bottom,
  each,
  ema,
  mean,
  nest,
  over,
  ratio,
  sma,
  sum,
  top,
  wilder,
  zip,
  type Column,
  type Columns,
} from './columns.js';

export const oscillators = ({
  open,
  high,
  low,
  close,
  n,
  before,
  changes,
  typical,
  median,
  range,
  gain,
  loss,
}: Columns): Readonly<Record<string, Column>> => {
  const rsi = zip(wilder(gain, 14), wilder(loss, 14), (a, b) => ratio(100 * a, a + b, 50));
  const place = (column: Column, size: number): Column =>
    each(n, (i) => ratio(100 * (column[i]! - bottom(column, size)[i]!), top(column, size)[i]! - bottom(column, size)[i]!, 50));
  const pressure = zip(close, zip(low, before, Math.min), (a, b) => a - b);
  const share = (size: number): Column => zip(sum(pressure, size), sum(range, size), (a, b) => ratio(a, b, 0.5));
  const tsi = (column: Column): Column => ema(ema(column, 25), 13);
  const fisher = blank(n);
  for (let i = 9, value = 0, level = 0; i < n; i += 1) {
    const window = median.slice(i - 9, i + 1);
    const span = Math.max(...window) - Math.min(...window) || 0.001;
    value = 0.66 * ((median[i]! - Math.min(...window)) / span - 0.5) + 0.67 * value;
    if (Math.abs(value) > 0.99) value = 0.999 * Math.sign(value);
    level = 0.5 * Math.log((1 + value) / (1 - value)) + 0.5 * level;
    fisher[i] = level;
  }
  return {
    mom: zip(close, ago(close, 10), (a, b) => a - b),
    roc: zip(close, ago(close, 10), (a, b) => (100 * (a - b)) / b),
    rocr: zip(close, ago(close, 10), (a, b) => a / b),
    cmo: zip(sum(gain, 14), sum(loss, 14), (a, b) => ratio(100 * (a - b), a + b, 0)),
    cmo_wilder: zip(wilder(gain, 14), wilder(loss, 14), (a, b) => ratio(100 * (a - b), a + b, 0)),
    cci: over(typical, 20, (window) => {
      const distance = mean(window.map((value) => Math.abs(value - mean(window))));
      return distance < 1e-12 * mean(window) ? 0 : (window.at(-1)! - mean(window)) / (0.015 * distance);
    }),
    stochastic_fast_k: each(n, (i) => ratio(100 * (close[i]! - bottom(low, 14)[i]!), top(high, 14)[i]! - bottom(low, 14)[i]!, 50)),
    stochastic_rsi: place(rsi, 14),
    ultimate_oscillator: each(n, (i) => (100 * (4 * share(7)[i]! + 2 * share(14)[i]! + share(28)[i]!)) / 7),
    bop: each(n, (i) => ratio(close[i]! - open[i]!, high[i]! - low[i]!, 0)),
    imi: zip(
      sum(
        zip(open, close, (a, b) => Math.max(b - a, 0)),
        14,
      ),
      sum(
        zip(open, close, (a, b) => Math.abs(b - a)),
        14,
      ),
      (a, b) => ratio(100 * a, b, 50),
    ),
    qstick: sma(
      zip(close, open, (a, b) => a - b),
      8,
    ),
    dpo: zip(ago(close, 11), sma(close, 20), (a, b) => a - b),
    ao: zip(sma(median, 5), sma(median, 34), (a, b) => a - b),
    trix: (() => {
      const triple = nest(close, 15, 3);
      return zip(triple, ago(triple, 1), (a, b) => (100 * (a - b)) / b);
    })(),
    apo: zip(ema(close, 12), ema(close, 26), (a, b) => a - b),
    ppo: zip(ema(close, 12), ema(close, 26), (a, b) => (100 * (a - b)) / b),
    tsi: zip(tsi(changes), tsi(changes.map(Math.abs)), (a, b) => ratio(100 * a, b, 0)),
    fisher,
  };
};
