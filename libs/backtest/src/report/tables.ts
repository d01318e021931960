import type { RunReport } from './report.js';

const quoted = (value: string | number): string => {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csv = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  `${[head, ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`;

/** Daily equity, buy and hold and gross exposure as CSV. */
export const equityCsv = ({ curve }: RunReport): string =>
  csv(
    ['date', 'equity', 'buy_and_hold', 'gross_exposure'],
    curve.map((point) => [point.date, point.equity.toFixed(2), point.buyAndHold.toFixed(2), point.gross.toFixed(6)]),
  );

/** Closed trades as CSV. */
export const tradesCsv = ({ roundTrips }: RunReport): string =>
  csv(
    ['symbol', 'side', 'entry_date', 'exit_date', 'quantity', 'entry_price', 'exit_price', 'profit', 'return', 'closed_by'],
    roundTrips.map((trip) => [
      trip.symbol,
      trip.side,
      trip.entryDate,
      trip.exitDate,
      trip.quantity,
      trip.entryPrice.toFixed(4),
      trip.exitPrice.toFixed(4),
      trip.profit.toFixed(2),
      trip.return.toFixed(6),
      trip.exitPurpose,
    ]),
  );
