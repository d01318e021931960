import { type CivilDate, parseLeanFactors, type PointInTimeRecord, type TradingCalendar } from '@tradewind/market';
import { type Symbol, toNumber } from '@tradewind/vocabulary';

import type { RowFault } from './csv-bars.js';

/** Factors have seven decimals. */
const FACTOR_ERROR = 2e-7;
const LOOK_AHEAD_DAYS = 15;
const DIGITS = 6;

const nextSession = (calendar: TradingCalendar, date: CivilDate) => {
  const far = new Date(Date.parse(`${date}T00:00:00Z`) + LOOK_AHEAD_DAYS * 86_400_000).toISOString().slice(0, 10) as CivilDate;
  const [next] = calendar.sessionsBetween(date, far);
  return next === undefined ? undefined : calendar.sessionOf(next);
};

/**
 * The splits and dividends that a LEAN factor file implies: from one row to the next the split factor is multiplied by the old shares a new
 * one costs, and the price factor by 1 - dividend / close. The file does not say when an action was announced, so that it counts as known when the
 * session opens from which it acts. `value` of a split is new shares for one old, of a dividend dollars a share.
 */
export const actionsOf = (
  text: string,
  of: { readonly symbol: Symbol; readonly source: string; readonly calendar: TradingCalendar },
): { readonly records: readonly PointInTimeRecord[]; readonly faults: readonly RowFault[] } => {
  const { rows, faults } = parseLeanFactors(text);
  const records = rows.flatMap((row, index): readonly PointInTimeRecord[] => {
    const after = rows[index + 1];
    const session = nextSession(of.calendar, row.date);
    if (after === undefined || session === undefined) return [];
    const record = (series: string, value: number, told: string): PointInTimeRecord => ({
      id: `${series}/${of.symbol}/${session.date}/${session.date}`,
      series,
      symbol: of.symbol,
      eventTime: session.openTime,
      knownAt: session.openTime,
      value,
      text: told,
      source: of.source,
    });
    const found: PointInTimeRecord[] = [];
    const shares = after.splitFactor / row.splitFactor;
    if (Math.abs(shares - 1) > 1e-6)
      found.push(record('action/split', Number(shares.toPrecision(DIGITS)), `${Number(shares.toPrecision(DIGITS))} new shares for one`));
    const paid = 1 - row.priceFactor / after.priceFactor;
    if (paid > FACTOR_ERROR && row.reference > 0n) {
      const dividend = Number((toNumber(row.reference) * paid).toFixed(DIGITS));
      found.push(record('action/dividend', dividend, `${dividend} a share`));
    }
    return found;
  });
  return { records, faults };
};
