import type { Price, Quantity } from './decimal.js';

export type Symbol = string & { readonly __id: 'Symbol' };
export type AccountId = string & { readonly __id: 'AccountId' };
export type Side = 'BUY' | 'SELL';
export type AssetClass = 'STOCK' | 'ETF' | 'BOND' | 'FX' | 'INDEX' | 'COMMODITY' | 'CRYPTO';
/** `SIMULATED`: an index traded as though it were a share; always shown as such. */
export type Category = 'CORE' | 'PENNY' | 'ETF' | 'SIMULATED';

export interface Instrument {
  readonly symbol: Symbol;
  readonly name: string;
  readonly assetClass: AssetClass;
  readonly category: Category;
  readonly sector: string;
  readonly exchange: string;
  readonly currency: string;
  readonly lotSize: Quantity;
  readonly tickSize: Price;
  readonly fractional: boolean;
  readonly shortable: boolean;
}

const SYMBOL_PATTERN = /^[A-Z0-9][A-Z0-9_-]{0,15}$/;

/** A symbol is fit for a subject token: capitals, digits, `_` and `-`, at most 16. Throws RangeError. */
export const symbolOf = (text: string): Symbol => {
  if (!SYMBOL_PATTERN.test(text)) throw new RangeError(`symbol '${text}' must match ${SYMBOL_PATTERN.source}`);
  return text as Symbol;
};

export const accountIdOf = (text: string): AccountId => {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(text)) throw new RangeError(`account '${text}' must be a-z, 0-9 and -, at most 32`);
  return text as AccountId;
};
