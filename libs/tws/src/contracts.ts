import { contractFieldsOf } from '@tradewind/market';
import { type Symbol, symbolOf } from '@tradewind/vocabulary';

import { ask } from './ask.js';
import type { TwsClient } from './client.js';
import type { ContractQuery } from './contract-overrides.js';
import { TwsError } from './error.js';
import type { ContractDetails, ContractName } from './messages.js';
import { contractDetails, type RoutedContract } from './requests.js';

/** What to ask IB for a symbol: as the setting says, else by its entry in the instrument table, else as for a US share. */
export const queryOf = (symbol: Symbol, overrides: ReadonlyMap<Symbol, ContractQuery>): ContractQuery => {
  const override = overrides.get(symbol);
  if (override !== undefined) return override;
  const listed = contractFieldsOf(symbol);
  if (listed !== undefined) return { ...listed, secType: 'STK' };
  return { symbol: symbol.replaceAll('-', ' '), secType: 'STK', exchange: 'SMART', primaryExchange: '', currency: 'USD' };
};

const ambiguous = (symbol: Symbol, found: readonly ContractDetails[]): TwsError => {
  const listings = found.map(({ primaryExchange, currency }) => `${primaryExchange} ${currency}`).join(', ');
  return new TwsError('AMBIGUOUS_SYMBOL', `${symbol} is several contracts (${listings}); name one in the setting contracts`, {
    field: 'symbol',
    rule: 'one contract',
  });
};

/** Looks contracts up and remembers them: IB never gives an id to another. */
export class Contracts {
  readonly #known = new Map<Symbol, RoutedContract>();
  readonly #symbols = new Map<number, Symbol>();

  constructor(
    private readonly overrides: ReadonlyMap<Symbol, ContractQuery>,
    private readonly timeoutMs: number,
  ) {}

  /** Rejects with UNKNOWN_SYMBOL, AMBIGUOUS_SYMBOL, or as `ask` does. */
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
    if (distinct[0] === undefined) throw new TwsError('UNKNOWN_SYMBOL', `IB has no contract for ${symbol}`);
    if (distinct.length > 1) throw ambiguous(symbol, distinct);
    const contract = { ...distinct[0], exchange: query.exchange };
    this.#known.set(symbol, contract);
    this.#symbols.set(contract.conId, symbol);
    return contract;
  }

  /**
   * The symbol of a contract that TWS names: the one it was looked up by, else the one whose entry or setting names it, else its own name as a symbol, else
   * `IB-<contract id>`. The same contract always has the same symbol within a run.
   */
  symbolOf(contract: ContractName): Symbol {
    const known = this.#symbols.get(contract.conId);
    if (known !== undefined) return known;
    const found = this.#overridden(contract) ?? listedSymbol(contract) ?? (`IB-${contract.conId}` as Symbol);
    this.#symbols.set(contract.conId, found);
    return found;
  }

  #overridden({ symbol, secType, currency }: ContractName): Symbol | undefined {
    const fits = (query: ContractQuery): boolean => query.symbol === symbol && query.secType === secType && query.currency === currency;
    return [...this.overrides].find(([, query]) => fits(query))?.[0];
  }
}

const asSymbol = (text: string): Symbol | undefined => {
  try {
    return symbolOf(text);
  } catch {
    return undefined;
  }
};

const ENDINGS: Readonly<Record<string, readonly string[]>> = { USD: [''], CAD: ['-TO', '-V'] };

/** A share by our spelling: classes after a dash, Canadian listings with their ending. Shares alone; others in no currency of ours go by their local name. */
const listedSymbol = ({ symbol, secType, currency, localSymbol }: ContractName): Symbol | undefined => {
  if (secType !== 'STK') return asSymbol(localSymbol.replaceAll(/[^A-Z0-9]+/g, '_'));
  const candidates = (ENDINGS[currency] ?? []).map((ending) => `${symbol.replaceAll(/[ .]/g, '-')}${ending}`);
  const listed = candidates.find((candidate) => {
    const candidateSymbol = asSymbol(candidate);
    const query = candidateSymbol === undefined ? undefined : contractFieldsOf(candidateSymbol);
    return query?.symbol === symbol && query.currency === currency;
  });
  return asSymbol(listed ?? candidates[0] ?? `${symbol.replaceAll(/[ .]/g, '-')}-${currency}`);
};
