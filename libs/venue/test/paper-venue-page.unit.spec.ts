import { readFileSync } from 'node:fs';

import { civilDate, nyseCalendar } from '@tradewind/market';
import { formatDecimal } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  AUDIT_TRAIL_RATES,
  IBKR_TIERS,
  SECTION_31_RATES,
  SETTLEMENT_CYCLES,
  settlementDateOf,
  TRADING_ACTIVITY_RATES,
} from '../src/index.js';

const page = readFileSync(new URL('../../../docs/reference/paper-venue.md', import.meta.url), 'utf8');
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

describe('docs/reference/paper-venue.md', () => {
  it.each([
    ['section 31', SECTION_31_RATES.map(({ from, rate }) => row(from, formatDecimal(rate)))],
    [
      'trading activity',
      TRADING_ACTIVITY_RATES.map(({ from, rate, capPerTrade }) => row(from, formatDecimal(rate), formatDecimal(capPerTrade))),
    ],
    ['audit trail', AUDIT_TRAIL_RATES.map(({ from, rate }) => row(from, formatDecimal(rate)))],
    ['tiers', IBKR_TIERS.map(({ upTo, perShare }) => row(upTo === undefined ? 'more' : formatDecimal(upTo), formatDecimal(perShare)))],
    ['settlement', SETTLEMENT_CYCLES.map(({ from, days }) => row(from, String(days)))],
  ])('shows the table of %s that the code uses', (_name, rows) => {
    expect(page).toContain(`|---|\n${rows.join('\n')}\n\n`);
  });
});

describe('settlement', () => {
  it.each([
    ['2017-09-01', '2017-09-07', 'three days, over a weekend and Labor Day'],
    ['2017-09-05', '2017-09-07', 'two days since that date'],
    ['2024-05-24', '2024-05-29', 'two days, over Memorial Day'],
    ['2024-05-28', '2024-05-29', 'one day since that date'],
    ['2024-12-24', '2024-12-26', 'one day, over Christmas'],
  ])('of a trade of %s is %s: %s', (traded, settled) => {
    expect(settlementDateOf(nyseCalendar, civilDate(traded))).toBe(settled);
  });
});
