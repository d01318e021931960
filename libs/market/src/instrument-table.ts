import { type Instrument, price, quantity, type Symbol, symbolOf } from '@tradewind/vocabulary';

const simulatedIndex = (symbol: string, name: string, sector: string): Instrument => ({
  symbol: symbolOf(symbol),
  name,
  assetClass: 'INDEX',
  category: 'SIMULATED',
  sector,
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: false,
  shortable: false,
});

/** What can be traded. An index is traded as though it were a share of one index point per dollar, and is always shown as simulated. */
export const INSTRUMENTS: readonly Instrument[] = [
  simulatedIndex('NDX', 'NASDAQ-100 index (simulated share)', 'Technology'),
  simulatedIndex('SPX', 'S&P 500 index (simulated share)', 'Broad market'),
];

const bySymbol: ReadonlyMap<string, Instrument> = new Map(INSTRUMENTS.map((entry) => [entry.symbol, entry]));

export const findInstrument = (symbol: string): Instrument | undefined => bySymbol.get(symbol);

/** The instrument of a symbol that must be known by now. Throws RangeError when it is not. */
export const instrumentOf = (symbol: Symbol): Instrument => {
  const found = bySymbol.get(symbol);
  if (found === undefined) throw new RangeError(`symbol '${symbol}' is not in the instrument table`);
  return found;
};
