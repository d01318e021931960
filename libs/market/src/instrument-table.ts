import { type Instrument, price, quantity, type Symbol, symbolOf } from '@tradewind/vocabulary';

import { TSX_FUNDS, TSX_STOCKS, VENTURE_STOCKS } from './universe/canadian-listings.js';
import { listed } from './universe/listing.js';
import { US_FUNDS } from './universe/us-funds.js';
import { US_STOCKS } from './universe/us-stocks.js';

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

/** An index is traded as though it were a share of one index point per dollar, and is always shown as simulated. */
const SIMULATED_INDEXES: readonly Instrument[] = [
  simulatedIndex('NDX', 'NASDAQ-100 index (simulated share)', 'Technology'),
  simulatedIndex('SPX', 'S&P 500 index (simulated share)', 'Broad market'),
];
const US = { currency: 'USD', fractional: true, shortable: true } as const;
const CANADA = { currency: 'CAD', fractional: false, shortable: true } as const;

/** What can be traded: the demo's indexes, the largest US companies and funds, and Canadian ones. */
export const INSTRUMENTS: readonly Instrument[] = [
  ...SIMULATED_INDEXES,
  ...listed(US_STOCKS, { ...US, assetClass: 'STOCK', category: 'CORE' }),
  ...listed(US_FUNDS, { ...US, assetClass: 'ETF', category: 'ETF' }),
  ...listed(TSX_STOCKS, { ...CANADA, assetClass: 'STOCK', category: 'CORE' }),
  ...listed(TSX_FUNDS, { ...CANADA, assetClass: 'ETF', category: 'ETF' }),
  // The Venture Exchange lists what is too small for Toronto; hardly any of it can be borrowed.
  ...listed(VENTURE_STOCKS, { ...CANADA, assetClass: 'STOCK', category: 'PENNY', shortable: false }),
];

const bySymbol: ReadonlyMap<string, Instrument> = new Map(INSTRUMENTS.map((entry) => [entry.symbol, entry]));

export const findInstrument = (symbol: string): Instrument | undefined => bySymbol.get(symbol);

/** The instrument of a symbol that must be known by now. Throws RangeError when it is not. */
export const instrumentOf = (symbol: Symbol): Instrument => {
  const found = bySymbol.get(symbol);
  if (found === undefined) throw new RangeError(`symbol '${symbol}' is not in the instrument table`);
  return found;
};
