import type { Series } from './batch-reference.js';

/**
 * The catalogue once more, over whole arrays and the plain way: every value from its definition, nothing carried along but what the formula
 * itself carries. NaN where there is no value yet.
 */
type Column = readonly number[];

const blank = (length: number): number[] => Array.from({ length }, () => Number.NaN);
const at = (column: Column, index: number): number => (index < 0 ? Number.NaN : column[index]!);
const each = (length: number, value: (index: number) => number): Column => Array.from({ length }, (_value, index) => value(index));
const over = (column: Column, size: number, value: (window: readonly number[]) => number): Column =>
  each(column.length, (index) => {
    const window = index + 1 < size ? [] : column.slice(index + 1 - size, index + 1);
    return window.length < size || window.some(Number.isNaN) ? Number.NaN : value(window);
  });
const zip = (left: Column, right: Column, value: (left: number, right: number) => number): Column =>
  left.map((entry, index) => value(entry, right[index]!));
const total = (window: Column): number => window.reduce((sum, value) => sum + value, 0);
const mean = (window: Column): number => total(window) / window.length;
const moment = (window: Column, power: number): number => mean(window.map((value) => (value - mean(window)) ** power));
const sample = (window: Column): number => (moment(window, 2) * window.length) / (window.length - 1);
const ago = (column: Column, bars: number): Column => each(column.length, (index) => at(column, index - bars));
const change = (column: Column): Column => zip(column, ago(column, 1), (now, before) => now - before);
const sma = (column: Column, size: number): Column => over(column, size, mean);
const sum = (column: Column, size: number): Column => over(column, size, total);
const top = (column: Column, size: number): Column => over(column, size, (window) => Math.max(...window));
const bottom = (column: Column, size: number): Column => over(column, size, (window) => Math.min(...window));
const wma = (column: Column, size: number): Column =>
  over(column, size, (window) => total(window.map((value, index) => value * (index + 1))) / ((size * (size + 1)) / 2));

/** Begun with the plain mean of the first values that there are. */
const smooth = (column: Column, size: number, alpha: number): Column => {
  const result = blank(column.length);
  const first = column.findIndex((value) => !Number.isNaN(value));
  if (first < 0 || first + size > column.length) return result;
  result[first + size - 1] = mean(column.slice(first, first + size));
  for (let index = first + size; index < column.length; index += 1)
    result[index] = (1 - alpha) * result[index - 1]! + alpha * column[index]!;
  return result;
};
const ema = (column: Column, size: number): Column => smooth(column, size, 2 / (size + 1));
const wilder = (column: Column, size: number): Column => smooth(column, size, 1 / size);
/** Wilder's running sum, begun with size - 1 values. */
const running = (column: Column, size: number): Column => {
  const result = blank(column.length);
  const first = column.findIndex((value) => !Number.isNaN(value));
  let level = 0;
  for (let index = first; index < column.length; index += 1) {
    level = index - first < size - 1 ? level + column[index]! : level - level / size + column[index]!;
    if (index - first >= size - 2) result[index] = level;
  }
  return result;
};
const ratio = (numerator: number, denominator: number, otherwise: number): number =>
  Number.isNaN(denominator) || Number.isNaN(numerator) ? Number.NaN : denominator > 0 ? numerator / denominator : otherwise;

const fit = (window: Column): { readonly slope: number; readonly start: number; readonly r2: number } => {
  const x = window.map((_value, index) => index - (window.length - 1) / 2);
  const middle = mean(window);
  const products = total(window.map((value, index) => x[index]! * (value - middle)));
  const squares = total(x.map((value) => value * value));
  const spread = total(window.map((value) => (value - middle) ** 2));
  const slope = products / squares;
  return { slope, start: middle - (slope * (window.length - 1)) / 2, r2: spread === 0 ? 0 : products ** 2 / (squares * spread) };
};

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

/** Columns of the features of the catalogue with their default parameters, by catalogue name. */
export const batchCatalogue = ({ open, high, low, close, volume }: Series): Readonly<Record<string, Column>> => {
  const n = close.length;
  const typical = each(n, (i) => (high[i]! + low[i]! + close[i]!) / 3);
  const median = each(n, (i) => (high[i]! + low[i]!) / 2);
  const before = ago(close, 1);
  const changes = change(close);
  const logs = zip(close, before, (now, then) => Math.log(now / then));
  const range = each(n, (i) =>
    i === 0 ? Number.NaN : Math.max(high[i]! - low[i]!, Math.abs(high[i]! - close[i - 1]!), Math.abs(low[i]! - close[i - 1]!)),
  );
  const gain = changes.map((value) => (value > 0 ? value : value <= 0 ? 0 : value));
  const loss = changes.map((value) => (value < 0 ? -value : value >= 0 ? 0 : value));
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
  const flow = each(n, (i) => (high[i] === low[i] ? 0 : ((2 * close[i]! - high[i]! - low[i]!) / (high[i]! - low[i]!)) * volume[i]!));
  const rsi = zip(wilder(gain, 14), wilder(loss, 14), (a, b) => ratio(100 * a, a + b, 50));
  const place = (column: Column, size: number): Column =>
    each(n, (i) => ratio(100 * (column[i]! - bottom(column, size)[i]!), top(column, size)[i]! - bottom(column, size)[i]!, 50));
  const ages = (column: Column, sign: number): Column =>
    over(
      column,
      15,
      (window) => window.length - 1 - window.map((value) => value * sign).lastIndexOf(Math.max(...window.map((value) => value * sign))),
    );
  const [highAge, lowAge] = [ages(high, 1), ages(low, -1)];
  const lines = (size: number, read: (line: ReturnType<typeof fit>) => number): Column => over(close, size, (window) => read(fit(window)));
  const nest = (column: Column, size: number, depth: number): Column => (depth === 0 ? column : nest(ema(column, size), size, depth - 1));
  const bars = (size: number, estimate: (i: number) => number): Column =>
    sma(each(n, estimate), size).map((value) => Math.sqrt(Math.max(0, value * 252)));
  const satchell = (i: number): number =>
    Math.log(high[i]! / close[i]!) * Math.log(high[i]! / open[i]!) + Math.log(low[i]! / close[i]!) * Math.log(low[i]! / open[i]!);
  const night = zip(open, before, (now, then) => Math.log(now / then));
  const day = zip(close, open, (now, then) => Math.log(now / then));
  const yang = each(n, (i) => {
    if (i < 20) return Number.NaN;
    const k = 0.34 / (1.34 + 21 / 19);
    const inside = (column: Column): Column => column.slice(i - 19, i + 1);
    return Math.sqrt(252 * (sample(inside(night)) + k * sample(inside(day)) + (1 - k) * mean(inside(each(n, satchell)))));
  });
  const width = zip(high, low, (a, b) => a - b);
  const kama = blank(n);
  for (let i = 10, level = close[9]!; i < n; i += 1) {
    const way = total(changes.slice(i - 9, i + 1).map(Math.abs));
    const efficiency = way === 0 ? 1 : Math.min(1, Math.abs(close[i]! - close[i - 10]!) / way);
    level += (efficiency * (2 / 3 - 2 / 31) + 2 / 31) ** 2 * (close[i]! - level);
    kama[i] = level;
  }
  const heaped = (column: Column): Column => {
    let level = 0;
    return column.map((value) => (Number.isNaN(value) ? value : (level += value)));
  };
  const seeded = (column: Column, size: number): Column => {
    let level = column[0]!;
    return column.map((value) => (level += (2 / (size + 1)) * (value - level)));
  };
  const ad = heaped(flow);
  const indexOf = (counts: (now: number, then: number) => boolean): Column => {
    let level = 1_000;
    return each(n, (i) => (i === 0 ? Number.NaN : (level *= counts(volume[i]!, volume[i - 1]!) ? close[i]! / close[i - 1]! : 1)));
  };
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
  const moneyIn = each(n, (i) => (i === 0 ? Number.NaN : typical[i]! > typical[i - 1]! ? typical[i]! * volume[i]! : 0));
  const moneyOut = each(n, (i) => (i === 0 ? Number.NaN : typical[i]! < typical[i - 1]! ? typical[i]! * volume[i]! : 0));
  const still = (window: Column, read: () => number): number => (Math.sqrt(moment(window, 2)) < 1e-9 ? 0 : read());
  const channel = ema(close, 20);
  const reach = wilder(range, 10).map((value) => 2 * value);
  const pair = (x: Column, y: Column, size: number, read: (x: Column, y: Column) => number): Column =>
    each(n, (i) => {
      const [a, b] = [x.slice(Math.max(0, i + 1 - size), i + 1), y.slice(Math.max(0, i + 1 - size), i + 1)];
      return a.length < size || a.some(Number.isNaN) ? Number.NaN : read(a, b);
    });
  const cross = (x: Column, y: Column): number => mean(x.map((value, i) => (value - mean(x)) * (y[i]! - mean(y))));
  const relative = (column: Column): Column => zip(column, ago(column, 1), (now, then) => now / then - 1);
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
    vhf: each(n, (i) => ratio(top(close, 28)[i]! - bottom(close, 28)[i]!, sum(changes.map(Math.abs), 28)[i]!, 0)),
    fisher,
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
    ad,
    adosc: zip(seeded(ad, 3), seeded(ad, 10), (a, b) => a - b).map((value, i) => (i < 9 ? Number.NaN : value)),
    cmf: zip(sum(flow, 21), sum(volume, 21), (a, b) => ratio(a, b, 0)),
    mfi: zip(sum(moneyIn, 14), sum(moneyOut, 14), (a, b) => ratio(100 * a, a + b, 50)),
    vwap_ratio: each(n, (i) => {
      const units = sum(volume, 20)[i]!;
      const money = sum(
        zip(typical, volume, (a, b) => a * b),
        20,
      )[i]!;
      return Number.isNaN(units) ? units : units > 0 ? close[i]! / (money / units) - 1 : 0;
    }),
    nvi: indexOf((now, then) => now < then),
    pvi: indexOf((now, then) => now > then),
    pvt: heaped(each(n, (i) => volume[i]! * relative(close)[i]!)),
    emv: each(n, (i) => (i === 0 ? Number.NaN : ratio(change(median)[i]! * width[i]!, volume[i]! / 10_000, 0))),
    force_index: ema(
      zip(changes, volume, (a, b) => a * b),
      13,
    ),
    vosc: zip(sma(volume, 5), sma(volume, 20), (a, b) => ratio(100 * (a - b), b, 0)),
    volume_z_score: over(volume, 20, (window) =>
      Math.sqrt(moment(window, 2)) > 1e-12 * mean(window) ? (window.at(-1)! - mean(window)) / Math.sqrt(moment(window, 2)) : 0,
    ),
    wad: heaped(
      each(n, (i) => {
        if (i === 0) return Number.NaN;
        if (close[i]! > close[i - 1]!) return close[i]! - Math.min(low[i]!, close[i - 1]!);
        return close[i]! < close[i - 1]! ? close[i]! - Math.max(high[i]!, close[i - 1]!) : 0;
      }),
    ),
    marketfi: zip(width, volume, (a, b) => ratio(a, b, 0)),
  };
};
