import { describe, expect, it } from 'vitest';

import { symbolOf } from '@tradewind/vocabulary';

import { listedSymbol, marketCalendar } from '../../src/wire-values/listing-symbol.js';

describe('where a symbol is listed', () => {
  it.each([
    ['BRK-B', 'BRK-B', 'US', 'XNYS'],
    ['V', 'V', 'US', 'XNYS'],
    ['RCI-B-TO', 'RCI-B', 'TSX', 'XTSE'],
    ['ABX-V', 'ABX', 'TSXV', 'XTSE'],
  ])('of %s is told by its end', (symbol, root, market, calendar) => {
    const listed = listedSymbol(symbolOf(symbol));
    expect([listed.root, listed.market, marketCalendar(listed.market).name]).toEqual([root, market, calendar]);
  });
});
