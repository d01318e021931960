import { ago, each, fit, mean, moment, over, zip, type Column, type Columns } from './columns.js';

export const regression = ({ high, low, close, volume, n }: Columns): Readonly<Record<string, Column>> => {
  const lines = (size: number, read: (line: ReturnType<typeof fit>) => number): Column => over(close, size, (window) => read(fit(window)));
  const pair = (x: Column, y: Column, size: number, read: (x: Column, y: Column) => number): Column =>
    each(n, (i) => {
      const [a, b] = [x.slice(Math.max(0, i + 1 - size), i + 1), y.slice(Math.max(0, i + 1 - size), i + 1)];
      return a.length < size || a.some(Number.isNaN) ? Number.NaN : read(a, b);
    });
  const cross = (x: Column, y: Column): number => mean(x.map((value, i) => (value - mean(x)) * (y[i]! - mean(y))));
  const relative = (column: Column): Column => zip(column, ago(column, 1), (now, then) => now / then - 1);

  return {
    linreg: lines(14, ({ start, slope }) => start + 13 * slope),
    linreg_slope: lines(14, ({ slope }) => slope),
    linreg_intercept: lines(14, ({ start }) => start),
    linreg_angle: lines(14, ({ slope }) => (Math.atan2(slope, 1) * 180) / Math.PI),
    tsf: lines(14, ({ start, slope }) => start + 14 * slope),
    linreg_r2: lines(14, ({ r2 }) => r2),
    fosc: (() => {
      const forecast = ago(
        lines(5, ({ start, slope }) => start + 5 * slope),
        1,
      );
      return zip(close, forecast, (a, b) => (100 * (a - b)) / a);
    })(),
    stderr: over(close, 14, (window) => Math.sqrt(moment(window, 2) / 14)),
    correlation: pair(close, volume, 30, (x, y) =>
      cross(x, x) * cross(y, y) > 0 ? cross(x, y) / Math.sqrt(cross(x, x) * cross(y, y)) : 0,
    ),
    beta: pair(relative(high), relative(low), 5, (x, y) => (cross(x, x) > 0 ? cross(x, y) / cross(x, x) : 0)),
  };
};
