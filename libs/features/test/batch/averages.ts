import { ago, blank, bottom, each, ema, nest, sma, sum, top, total, wilder, wma, zip, type Column, type Columns } from './columns.js';

export const averages = ({
  open,
  high,
  low,
  close,
  volume,
  n,
  before,
  changes,
  typical,
  median,
}: Columns): Readonly<Record<string, Column>> => {
  const kama = blank(n);
  for (let i = 10, level = close[9]!; i < n; i += 1) {
    const way = total(changes.slice(i - 9, i + 1).map(Math.abs));
    const efficiency = way === 0 ? 1 : Math.min(1, Math.abs(close[i]! - close[i - 10]!) / way);
    level += (efficiency * (2 / 3 - 2 / 31) + 2 / 31) ** 2 * (close[i]! - level);
    kama[i] = level;
  }
  return {
    typical_price: typical,
    median_price: median,
    weighted_close: each(n, (i) => (high[i]! + low[i]! + 2 * close[i]!) / 4),
    average_price: each(n, (i) => (open[i]! + high[i]! + low[i]! + close[i]!) / 4),
    highest: top(high, 20),
    lowest: bottom(low, 20),
    midpoint: zip(top(close, 14), bottom(close, 14), (a, b) => (a + b) / 2),
    midprice: zip(top(high, 14), bottom(low, 14), (a, b) => (a + b) / 2),
    gap: zip(open, before, (a, b) => a / b - 1),
    wma: wma(close, 10),
    dema: zip(nest(close, 10, 1), nest(close, 10, 2), (a, b) => 2 * a - b),
    tema: each(n, (i) => 3 * nest(close, 10, 1)[i]! - 3 * nest(close, 10, 2)[i]! + nest(close, 10, 3)[i]!),
    trima: sma(sma(close, 5), 6),
    // (1.7·E - 0.7·E²)³ of the close, E being the EMA.
    t3: each(n, (i) => total([1, 3, 3, 1].map((ways, k) => ways * 1.7 ** (3 - k) * (-0.7) ** k * nest(close, 5, 3 + k)[i]!))),
    hma: wma(
      zip(wma(close, 4), wma(close, 9), (a, b) => 2 * a - b),
      3,
    ),
    zlema: ema(
      zip(close, ago(close, 9), (a, b) => 2 * a - b),
      20,
    ),
    wilders: wilder(close, 14),
    kama,
    vwma: each(n, (i) => {
      const units = sum(volume, 20)[i]!;
      return units > 0
        ? sum(
            zip(close, volume, (a, b) => a * b),
            20,
          )[i]! / units
        : Number.isNaN(units)
          ? units
          : close[i]!;
    }),
  };
};
