import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AccountEventMessage, eventMap } from '@tradewind/contracts';
import type { AccountEvent } from '@tradewind/portfolio';
import { formatDecimal, unreachable } from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';
import {
  readMoney,
  readNanos,
  readOptionalText,
  readPositiveMoney,
  readPresent,
  readPrice,
  readPriceOrZero,
  readSignedQuantity,
  readSymbol,
  readText,
} from './scalars.js';

type Init = NonNullable<MessageInitShape<(typeof eventMap)['orders.changes']>['accountEvents']>[number];
type Body = NonNullable<Init['event']>;
type Read = Exclude<AccountEventMessage['event'], { case: undefined }>;
type Fields<E> = E extends AccountEvent ? Omit<E, 'id' | 'at' | 'causes'> : never;

const CURRENCY = /^[A-Z]{3}$/;
const readCurrency = (value: string, field: string): string => {
  if (!CURRENCY.test(value)) throw new ContractError('FIELD_INVALID', field, `must be three capitals, was '${value}'`);
  return value;
};
const readShares = (value: bigint, field: string): bigint => {
  if (value <= 0n) throw new ContractError('FIELD_INVALID', field, 'must be above 0');
  return value;
};

const writeBody = (event: AccountEvent): Body => {
  switch (event.type) {
    case 'DividendPaid': {
      const { symbol, currency } = event;
      const value = { symbol, currency, amount: formatDecimal(event.amount), perShare: formatDecimal(event.perShare) };
      return { case: 'dividendPaid', value: { ...value, quantity: formatDecimal(event.quantity) } };
    }
    case 'SharesSplit': {
      const { symbol, numerator, denominator } = event;
      return { case: 'sharesSplit', value: { symbol, numerator, denominator, cashInLieu: formatDecimal(event.cashInLieu) } };
    }
    case 'BorrowCharged':
      return {
        case: 'borrowCharged',
        value: { symbol: event.symbol, amount: formatDecimal(event.amount), currency: event.currency },
      };
    case 'InterestBooked':
      return { case: 'interestBooked', value: { amount: formatDecimal(event.amount), currency: event.currency } };
    case 'FeeCharged': {
      const { currency, description, fillId } = event;
      const value = { amount: formatDecimal(event.amount), currency, description, ...(fillId === undefined ? {} : { fillId }) };
      return { case: 'feeCharged', value };
    }
    case 'CashTransferred': {
      const { currency, description } = event;
      return { case: 'cashTransferred', value: { amount: formatDecimal(event.amount), currency, description } };
    }
    case 'CurrencyConverted': {
      const { soldCurrency, boughtCurrency } = event;
      const value = { sold: formatDecimal(event.sold), soldCurrency, bought: formatDecimal(event.bought), boughtCurrency };
      return { case: 'currencyConverted', value };
    }
    case 'PositionAdjusted': {
      const { symbol, reason } = event;
      const value = { symbol, reason, quantity: formatDecimal(event.quantity), averagePrice: formatDecimal(event.averagePrice) };
      return { case: 'positionAdjusted', value };
    }
    case 'RatesMarked': {
      const rates = Object.entries(event.rates).map(([currency, rate]) => [currency, formatDecimal(rate)]);
      return { case: 'ratesMarked', value: { rates: Object.fromEntries(rates) as Record<string, string> } };
    }
    case 'CashAdjusted': {
      const { currency, reason } = event;
      return { case: 'cashAdjusted', value: { amount: formatDecimal(event.amount), currency, reason } };
    }
    default:
      return unreachable(event);
  }
};

export const writeAccountEvent = (event: AccountEvent): Init => ({
  id: event.id,
  atNs: event.at,
  causes: [...event.causes],
  event: writeBody(event),
});

const readCash = (value: { amount: string; currency: string }, at: string) => ({
  amount: readMoney(value.amount, `${at}.amount`),
  currency: readCurrency(value.currency, `${at}.currency`),
});

const readCorporateAction = (body: Extract<Read, { case: 'dividendPaid' | 'sharesSplit' }>, at: string): Fields<AccountEvent> => {
  const symbol = readSymbol(body.value.symbol, `${at}.symbol`);
  if (body.case === 'dividendPaid') {
    const { perShare, quantity } = body.value;
    return {
      type: 'DividendPaid',
      symbol,
      ...readCash(body.value, at),
      perShare: readPrice(perShare, `${at}.per_share`),
      quantity: readSignedQuantity(quantity, `${at}.quantity`),
    };
  }
  return {
    type: 'SharesSplit',
    symbol,
    numerator: readShares(body.value.numerator, `${at}.numerator`),
    denominator: readShares(body.value.denominator, `${at}.denominator`),
    cashInLieu: readMoney(body.value.cashInLieu, `${at}.cash_in_lieu`),
  };
};

const readRates = (rates: Readonly<Record<string, string>>, at: string): Fields<AccountEvent> => {
  const read = Object.entries(rates).map(([currency, rate]) => {
    const field = `${at}.rates[${currency}]`;
    return [readCurrency(currency, field), readPositiveMoney(rate, field)] as const;
  });
  if (read.length === 0) throw new ContractError('FIELD_INVALID', `${at}.rates`, 'must name a currency');
  return { type: 'RatesMarked', rates: Object.fromEntries(read) };
};

const readBody = (body: Read, at: string): Fields<AccountEvent> => {
  switch (body.case) {
    case 'dividendPaid':
    case 'sharesSplit':
      return readCorporateAction(body, at);
    case 'borrowCharged':
      return { type: 'BorrowCharged', symbol: readSymbol(body.value.symbol, `${at}.symbol`), ...readCash(body.value, at) };
    case 'interestBooked':
      return { type: 'InterestBooked', ...readCash(body.value, at) };
    case 'feeCharged': {
      const { description, fillId } = body.value;
      const fill = fillId === undefined ? {} : { fillId: readText(fillId, `${at}.fill_id`) };
      return { type: 'FeeCharged', ...readCash(body.value, at), description: readOptionalText(description, `${at}.description`), ...fill };
    }
    case 'cashTransferred':
      return {
        type: 'CashTransferred',
        ...readCash(body.value, at),
        description: readOptionalText(body.value.description, `${at}.description`),
      };
    case 'currencyConverted':
      return {
        type: 'CurrencyConverted',
        sold: readPositiveMoney(body.value.sold, `${at}.sold`),
        soldCurrency: readCurrency(body.value.soldCurrency, `${at}.sold_currency`),
        bought: readPositiveMoney(body.value.bought, `${at}.bought`),
        boughtCurrency: readCurrency(body.value.boughtCurrency, `${at}.bought_currency`),
      };
    case 'positionAdjusted':
      return {
        type: 'PositionAdjusted',
        symbol: readSymbol(body.value.symbol, `${at}.symbol`),
        quantity: readSignedQuantity(body.value.quantity, `${at}.quantity`),
        averagePrice: readPriceOrZero(body.value.averagePrice, `${at}.average_price`),
        reason: readText(body.value.reason, `${at}.reason`),
      };
    case 'ratesMarked':
      return readRates(body.value.rates, at);
    case 'cashAdjusted':
      return { type: 'CashAdjusted', ...readCash(body.value, at), reason: readText(body.value.reason, `${at}.reason`) };
    default:
      return unreachable(body);
  }
};

export const readAccountEvent = (message: AccountEventMessage | undefined, at: string): AccountEvent => {
  const fields = readPresent(message, at);
  const fact = { id: readText(fields.id, `${at}.id`), at: readNanos(fields.atNs, `${at}.at_ns`), causes: fields.causes };
  if (fields.event.case === undefined) throw new ContractError('FIELD_INVALID', `${at}.event`, 'must be set to an event this build knows');
  return { ...fact, ...readBody(fields.event, `${at}.${fields.event.case}`) };
};
