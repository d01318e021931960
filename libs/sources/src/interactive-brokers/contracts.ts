import type { RoutedContract } from '@tradewind/tws';

/** Market identifier codes (ISO 10383) of listing exchanges by IB's names of them: what has a calendar. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['NYSE', 'XNYS'],
  ['NASDAQ', 'XNAS'],
  ['ARCA', 'ARCX'],
  ['BATS', 'BATS'],
  ['TSE', 'XTSE'],
  ['VENTURE', 'XTSX'],
]);
/** Where the deep book of a listing is, when it isn't under the name of the listing. */
const DEPTH_EXCHANGES: ReadonlyMap<string, string> = new Map([['NASDAQ', 'ISLAND']]);

/** Market identifier code of an exchange as IB names it; undefined for one that isn't known here. */
export const marketCodeOf = (exchange: string): string | undefined => CODES.get(exchange);

/** The contract as a request for the book of its own exchange names it. */
export const atListing = (contract: RoutedContract): RoutedContract => {
  const { primaryExchange } = contract;
  return { ...contract, exchange: DEPTH_EXCHANGES.get(primaryExchange) ?? (primaryExchange === '' ? contract.exchange : primaryExchange) };
};
