import { findInstrument } from '@tradewind/market';
import type { Symbol } from '@tradewind/vocabulary';

import { SourceError } from '../source.js';
import { ask } from './ask.js';
import type { TwsClient } from './client.js';
import type { ContractQuery } from './contract-overrides.js';
import type { ContractDetails } from './messages.js';
import { SOURCE } from './name.js';
import { contractDetails, type RoutedContract } from './requests.js';

/** IB's names of exchanges by their market identifier code (ISO 10383). */
const EXCHANGES: ReadonlyMap<string, string> = new Map([
  ['XNYS', 'NYSE'],
  ['XNAS', 'NASDAQ'],
  ['ARCX', 'ARCA'],
  ['XASE', 'AMEX'],
  ['BATS', 'BATS'],
  ['XTSE', 'TSE'],
  ['XTSX', 'VENTURE'],
  ['NEOE', 'AEQLIT'],
]);
const CODES: ReadonlyMap<string, string> = new Map([...EXCHANGES].map(([code, exchange]) => [exchange, code]));
/** Where the deep book of a listing is, when it isn't under the name of the listing. */
const DEPTH_EXCHANGES: ReadonlyMap<string, string> = new Map([['NASDAQ', 'ISLAND']]);

/** Market identifier code of an exchange as IB names it; undefined for one that isn't known here. */
export const marketCodeOf = (exchange: string): string | undefined => CODES.get(exchange);

/** Share classes are written with a blank at IB (`BRK B`), with a dash here. */
const shareName = (symbol: string): string => symbol.replace('-', ' ');

/** What to ask IB for a symbol: as the setting says, else what its instrument says, else a US share. */
export const queryOf = (symbol: Symbol, overrides: ReadonlyMap<Symbol, ContractQuery>): ContractQuery => {
  const override = overrides.get(symbol);
  if (override !== undefined) return override;
  const instrument = findInstrument(symbol);
  return {
    symbol: shareName(symbol),
    secType: instrument?.assetClass === 'INDEX' && instrument.category !== 'SIMULATED' ? 'IND' : 'STK',
    exchange: 'SMART',
    primaryExchange: EXCHANGES.get(instrument?.exchange ?? '') ?? '',
    currency: instrument?.currency ?? 'USD',
  };
};

const ambiguous = (symbol: Symbol, found: readonly ContractDetails[]): SourceError => {
  const listings = found.map(({ primaryExchange, currency }) => `${primaryExchange} ${currency}`).join(', ');
  return new SourceError('INVALID_REQUEST', SOURCE, `${symbol} is several contracts (${listings}); name one in the setting contracts`, {
    field: 'symbol',
    rule: 'one contract',
  });
};

/** Looks contracts up and remembers them: IB never gives an id to another. */
export class Contracts {
  readonly #known = new Map<Symbol, RoutedContract>();

  constructor(
    private readonly overrides: ReadonlyMap<Symbol, ContractQuery>,
    private readonly timeoutMs: number,
  ) {}

  /** Rejects with UNKNOWN_SYMBOL, INVALID_REQUEST when there are several, or as `ask` does. */
  async of(client: TwsClient, symbol: Symbol, signal: AbortSignal): Promise<RoutedContract> {
    const known = this.#known.get(symbol);
    if (known !== undefined) return known;
    const query = queryOf(symbol, this.overrides);
    const found: ContractDetails[] = [];
    await ask<true>(
      client,
      {
        fields: (requestId) => contractDetails(requestId, query),
        take: (message, resolve) => {
          if (message.kind === 'contract') found.push(message.contract);
          if (message.kind === 'contracts-end') resolve(true);
        },
      },
      this.timeoutMs,
      signal,
    );
    const distinct = [...new Map(found.map((contract) => [contract.conId, contract])).values()];
    if (distinct[0] === undefined) throw new SourceError('UNKNOWN_SYMBOL', SOURCE, `IB has no contract for ${symbol}`);
    if (distinct.length > 1) throw ambiguous(symbol, distinct);
    const contract = { ...distinct[0], exchange: query.exchange };
    this.#known.set(symbol, contract);
    return contract;
  }
}

/** The contract as a request for the book of its own exchange names it. */
export const atListing = (contract: RoutedContract): RoutedContract => {
  const { primaryExchange } = contract;
  return { ...contract, exchange: DEPTH_EXCHANGES.get(primaryExchange) ?? (primaryExchange === '' ? contract.exchange : primaryExchange) };
};
