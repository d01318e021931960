import { DecimalError, price, type Price, quantity, type Quantity } from '@tradewind/vocabulary';

import { type ContractRequest, readContract } from '../contract.js';
import { SINCE } from '../message-ids.js';
import { type RequestFields, RequestRefused } from '../request-fields.js';

/** What a client says of an order, as it says it. */
export interface PlacedOrder {
  readonly contract: ContractRequest;
  readonly action: 'BUY' | 'SELL';
  readonly quantity: Quantity;
  readonly orderType: string;
  readonly limitPrice: Price | undefined;
  readonly auxPrice: Price | undefined;
  readonly timeInForce: string;
  readonly ocaGroup: string;
  readonly account: string;
  readonly orderRef: string;
  readonly outsideRegularHours: boolean;
  readonly ocaType: number;
  readonly trailStopPrice: Price | undefined;
  readonly trailingPercent: Price | undefined;
  readonly limitOffset: Price | undefined;
}

const invalid = (field: string): RequestRefused => new RequestRefused(320, `Error reading request. Unable to parse data in field ${field}`);

/** A price, 0 or empty for none. */
const priceOf = (fields: RequestFields, name: string): Price | undefined => {
  const text = fields.text(name);
  if (text === '') return undefined;
  try {
    const read = price(text);
    return read === 0n ? undefined : read;
  } catch (error) {
    if (error instanceof DecimalError) throw invalid(name);
    throw error;
  }
};

const quantityOf = (fields: RequestFields): Quantity => {
  const text = fields.text('totalQuantity');
  try {
    return quantity(text === '' ? '0' : text);
  } catch (error) {
    if (error instanceof DecimalError) throw invalid('totalQuantity');
    throw error;
  }
};

const skip = (fields: RequestFields, count: number): void => {
  for (let index = 0; index < count; index += 1) fields.text('a field that is not used');
};

/** A field that is empty or 0 in any order this server takes: what it would begin is not there. */
const without = (fields: RequestFields, name: string): void => {
  const text = fields.text(name);
  if (text !== '' && text !== '0' && text !== 'false')
    throw new RequestRefused(321, `Error validating request.-'b0' : cause - ${name} is not supported here`);
};

const actionOf = (fields: RequestFields): 'BUY' | 'SELL' => {
  const action = fields.text('action');
  if (action !== 'BUY' && action !== 'SELL')
    throw new RequestRefused(321, `Error validating request.-'b0' : cause - Invalid action ${action}`);
  return action;
};

type Terms = Omit<PlacedOrder, 'ocaType' | 'trailStopPrice' | 'trailingPercent' | 'limitOffset'>;

const readTerms = (fields: RequestFields): Terms => {
  const contract = readContract(fields);
  if (contract.secType === 'BAG') throw new RequestRefused(321, "Error validating request.-'b0' : cause - No combinations here");
  skip(fields, 2); // security id
  const action = actionOf(fields);
  const total = quantityOf(fields);
  const orderType = fields.text('orderType').toUpperCase();
  const [limitPrice, auxPrice] = [priceOf(fields, 'lmtPrice'), priceOf(fields, 'auxPrice')];
  const [timeInForce, ocaGroup, account] = [fields.text('tif') || 'DAY', fields.text('ocaGroup'), fields.text('account')];
  skip(fields, 2); // open or close, origin
  const orderRef = fields.text('orderRef');
  skip(fields, 6); // transmit, parent, block, sweep, display size, trigger method
  const outsideRegularHours = fields.flag('outsideRth');
  return {
    contract,
    action,
    quantity: total,
    orderType,
    limitPrice,
    auxPrice,
    timeInForce,
    ocaGroup,
    account,
    orderRef,
    outsideRegularHours,
  };
};

const readTail = (fields: RequestFields, version: number, exchange: string): Price | undefined => {
  without(fields, 'conditions');
  skip(fields, 2); // adjusted type and trigger
  const limitOffset = priceOf(fields, 'lmtPriceOffset');
  skip(fields, 4); // adjusted prices and unit
  skip(fields, 8); // operator, soft dollars, cash quantity, MiFID II
  skip(fields, 7); // hedge price, container, discretionary, price management, duration, ATS, cancel with the parent
  skip(fields, 2); // override of rejects, manual time
  if (exchange === 'IBKRATS') skip(fields, 1);
  if (version >= SINCE.customerAccount) skip(fields, 1);
  if (version >= SINCE.professionalCustomer) skip(fields, 1);
  return limitOffset;
};

/** Reads the fields of a placed order after its number, as versions 178 to 186 write them. Throws RequestRefused (320, 321). */
export const readPlacedOrder = (fields: RequestFields, version: number): PlacedOrder => {
  const terms = readTerms(fields);
  skip(fields, 3); // hidden, allocation, discretionary amount
  skip(fields, 6); // good after and until, group, method and percentage of accounts, model
  skip(fields, 3); // short sale slot, its location, exempt code
  const ocaType = fields.integer('ocaType');
  skip(fields, 14); // rule 80A, settling firm, all or none, minimum, offset, electronic, firm, cap, auction, box and peg prices
  skip(fields, 3); // override, volatility and its kind
  without(fields, 'deltaNeutralOrderType');
  skip(fields, 3); // hedge price, continuous update, reference price
  const [trailStopPrice, trailingPercent] = [priceOf(fields, 'trailStopPrice'), priceOf(fields, 'trailingPercent')];
  skip(fields, 2); // scale sizes
  without(fields, 'scalePriceIncrement');
  skip(fields, 3); // scale table, active times
  without(fields, 'hedgeType');
  skip(fields, 4); // smart routing, clearing, not held
  without(fields, 'deltaNeutralContract');
  without(fields, 'algoStrategy');
  skip(fields, 1); // algo id
  without(fields, 'whatIf');
  skip(fields, 4); // options, solicited, randomize
  return { ...terms, ocaType, trailStopPrice, trailingPercent, limitOffset: readTail(fields, version, terms.contract.exchange) };
};
