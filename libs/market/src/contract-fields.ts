import type { Symbol } from '@tradewind/vocabulary';

import { findInstrument } from './instrument-table.js';

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
const CANADIAN_ENDING = /-(TO|V)$/;

/** A share class is `BRK B` at IB in New York, `TECK.B` in Toronto. Undefined for a symbol that is not in the instrument table. */
export const contractFieldsOf = (symbol: Symbol): ContractFields | undefined => {
  const instrument = findInstrument(symbol);
  const primaryExchange = IB_EXCHANGES.get(instrument?.exchange ?? '');
  if (instrument === undefined || primaryExchange === undefined) return undefined;
  const canadian = instrument.currency === 'CAD';
  const root = canadian ? symbol.replace(CANADIAN_ENDING, '') : symbol;
  return { symbol: root.replaceAll('-', canadian ? '.' : ' '), exchange: 'SMART', primaryExchange, currency: instrument.currency };
};
