import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

import { proposeRepairs, type RepairProposal, type VendorRow } from '@tradewind/market';
import { nanosFromMillis } from '@tradewind/vocabulary';

export interface LocatedProposal {
  readonly proposal: RepairProposal;
  /** Of the row; the header is 1. */
  readonly line: number;
}

const COLUMNS = ['open', 'high', 'low', 'close', 'adj close', 'volume', 'dividends', 'stock splits'] as const;
const GAINS = 'capital gains';
const TIMES = new Set(['date', 'datetime']);
const BYTES_MAX = 64 * 1_048_576;

interface LocatedRow {
  readonly row: VendorRow;
  readonly line: number;
}

const textOf = async (path: string): Promise<string> => {
  const bytes = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: BYTES_MAX }) : bytes).toString('utf8');
};

/** A blank cell is NaN; what is not a number makes the row none of ours, and the reading of bars tells it. */
const numberOf = (cell: string | undefined): number | undefined => {
  if (cell === undefined || cell === '') return NaN;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
};

/** A time without a zone is taken for UTC, so that no machine reads it otherwise; only spans and order are judged. */
const millisOf = (text: string): number => {
  const spelled = text.trim().replace(' ', 'T');
  return Date.parse(/T[\d:.]+$/.test(spelled) ? `${spelled}Z` : spelled);
};

/** Rows of a table that tells adjusted closes, dividends and splits beside prices; undefined for any other. */
const vendorRows = (text: string): readonly LocatedRow[] | undefined => {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim().toLowerCase());
  const time = names.findIndex((name) => TIMES.has(name));
  const places = COLUMNS.map((name) => names.indexOf(name));
  if (time < 0 || places.includes(-1)) return undefined;
  const rows: LocatedRow[] = [];
  for (const [index, line] of lines.entries()) {
    const cells = line.split(',');
    const millis = millisOf(cells[time] ?? '');
    const values = [...places, names.indexOf(GAINS)].map((place) => numberOf(cells[place]));
    if (cells.length !== names.length || Number.isNaN(millis) || values.includes(undefined)) continue;
    const [open, high, low, close, adjusted, volume, dividend, split, capitalGain] = values as number[];
    const prices = { open: open!, high: high!, low: low!, close: close!, adjusted: adjusted!, volume: volume! };
    const events = { dividend: dividend! || 0, split: split! || 0, capitalGain: capitalGain! || 0 };
    rows.push({ row: { at: nanosFromMillis(millis), ...prices, ...events }, line: index + 2 });
  }
  return rows.sort((left, right) => (left.row.at < right.row.at ? -1 : 1));
};

/** What a vendor's table should say instead; none for tables without dividends and splits, and for what is no table. */
export const proposalsFor = async (path: string): Promise<readonly LocatedProposal[]> => {
  if (!/\.csv(\.gz)?$/i.test(path)) return [];
  let text: string;
  try {
    text = await textOf(path);
  } catch {
    // That the file is damaged is told by the reading of its bars.
    return [];
  }
  const located = vendorRows(text) ?? [];
  return proposeRepairs(located.map(({ row }) => row)).map((proposal) => ({ proposal, line: located[proposal.index]!.line }));
};
