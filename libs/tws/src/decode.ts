import { conditionsOf } from './conditions.js';
import { decodeContract } from './decode-contract.js';
import { decodeAccountValue, decodePortfolio, decodePosition } from './decode-account.js';
import { decodeCommission, decodeExecution } from './decode-execution.js';
import { decodeBars, decodePastQuotes, decodePastTrades } from './decode-history.js';
import { decodeCompletedOrder, decodeOpenOrder, decodeOrderStatus } from './decode-order.js';
import { FieldCursor } from './field-cursor.js';
import { type DepthOperation, MESSAGE, type PastQuote, type PastTrade, TICK, type TwsMessage } from './messages.js';

/** The message that some fields are, or why they are none: with the request it was about, as far as that could be read. */
export interface Decoded {
  readonly requestId: number | undefined;
  readonly message: TwsMessage | undefined;
  readonly fault: unknown;
}

type Decoder = (cursor: FieldCursor) => TwsMessage;

const OPERATIONS: readonly DepthOperation[] = ['insert', 'update', 'delete'];

const decodeDepth =
  (withMaker: boolean): Decoder =>
  (cursor) => {
    cursor.skip('version');
    const requestId = cursor.request();
    const position = cursor.count('position', 10_000);
    if (withMaker) cursor.skip('market maker');
    const number = cursor.integer('operation');
    const operation = OPERATIONS[number] ?? cursor.fail('operation', '0, 1 or 2', number);
    const sideNumber = cursor.integer('side');
    if (sideNumber !== 0 && sideNumber !== 1) cursor.fail('side', '0 or 1', sideNumber);
    const side = sideNumber === 1 ? 'BID' : 'ASK';
    const price = operation === 'delete' ? cursor.priceOrNone('price') : cursor.price('price');
    return { kind: 'depth', requestId, side, operation, position, price, quantity: cursor.quantity('size') };
  };

const tickByTickTrade = (cursor: FieldCursor, at: PastTrade['at']): PastTrade => {
  const price = cursor.price('price');
  const quantity = cursor.quantity('size');
  const mask = cursor.integer('attributes');
  return { at, price, quantity, venue: cursor.text('exchange'), conditions: conditionsOf(cursor.text('special conditions'), mask) };
};

const tickByTickQuote = (cursor: FieldCursor, at: PastQuote['at']): PastQuote => {
  const [bidPrice, askPrice] = [cursor.priceOrNone('bid price'), cursor.priceOrNone('ask price')];
  return { at, bidPrice, askPrice, bidQuantity: cursor.quantity('bid size'), askQuantity: cursor.quantity('ask size') };
};

const decodeTickByTick: Decoder = (cursor) => {
  const requestId = cursor.request();
  const type = cursor.integer('tick type');
  const at = cursor.seconds('time');
  if (type === 1 || type === 2) return { kind: 'trade', requestId, trade: tickByTickTrade(cursor, at), mark: '' };
  if (type === 3) return { kind: 'quote', requestId, quote: tickByTickQuote(cursor, at) };
  return cursor.fail('tick type', '1, 2 or 3', type);
};

/** Of the hundred types of ticks only these are used; of the others not even the price is read, for some are no prices. */
const decodeTickPrice: Decoder = (cursor) => {
  cursor.skip('version');
  const requestId = cursor.request();
  const type = cursor.integer('type');
  if (type !== TICK.bid && type !== TICK.ask) return { kind: 'other', id: MESSAGE.tickPrice };
  return { kind: 'tick-price', requestId, type, price: cursor.priceOrNone('price'), size: cursor.quantity('size') };
};

const decodeTickSize: Decoder = (cursor) => {
  cursor.skip('version');
  const requestId = cursor.request();
  const type = cursor.integer('type');
  if (type !== TICK.bidSize && type !== TICK.askSize) return { kind: 'other', id: MESSAGE.tickSize };
  return { kind: 'tick-size', requestId, type, size: cursor.quantity('size') };
};

const decodeTickText: Decoder = (cursor) => {
  cursor.skip('version');
  const requestId = cursor.request();
  if (cursor.integer('type') !== TICK.realTimeVolume) return { kind: 'other', id: MESSAGE.tickString };
  const mark = cursor.text('value');
  const [price, size, millis] = mark.split(';');
  // Without a price it only moves the volume of the day.
  if (price === '') return { kind: 'other', id: MESSAGE.tickString };
  const sale = new FieldCursor('realTimeVolume', ['', price ?? '', size ?? '', millis ?? '']);
  const trade = { price: sale.price('price'), quantity: sale.quantity('size'), at: sale.millis('time'), venue: '', conditions: [] };
  return { kind: 'trade', requestId, trade, mark };
};

const decodeFiveSeconds: Decoder = (cursor) => {
  cursor.skip('version');
  const requestId = cursor.request();
  const at = cursor.seconds('time');
  const [open, high, low, close] = [cursor.price('open'), cursor.price('high'), cursor.price('low'), cursor.price('close')];
  return { kind: 'five-seconds', requestId, at, bar: { open, high, low, close, volume: cursor.quantity('volume') } };
};

const DECODERS: ReadonlyMap<number, readonly [name: string, decode: Decoder]> = new Map<number, readonly [string, Decoder]>([
  [
    MESSAGE.error,
    [
      'error',
      (cursor) => {
        cursor.skip('version');
        return { kind: 'error', requestId: cursor.request(), code: cursor.integer('code'), text: cursor.text('text') };
      },
    ],
  ],
  [
    MESSAGE.nextValidId,
    [
      'nextValidId',
      (cursor) => {
        cursor.skip('version');
        return { kind: 'next-valid-id', orderId: cursor.integer('order id') };
      },
    ],
  ],
  [
    MESSAGE.managedAccounts,
    [
      'managedAccounts',
      (cursor) => {
        cursor.skip('version');
        return {
          kind: 'accounts',
          accounts: cursor
            .text('accounts')
            .split(',')
            .filter((account) => account !== ''),
        };
      },
    ],
  ],
  [
    MESSAGE.currentTime,
    [
      'currentTime',
      (cursor) => {
        cursor.skip('version');
        return { kind: 'current-time', at: cursor.seconds('time') };
      },
    ],
  ],
  [MESSAGE.contractData, ['contractData', decodeContract]],
  [
    MESSAGE.contractDataEnd,
    [
      'contractDataEnd',
      (cursor) => {
        cursor.skip('version');
        return { kind: 'contracts-end', requestId: cursor.request() };
      },
    ],
  ],
  [MESSAGE.historicalData, ['historicalData', decodeBars]],
  [
    MESSAGE.headTimestamp,
    ['headTimestamp', (cursor) => ({ kind: 'head-timestamp', requestId: cursor.request(), at: cursor.seconds('time') })],
  ],
  [MESSAGE.historicalTicksLast, ['historicalTicksLast', decodePastTrades]],
  [MESSAGE.historicalTicksBidAsk, ['historicalTicksBidAsk', decodePastQuotes]],
  [MESSAGE.tickPrice, ['tickPrice', decodeTickPrice]],
  [MESSAGE.tickSize, ['tickSize', decodeTickSize]],
  [MESSAGE.tickString, ['tickString', decodeTickText]],
  [MESSAGE.tickByTick, ['tickByTick', decodeTickByTick]],
  [MESSAGE.realTimeBar, ['realTimeBar', decodeFiveSeconds]],
  [MESSAGE.marketDepth, ['marketDepth', decodeDepth(false)]],
  [MESSAGE.marketDepthL2, ['marketDepthL2', decodeDepth(true)]],
]);

/** Of orders and accounts; the layouts of orders and executions are those of version 178. */
const ACCOUNT_DECODERS: ReadonlyMap<number, readonly [name: string, decode: Decoder]> = new Map<number, readonly [string, Decoder]>([
  [MESSAGE.openOrder, ['openOrder', decodeOpenOrder]],
  [MESSAGE.orderStatus, ['orderStatus', decodeOrderStatus]],
  [MESSAGE.openOrdersEnd, ['openOrderEnd', () => ({ kind: 'open-orders-end' })]],
  [MESSAGE.completedOrder, ['completedOrder', decodeCompletedOrder]],
  [MESSAGE.completedOrdersEnd, ['completedOrdersEnd', () => ({ kind: 'completed-orders-end' })]],
  [MESSAGE.execution, ['execDetails', decodeExecution]],
  [
    MESSAGE.executionsEnd,
    [
      'execDetailsEnd',
      (cursor) => {
        cursor.skip('version');
        return { kind: 'executions-end', requestId: cursor.request() };
      },
    ],
  ],
  [MESSAGE.commissionReport, ['commissionReport', decodeCommission]],
  [MESSAGE.accountValue, ['updateAccountValue', decodeAccountValue]],
  [MESSAGE.portfolioValue, ['updatePortfolio', decodePortfolio]],
  [
    MESSAGE.accountDownloadEnd,
    [
      'accountDownloadEnd',
      (cursor) => {
        cursor.skip('version');
        return { kind: 'account-end', account: cursor.text('account') };
      },
    ],
  ],
  [MESSAGE.position, ['position', decodePosition]],
  [MESSAGE.positionsEnd, ['positionEnd', () => ({ kind: 'positions-end' })]],
]);
const ACCOUNT_VERSION = 178;

/**
 * Decodes the fields of one message, whose first is its number, as the version writes it. Messages of orders and accounts are read at version 178 alone;
 * before, they are passed over. Never throws: what can't be read comes back as a fault (TwsError BAD_RESPONSE).
 */
export const decodeMessage = (fields: readonly string[], version = ACCOUNT_VERSION): Decoded => {
  const id = Number(fields[0]);
  const decoder = DECODERS.get(id) ?? (version === ACCOUNT_VERSION ? ACCOUNT_DECODERS.get(id) : undefined);
  if (decoder === undefined && /^\d{1,4}$/.test(fields[0] ?? ''))
    return { requestId: undefined, message: { kind: 'other', id }, fault: undefined };
  const cursor = new FieldCursor(decoder?.[0] ?? 'message', fields);
  try {
    if (decoder === undefined) return cursor.fail('number', 'the number of a message', fields[0]?.slice(0, 40) ?? '');
    return { requestId: cursor.requestId, message: decoder[1](cursor), fault: undefined };
  } catch (fault) {
    return { requestId: cursor.requestId, message: undefined, fault };
  }
};
