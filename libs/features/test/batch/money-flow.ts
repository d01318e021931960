import { ago, change, each, ema, mean, moment, over, ratio, sma, sum, zip, type Column, type Columns } from './columns.js';

export const moneyFlow = ({ high, low, close, volume, n, changes, typical, median, width }: Columns): Readonly<Record<string, Column>> => {
  const flow = each(n, (i) => (high[i] === low[i] ? 0 : ((2 * close[i]! - high[i]! - low[i]!) / (high[i]! - low[i]!)) * volume[i]!));
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
  const moneyIn = each(n, (i) => (i === 0 ? Number.NaN : typical[i]! > typical[i - 1]! ? typical[i]! * volume[i]! : 0));
  const moneyOut = each(n, (i) => (i === 0 ? Number.NaN : typical[i]! < typical[i - 1]! ? typical[i]! * volume[i]! : 0));
  const relative = (column: Column): Column => zip(column, ago(column, 1), (now, then) => now / then - 1);

  return {
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
