import {
  add,
  formatDecimal,
  type Money,
  notional,
  type Price,
  type Quantity,
  subtract,
  type UnixNanos,
  ZERO_MONEY,
} from '@tradewind/vocabulary';

import type { TwsContract } from '../contract.js';
import { RESPONSE } from '../message-ids.js';
import type { TradingClient } from './trading-client.js';
import { civilTimeOf } from '../time-text.js';
import { contractFields } from './order-messages.js';

export interface HeldPosition {
  readonly contract: TwsContract;
  readonly quantity: Quantity;
  readonly averagePrice: Price;
  readonly marketPrice: Price;
}

/** The account as it stands. */
export interface AccountView {
  readonly account: string;
  /** The currency that values are told in. */
  readonly currency: string;
  readonly cash: Readonly<Record<string, Money>>;
  readonly buyingPower: Money;
  readonly positions: readonly HeldPosition[];
}

type Value = readonly [key: string, value: string, currency: string];

const stockValue = (view: AccountView): Money =>
  view.positions.reduce((sum, { quantity, marketPrice }) => add(sum, notional(marketPrice, quantity)), ZERO_MONEY);

/** Cents, as TWS writes amounts. */
const amount = (value: Money): string => {
  const text = formatDecimal(value);
  const [whole, fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
};

/** The values that a client is told, as far as a simulated account has them. Other currencies count by their own amounts alone: there are no rates here. */
export const accountValues = (view: AccountView): readonly Value[] => {
  const { currency, cash } = view;
  const own = cash[currency] ?? ZERO_MONEY;
  const stock = stockValue(view);
  return [
    ['AccountCode', view.account, ''],
    ['AccountType', 'INDIVIDUAL', ''],
    ['AccountReady', 'true', ''],
    ['NetLiquidation', amount(add(own, stock)), currency],
    ['TotalCashValue', amount(own), currency],
    ['GrossPositionValue', amount(stock < 0n ? subtract(ZERO_MONEY, stock) : stock), currency],
    ['BuyingPower', amount(view.buyingPower), currency],
    ['AvailableFunds', amount(view.buyingPower), currency],
    ['CashBalance', amount(own), 'BASE'],
    ...Object.entries(cash).flatMap(([code, value]): readonly Value[] => [
      ['Currency', code, code],
      ['CashBalance', amount(value), code],
      ['TotalCashBalance', amount(value), code],
    ]),
    ['StockMarketValue', amount(stock), currency],
  ];
};

const sendPortfolio = (session: TradingClient, account: string, position: HeldPosition): void => {
  const { contract, quantity, averagePrice: paid, marketPrice } = position;
  const [value, cost] = [notional(marketPrice, quantity), notional(paid, quantity)];
  session.send(
    RESPONSE.portfolioValue,
    8,
    ...contractFields(contract, contract.primaryExchange),
    formatDecimal(quantity),
    formatDecimal(marketPrice),
    amount(value),
    formatDecimal(paid),
    amount(subtract(value, cost)),
    '0.0',
    account,
  );
};

/** What a subscription to the account begins with, and what it says again when something has changed. */
export const sendAccount = (session: TradingClient, view: AccountView, at: UnixNanos, complete: boolean): void => {
  for (const [key, value, currency] of accountValues(view)) session.send(RESPONSE.accountValue, 2, key, value, currency, view.account);
  for (const position of view.positions) sendPortfolio(session, view.account, position);
  session.send(RESPONSE.accountUpdateTime, 1, civilTimeOf(at, 'US/Eastern').time.slice(0, 5));
  if (complete) session.send(RESPONSE.accountDownloadEnd, 1, view.account);
};

export const sendPosition = (session: TradingClient, account: string, { contract, quantity, averagePrice: paid }: HeldPosition): void =>
  session.send(RESPONSE.position, 3, account, ...contractFields(contract, ''), formatDecimal(quantity), formatDecimal(paid));
