import { type Symbol, symbolOf } from '@tradewind/vocabulary';

import { findInstrument } from './instrument-table.js';

/** Who spells symbols in a way of their own. */
export type SymbolVendor = 'ALPACA' | 'ALPHA_VANTAGE' | 'FINNHUB' | 'QUESTRADE' | 'YAHOO';

/** How a vendor writes what follows a symbol's root. Undefined: the vendor has no such market. */
interface Spelling {
  /** Between the root and a share class or unit, `BRK-B`, in New York. */
  readonly usClass: string;
  /** The same in Toronto, `TECK-B-TO`. */
  readonly canadianClass: string;
  readonly toronto: string | undefined;
  readonly venture: string | undefined;
}

/** Sources: the vendors' own documentation of their symbols. */
const SPELLINGS: Readonly<Record<SymbolVendor, Spelling>> = {
  ALPACA: { usClass: '.', canadianClass: '.', toronto: undefined, venture: undefined },
  ALPHA_VANTAGE: { usClass: '-', canadianClass: '-', toronto: '.TRT', venture: '.TRV' },
  FINNHUB: { usClass: '.', canadianClass: '-', toronto: '.TO', venture: '.V' },
  QUESTRADE: { usClass: '.', canadianClass: '.', toronto: '.TO', venture: '.VN' },
  YAHOO: { usClass: '-', canadianClass: '-', toronto: '.TO', venture: '.V' },
};

type Market = 'US' | 'TORONTO' | 'VENTURE';

const SUFFIXES = [
  ['TORONTO', '-TO'],
  ['VENTURE', '-V'],
] as const;

const splitSuffix = (symbol: Symbol): readonly [root: string, market: Market] => {
  const found = SUFFIXES.find(([, suffix]) => symbol.endsWith(suffix));
  return found === undefined ? [symbol, 'US'] : [symbol.slice(0, -found[1].length), found[0]];
};

/** A vendor's name of a symbol: `RY-TO` is `RY.TO` at Yahoo, `BRK-B` is `BRK.B` at Alpaca. Undefined when the vendor has no such market. */
export const vendorSymbolOf = (vendor: SymbolVendor, symbol: Symbol): string | undefined => {
  const spelling = SPELLINGS[vendor];
  const [root, market] = splitSuffix(symbol);
  if (market === 'US') return root.replaceAll('-', spelling.usClass);
  const ending = market === 'TORONTO' ? spelling.toronto : spelling.venture;
  return ending === undefined ? undefined : root.replaceAll('-', spelling.canadianClass) + ending;
};

/** Our symbol of a vendor's name, the way back. Throws RangeError for a name that can be no symbol of ours. */
export const symbolFromVendor = (vendor: SymbolVendor, name: string): Symbol => {
  const { usClass, canadianClass, toronto, venture } = SPELLINGS[vendor];
  if (toronto !== undefined && name.endsWith(toronto))
    return symbolOf(`${name.slice(0, -toronto.length).replaceAll(canadianClass, '-')}-TO`);
  if (venture !== undefined && name.endsWith(venture))
    return symbolOf(`${name.slice(0, -venture.length).replaceAll(canadianClass, '-')}-V`);
  return symbolOf(name.replaceAll(usClass, '-'));
};

/** What Interactive Brokers asks of a share besides its `conId`. */
export interface ContractFields {
  readonly symbol: string;
  readonly exchange: 'SMART';
  /** Listing exchange by IB's name: it tells Royal Bank in Toronto from Royal Bank in New York. */
  readonly primaryExchange: string;
  readonly currency: string;
}

const IB_EXCHANGES: ReadonlyMap<string, string> = new Map([
  ['XNYS', 'NYSE'],
  ['XNAS', 'NASDAQ'],
  ['ARCX', 'ARCA'],
  ['BATS', 'BATS'],
  ['XTSE', 'TSE'],
  ['XTSX', 'VENTURE'],
]);

/** A share class is `BRK B` at IB in New York, `TECK.B` in Toronto. Undefined for a symbol that is not in the instrument table. */
export const contractFieldsOf = (symbol: Symbol): ContractFields | undefined => {
  const instrument = findInstrument(symbol);
  const primaryExchange = IB_EXCHANGES.get(instrument?.exchange ?? '');
  if (instrument === undefined || primaryExchange === undefined) return undefined;
  const [root, market] = splitSuffix(symbol);
  return { symbol: root.replaceAll('-', market === 'US' ? ' ' : '.'), exchange: 'SMART', primaryExchange, currency: instrument.currency };
};
