import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { realData } from '@tradewind/testkit';
import { formatDecimal, type Instrument, price, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { boardLotAt, calendarOf, contractFieldsOf, findInstrument, instrumentOf, INSTRUMENTS, tickSizeAt } from '../src/index.js';

/** The eleven sectors of GICS (information technology is short here), and what funds hold besides. */
const SECTORS = [
  'Technology',
  'Communication Services',
  'Consumer Discretionary',
  'Consumer Staples',
  'Health Care',
  'Financials',
  'Industrials',
  'Energy',
  'Materials',
  'Utilities',
  'Real Estate',
  'Broad market',
  'Bonds',
  'Commodities',
];
const constituents = realData('universe', 'sp500_constituents.csv.gz');
const held = (text: string): Instrument => instrumentOf(symbolOf(text));
const of = (choose: (instrument: Instrument) => boolean): readonly Instrument[] => INSTRUMENTS.filter(choose);

describe('the universe', () => {
  it('names each symbol once, in a known sector, on an exchange with a calendar', () => {
    expect(new Set(INSTRUMENTS.map(({ symbol }) => symbol)).size).toBe(INSTRUMENTS.length);
    expect(new Set(INSTRUMENTS.map(({ name }) => name)).size).toBe(INSTRUMENTS.length);
    for (const { symbol, name, sector, exchange } of INSTRUMENTS) {
      expect(symbolOf(symbol)).toBe(symbol);
      expect(name.trim()).toBe(name);
      expect(SECTORS).toContain(sector);
      expect(() => calendarOf(exchange)).not.toThrow();
    }
  });

  it('has the two hundred largest US companies, the main funds, and Toronto', () => {
    expect(of(({ assetClass, currency }) => assetClass === 'STOCK' && currency === 'USD').length).toBeGreaterThanOrEqual(200);
    expect(of(({ assetClass, currency }) => assetClass === 'ETF' && currency === 'USD').length).toBeGreaterThanOrEqual(35);
    expect(of(({ exchange }) => exchange === 'XTSE').length).toBeGreaterThanOrEqual(60);
    expect(of(({ exchange }) => exchange === 'XTSX').length).toBeGreaterThanOrEqual(10);
    for (const symbol of ['SPY', 'QQQ', 'AAPL', 'TSLA', 'NVDA', 'AIG', 'BAC', 'IBM']) expect(findInstrument(symbol)).toBeDefined();
  });

  it('tells Canadian symbols by their ending, and their money and terms by the exchange', () => {
    for (const { symbol, exchange, currency, fractional, category, shortable } of INSTRUMENTS) {
      expect(symbol.endsWith('-TO')).toBe(exchange === 'XTSE');
      expect(symbol.endsWith('-V')).toBe(exchange === 'XTSX');
      expect(currency).toBe(exchange === 'XTSE' || exchange === 'XTSX' ? 'CAD' : 'USD');
      if (currency === 'CAD') expect(fractional).toBe(false);
      if (category === 'PENNY') expect(shortable).toBe(false);
    }
  });

  it('keeps the indexes of the demo as they were', () => {
    expect(
      INSTRUMENTS.slice(0, 2).map(({ symbol, category, sector, fractional, shortable }) => ({
        symbol,
        category,
        sector,
        fractional,
        shortable,
      })),
    ).toEqual([
      { symbol: 'NDX', category: 'SIMULATED', sector: 'Technology', fractional: false, shortable: false },
      { symbol: 'SPX', category: 'SIMULATED', sector: 'Broad market', fractional: false, shortable: false },
    ]);
  });

  it('has no instrument that it does not know', () => {
    expect(findInstrument('NOPE')).toBeUndefined();
    expect(() => held('NOPE')).toThrow(RangeError);
  });
});

describe.skipIf(constituents.absent)(`against the members of the S&P 500${constituents.note}`, () => {
  it('every US company is a member, in its sector', () => {
    const sectors = new Map<string, string>(
      gunzipSync(readFileSync(constituents.path))
        .toString()
        .split('\n')
        .slice(1)
        .map((line) => /^([A-Z.]+),(?:"[^"]*"|[^,]*),(?<sector>[^,]+),/.exec(line))
        .flatMap((match) =>
          match === null ? [] : [[match[1]!.replace('.', '-'), match.groups!['sector']!.replace('Information ', '')] as const],
        ),
    );
    const different = of(({ assetClass, currency }) => assetClass === 'STOCK' && currency === 'USD')
      .filter(({ symbol, sector }) => sectors.get(symbol) !== sector)
      .map(({ symbol, sector }) => `${symbol} ${sector}, not ${sectors.get(symbol) ?? 'a member'}`);
    expect(different).toEqual([]);
  });
});

describe('trading units', () => {
  it.each([
    ['AAPL', '1', '0.01'],
    ['AAPL', '0.9999', '0.0001'],
    ['RY-TO', '0.50', '0.01'],
    ['FL-V', '0.495', '0.005'],
    ['SPX', '0.5', '0.01'],
  ])('of %s at %s step by %s', (symbol, unitPrice, expected) => {
    expect(formatDecimal(tickSizeAt(held(symbol), price(unitPrice)))).toBe(expected);
  });

  it.each([
    ['AAPL', '0.5', '100'],
    ['RY-TO', '1', '100'],
    ['FL-V', '0.99', '500'],
    ['FL-V', '0.1', '500'],
    ['FL-V', '0.095', '1000'],
    ['SPX', '4000', '1'],
  ])('of %s at %s come in lots of %s', (symbol, unitPrice, expected) => {
    expect(formatDecimal(boardLotAt(held(symbol), price(unitPrice)))).toBe(expected);
  });

  it('have no meaning below zero', () => expect(() => tickSizeAt(held('AAPL'), price('-1'))).toThrow(RangeError));
});

describe('contracts', () => {
  it.each([
    ['AAPL', { symbol: 'AAPL', exchange: 'SMART', primaryExchange: 'NASDAQ', currency: 'USD' }],
    ['SPY', { symbol: 'SPY', exchange: 'SMART', primaryExchange: 'ARCA', currency: 'USD' }],
    ['BRK-B', { symbol: 'BRK B', exchange: 'SMART', primaryExchange: 'NYSE', currency: 'USD' }],
    ['TECK-B-TO', { symbol: 'TECK.B', exchange: 'SMART', primaryExchange: 'TSE', currency: 'CAD' }],
    ['FL-V', { symbol: 'FL', exchange: 'SMART', primaryExchange: 'VENTURE', currency: 'CAD' }],
  ])('of %s are asked of Interactive Brokers by %j', (symbol, expected) => expect(contractFieldsOf(symbolOf(symbol))).toEqual(expected));

  it('are not asked for what the table does not know', () => expect(contractFieldsOf(symbolOf('NOPE'))).toBeUndefined());
});
