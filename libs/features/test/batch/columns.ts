import type { Series } from '../batch-reference.js';

/** Whole arrays, one value a bar, NaN where there is none yet: the plain way to compute an indicator. */
export type Column = readonly number[];

export const blank = (length: number): number[] => Array.from({ length }, () => Number.NaN);
export const at = (column: Column, index: number): number => (index < 0 ? Number.NaN : column[index]!);
export const each = (length: number, value: (index: number) => number): Column => Array.from({ length }, (_value, index) => value(index));
export const over = (column: Column, size: number, value: (window: readonly number[]) => number): Column =>
  each(column.length, (index) => {
    const window = index + 1 < size ? [] : column.slice(index + 1 - size, index + 1);
    return window.length < size || window.some(Number.isNaN) ? Number.NaN : value(window);
  });
export const zip = (left: Column, right: Column, value: (left: number, right: number) => number): Column =>
  left.map((entry, index) => value(entry, right[index]!));
export const total = (window: Column): number => window.reduce((sum, value) => sum + value, 0);
export const mean = (window: Column): number => total(window) / window.length;
export const moment = (window: Column, power: number): number => mean(window.map((value) => (value - mean(window)) ** power));
export const sample = (window: Column): number => (moment(window, 2) * window.length) / (window.length - 1);
export const ago = (column: Column, bars: number): Column => each(column.length, (index) => at(column, index - bars));
export const change = (column: Column): Column => zip(column, ago(column, 1), (now, before) => now - before);
export const sma = (column: Column, size: number): Column => over(column, size, mean);
export const sum = (column: Column, size: number): Column => over(column, size, total);
export const top = (column: Column, size: number): Column => over(column, size, (window) => Math.max(...window));
export const bottom = (column: Column, size: number): Column => over(column, size, (window) => Math.min(...window));
export const wma = (column: Column, size: number): Column =>
  over(column, size, (window) => total(window.map((value, index) => value * (index + 1))) / ((size * (size + 1)) / 2));

/** Begun with the plain mean of the first values that there are. */
export const smooth = (column: Column, size: number, alpha: number): Column => {
  const result = blank(column.length);
  const first = column.findIndex((value) => !Number.isNaN(value));
  if (first < 0 || first + size > column.length) return result;
  result[first + size - 1] = mean(column.slice(first, first + size));
  for (let index = first + size; index < column.length; index += 1)
    result[index] = (1 - alpha) * result[index - 1]! + alpha * column[index]!;
  return result;
};
export const ema = (column: Column, size: number): Column => smooth(column, size, 2 / (size + 1));
export const wilder = (column: Column, size: number): Column => smooth(column, size, 1 / size);
/** Wilder's running sum, begun with size - 1 values. */
export const running = (column: Column, size: number): Column => {
  const result = blank(column.length);
  const first = column.findIndex((value) => !Number.isNaN(value));
  let level = 0;
  for (let index = first; index < column.length; index += 1) {
    level = index - first < size - 1 ? level + column[index]! : level - level / size + column[index]!;
    if (index - first >= size - 2) result[index] = level;
  }
  return result;
};
export const ratio = (numerator: number, denominator: number, otherwise: number): number =>
  Number.isNaN(denominator) || Number.isNaN(numerator) ? Number.NaN : denominator > 0 ? numerator / denominator : otherwise;

export const fit = (window: Column): { readonly slope: number; readonly start: number; readonly r2: number } => {
  const x = window.map((_value, index) => index - (window.length - 1) / 2);
  const middle = mean(window);
  const products = total(window.map((value, index) => x[index]! * (value - middle)));
  const squares = total(x.map((value) => value * value));
  const spread = total(window.map((value) => (value - middle) ** 2));
  const slope = products / squares;
  return { slope, start: middle - (slope * (window.length - 1)) / 2, r2: spread === 0 ? 0 : products ** 2 / (squares * spread) };
};

/** EMA of the EMA of …, `depth` of them. */
export const nest = (column: Column, size: number, depth: number): Column =>
  depth === 0 ? column : nest(ema(column, size), size, depth - 1);

/** What several families read. */
export const readColumns = (series: Series) => {
  const { open, high, low, close, volume } = series;
  const n = close.length;
  const before = ago(close, 1);
  const changes = change(close);
  return {
    ...series,
    n,
    before,
    changes,
    typical: each(n, (i) => (high[i]! + low[i]! + close[i]!) / 3),
    median: each(n, (i) => (high[i]! + low[i]!) / 2),
    logs: zip(close, before, (now, then) => Math.log(now / then)),
    night: zip(open, before, (now, then) => Math.log(now / then)),
    day: zip(close, open, (now, then) => Math.log(now / then)),
    range: each(n, (i) =>
      i === 0 ? Number.NaN : Math.max(high[i]! - low[i]!, Math.abs(high[i]! - close[i - 1]!), Math.abs(low[i]! - close[i - 1]!)),
    ),
    width: zip(high, low, (a, b) => a - b),
    gain: changes.map((value) => (value > 0 ? value : value <= 0 ? 0 : value)),
    loss: changes.map((value) => (value < 0 ? -value : value >= 0 ? 0 : value)),
    volume,
  };
};
export type Columns = ReturnType<typeof readColumns>;
