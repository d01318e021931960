import type { AccountSnapshotMessage } from '@tradewind/contracts';
import type { AccountSnapshot } from '@tradewind/portfolio';
import { formatDecimal } from '@tradewind/vocabulary';

import { readAccountId, readMoney, readNanos, readPresent, readPriceOrZero, readSignedQuantity, readSymbol, readText } from './scalars.js';

export const writeAccount = (account: AccountSnapshot) => ({
  accountId: account.accountId,
  atNs: account.at,
  currency: account.currency,
  cash: formatDecimal(account.cash),
  equity: formatDecimal(account.equity),
  realisedPnl: formatDecimal(account.realisedPnl),
  unrealisedPnl: formatDecimal(account.unrealisedPnl),
  feesPaid: formatDecimal(account.feesPaid),
  positions: account.positions.map((position) => ({
    symbol: position.symbol,
    quantity: formatDecimal(position.quantity),
    averagePrice: formatDecimal(position.averagePrice),
    markPrice: formatDecimal(position.markPrice),
    marketValue: formatDecimal(position.marketValue),
    unrealisedPnl: formatDecimal(position.unrealisedPnl),
    realisedPnl: formatDecimal(position.realisedPnl),
  })),
});

const readPositions = (message: AccountSnapshotMessage): AccountSnapshot['positions'] =>
  message.positions.map((position, index) => {
    const at = `account.positions[${index}]`;
    return {
      symbol: readSymbol(position.symbol, `${at}.symbol`),
      quantity: readSignedQuantity(position.quantity, `${at}.quantity`),
      averagePrice: readPriceOrZero(position.averagePrice, `${at}.average_price`),
      markPrice: readPriceOrZero(position.markPrice, `${at}.mark_price`),
      marketValue: readMoney(position.marketValue, `${at}.market_value`),
      unrealisedPnl: readMoney(position.unrealisedPnl, `${at}.unrealised_pnl`),
      realisedPnl: readMoney(position.realisedPnl, `${at}.realised_pnl`),
    };
  });

export const readAccount = (message: AccountSnapshotMessage | undefined): AccountSnapshot => {
  const fields = readPresent(message, 'account');
  return {
    accountId: readAccountId(fields.accountId, 'account.account_id'),
    at: readNanos(fields.atNs, 'account.at_ns'),
    currency: readText(fields.currency, 'account.currency'),
    cash: readMoney(fields.cash, 'account.cash'),
    equity: readMoney(fields.equity, 'account.equity'),
    realisedPnl: readMoney(fields.realisedPnl, 'account.realised_pnl'),
    unrealisedPnl: readMoney(fields.unrealisedPnl, 'account.unrealised_pnl'),
    feesPaid: readMoney(fields.feesPaid, 'account.fees_paid'),
    positions: readPositions(fields),
  };
};
