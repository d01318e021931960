import { ago, blank, bottom, change, each, over, ratio, running, sum, top, wilder, zip, type Column, type Columns } from './columns.js';

const parabolic = (high: Column, low: Column, step: number, most: number): Column => {
  const result = blank(high.length);
  let long = !(low[0]! - low[1]! > 0 && low[0]! - low[1]! > high[1]! - high[0]!);
  let stop = long ? low[0]! : high[0]!;
  let extreme = long ? high[1]! : low[1]!;
  let speed = step;
  for (let index = 1; index < high.length; index += 1) {
    const before = Math.max(1, index - 1);
    const floor = Math.min(low[index]!, low[before]!);
    const roof = Math.max(high[index]!, high[before]!);
    const turns = long ? low[index]! <= stop : high[index]! >= stop;
    if (turns) {
      stop = long ? Math.max(extreme, roof) : Math.min(extreme, floor);
      long = !long;
      speed = step;
      extreme = long ? high[index]! : low[index]!;
    } else if (long ? high[index]! > extreme : low[index]! < extreme) {
      extreme = long ? high[index]! : low[index]!;
      speed = Math.min(speed + step, most);
    }
    result[index] = stop;
    const next = stop + speed * (extreme - stop);
    stop = long ? Math.min(next, floor) : Math.max(next, roof);
  }
  return result;
};

export const directional = ({ high, low, close, n, changes, range }: Columns): Readonly<Record<string, Column>> => {
  const up = change(high);
  const down = change(low).map((value) => -value);
  const plus = zip(up, down, (a, b) => (Number.isNaN(a) ? a : a > 0 && a > b ? a : 0));
  const minus = zip(up, down, (a, b) => (Number.isNaN(a) ? a : b > 0 && b > a ? b : 0));
  const di = (moved: Column, size: number): Column => zip(running(moved, size), running(range, size), (a, b) => ratio(100 * a, b, 0));
  const index = (size: number): Column => {
    const result = blank(n);
    const [p, m] = [di(plus, size), di(minus, size)];
    for (let i = size; i < n; i += 1)
      result[i] = p[i]! + m[i]! > 0 ? (100 * Math.abs(p[i]! - m[i]!)) / (p[i]! + m[i]!) : i === size ? 0 : result[i - 1]!;
    return result;
  };
  const adx = wilder(index(14), 14);
  const ages = (column: Column, sign: number): Column =>
    over(
      column,
      15,
      (window) => window.length - 1 - window.map((value) => value * sign).lastIndexOf(Math.max(...window.map((value) => value * sign))),
    );
  const [highAge, lowAge] = [ages(high, 1), ages(low, -1)];
  return {
    plus_dm: running(plus, 14),
    minus_dm: running(minus, 14),
    plus_di: di(plus, 14).map((value, i) => (i < 14 ? Number.NaN : value)),
    minus_di: di(minus, 14).map((value, i) => (i < 14 ? Number.NaN : value)),
    dx: index(14),
    adx,
    adxr: zip(adx, ago(adx, 13), (a, b) => (a + b) / 2),
    aroon_up: highAge.map((age) => (100 * (14 - age)) / 14),
    aroon_down: lowAge.map((age) => (100 * (14 - age)) / 14),
    aroon_oscillator: zip(highAge, lowAge, (a, b) => (100 * (b - a)) / 14),
    vortex_plus: zip(
      sum(
        zip(high, ago(low, 1), (a, b) => Math.abs(a - b)),
        14,
      ),
      sum(range, 14),
      (a, b) => ratio(a, b, 1),
    ),
    vortex_minus: zip(
      sum(
        zip(low, ago(high, 1), (a, b) => Math.abs(a - b)),
        14,
      ),
      sum(range, 14),
      (a, b) => ratio(a, b, 1),
    ),
    sar: parabolic(high, low, 0.02, 0.2),
    vhf: each(n, (i) => ratio(top(close, 28)[i]! - bottom(close, 28)[i]!, sum(changes.map(Math.abs), 28)[i]!, 0)),
  };
};
