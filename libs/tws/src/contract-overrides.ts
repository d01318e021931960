import { failed, type Result, succeeded, type Symbol } from '@tradewind/vocabulary';

/** What a request says to IB of an instrument. */
export interface ContractQuery {
  readonly symbol: string;
  /** STK, IND, FUT, CASH … */
  readonly secType: string;
  /** Where requests are routed to: SMART or one exchange. */
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
}

const ENTRY = /^([A-Z0-9][A-Z0-9_-]{0,15})=([A-Z0-9. ]{1,20}):([A-Z]{2,8}):([A-Z0-9]{1,12}):([A-Z0-9]{0,12}):([A-Z]{3})$/;

/** Contracts by symbol from the setting's text; fails with the entry that is none. */
export const parseContractOverrides = (text: string): Result<ReadonlyMap<Symbol, ContractQuery>, string> => {
  const found = new Map<Symbol, ContractQuery>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const match = ENTRY.exec(entry);
    if (match === null) return failed(entry);
    const [, symbol, ibSymbol, secType, exchange, primaryExchange, currency] = match as unknown as readonly string[];
    found.set(symbol as Symbol, {
      symbol: ibSymbol!,
      secType: secType!,
      exchange: exchange!,
      primaryExchange: primaryExchange!,
      currency: currency!,
    });
  }
  return succeeded(found);
};
