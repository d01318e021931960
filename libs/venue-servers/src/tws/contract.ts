import { price, type Price, quantity, type Quantity } from '@tradewind/vocabulary';

import { type RequestFields, RequestRefused } from './request-fields.js';

/** An instrument as IB's contract database has it. */
export interface TwsContract {
  readonly conId: number;
  readonly symbol: string;
  /** STK, CASH, IND, FUT … */
  readonly secType: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly longName: string;
  readonly minTick: Price;
  readonly sizeIncrement: Quantity;
  /** Name of the exchange's zone as TWS writes it, e.g. US/Eastern. */
  readonly timeZoneId: string;
  readonly tradingHours: string;
  readonly liquidHours: string;
  /** Where it can be routed; SMART among them if it can be. */
  readonly validExchanges: readonly string[];
  /** Exchanges with a deep book of it; empty when there is none. */
  readonly depthExchanges: readonly string[];
  readonly industry: string;
  readonly category: string;
  readonly stockType: string;
}

/** A US share as IB describes one, with what is given put in place. */
export const twsContract = (given: Pick<TwsContract, 'conId' | 'symbol'> & Partial<TwsContract>): TwsContract => ({
  secType: 'STK',
  primaryExchange: 'NASDAQ',
  currency: 'USD',
  localSymbol: given.symbol,
  tradingClass: 'NMS',
  longName: given.symbol,
  minTick: price('0.01'),
  sizeIncrement: quantity('1'),
  timeZoneId: 'US/Eastern',
  tradingHours: '',
  liquidHours: '',
  validExchanges: ['SMART', 'ISLAND', 'NYSE', 'ARCA'],
  depthExchanges: ['ISLAND'],
  industry: '',
  category: '',
  stockType: 'COMMON',
  ...given,
});

/** What a request says of a contract; empty and 0 mean that it doesn't say. */
export interface ContractRequest {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
}

/** Reads the twelve fields by which every request names its contract (eleven before market depth knew the primary exchange). */
export const readContract = (fields: RequestFields, withPrimaryExchange = true): ContractRequest => {
  const conId = fields.integer('conId');
  const symbol = fields.text('symbol');
  const secType = fields.text('secType');
  for (const skipped of ['lastTradeDateOrContractMonth', 'strike', 'right', 'multiplier']) fields.text(skipped);
  const exchange = fields.text('exchange');
  const primaryExchange = withPrimaryExchange ? fields.text('primaryExchange') : '';
  const currency = fields.text('currency');
  const localSymbol = fields.text('localSymbol');
  fields.text('tradingClass');
  return { conId, symbol, secType, exchange, primaryExchange, currency, localSymbol };
};

const agrees = (asked: string, has: string): boolean => asked === '' || asked === has;

export const contractMatches = (contract: TwsContract, request: ContractRequest): boolean =>
  (request.exchange === '' || contract.validExchanges.includes(request.exchange)) &&
  (request.conId > 0
    ? contract.conId === request.conId
    : agrees(request.symbol, contract.symbol) &&
      (request.symbol !== '' || request.localSymbol !== '') &&
      agrees(request.secType, contract.secType) &&
      agrees(request.primaryExchange, contract.primaryExchange) &&
      agrees(request.currency, contract.currency) &&
      agrees(request.localSymbol, contract.localSymbol));

export const noSuchContract = (): RequestRefused => new RequestRefused(200, 'No security definition has been found for the request');

export const ambiguousContract = (request: ContractRequest): RequestRefused =>
  new RequestRefused(200, `The contract description specified for ${request.symbol} is ambiguous.`);
