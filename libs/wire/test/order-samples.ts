import type { OrderEvent, OrderIntent } from '@tradewind/orders';
import type { AccountEvent, AccountSnapshot } from '@tradewind/portfolio';
import { accountIdOf, money, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

export const at = 946_933_200_000_000_000n as UnixNanos;
export const symbol = symbolOf('SPX');
export const accountId = accountIdOf('paper-1');
export const intent: OrderIntent = {
  clientOrderId: 'tw-0123456789abcdef0123',
  symbol,
  side: 'BUY',
  type: 'STOP_LIMIT',
  timeInForce: 'GTC',
  quantity: quantity('27.5'),
  limitPrice: price('1400.25'),
  stopPrice: price('1399'),
  protectiveStop: price('1350.000000001'),
  purpose: 'signal',
  verdictId: 'rv/1',
};
const trailing: OrderIntent = {
  clientOrderId: 'tw-0123456789abcdef0124',
  symbol,
  side: 'SELL',
  type: 'TRAILING_STOP_LIMIT',
  timeInForce: 'DAY',
  quantity: quantity('27.5'),
  trail: { by: 'RATIO', value: price('0.05') },
  limitOffset: price('0.5'),
  takeProfit: price('1500'),
  ocoGroup: 'exit-1',
  referencePrice: price('1399.5'),
  strategy: 'momentum',
  purpose: 'target',
  verdictId: 'rv/1',
};
const fact = { clientOrderId: intent.clientOrderId, symbol, at, causes: ['rv/1'] };
export const events: readonly OrderEvent[] = [
  { ...fact, id: 'oe/1', type: 'OrderInitialized', intent },
  { ...fact, id: 'oe/2', type: 'OrderDenied', code: 'HALTED' },
  { ...fact, id: 'oe/3', type: 'OrderSubmitted' },
  { ...fact, id: 'oe/4', type: 'OrderAccepted', venueOrderId: 'paper-9' },
  { ...fact, id: 'oe/5', type: 'OrderRejected', code: 'UNKNOWN_SYMBOL' },
  { ...fact, id: 'oe/6', type: 'OrderTriggered' },
  { ...fact, id: 'oe/7', type: 'OrderCancelRequested', reason: 'flat' },
  { ...fact, id: 'oe/8', type: 'OrderCancelRejected', code: 'TOO_LATE' },
  { ...fact, id: 'oe/9', type: 'OrderCanceled', reason: 'flat' },
  { ...fact, id: 'oe/10', type: 'OrderExpired' },
  { ...fact, id: 'oe/12', type: 'OrderInitialized', intent: trailing },
  { ...fact, id: 'oe/13', type: 'OrderEmulated' },
  { ...fact, id: 'oe/14', type: 'OrderReleased', price: price('1398.5') },
  {
    ...fact,
    id: 'oe/15',
    type: 'OrderUpdateRequested',
    change: { quantity: quantity('20'), limitPrice: price('2'), stopPrice: price('1'), trail: { by: 'AMOUNT', value: price('1.5') } },
    reason: 'tighter',
  },
  {
    ...fact,
    id: 'oe/16',
    type: 'OrderUpdated',
    terms: {
      type: 'TRAILING_STOP_LIMIT',
      quantity: quantity('20'),
      stopPrice: price('1390'),
      trail: { by: 'AMOUNT', value: price('1.5') },
      limitOffset: price('0.25'),
    },
    venueOrderId: 'b-77',
  },
  { ...fact, id: 'oe/17', type: 'OrderUpdated', terms: { type: 'LIMIT', quantity: quantity('20'), limitPrice: price('2') } },
  { ...fact, id: 'oe/18', type: 'OrderUpdateRejected', code: 'TOO_LATE' },
  {
    ...fact,
    id: 'oe/11',
    type: 'OrderFilled',
    fillId: 'fl/1',
    side: 'SELL',
    quantity: quantity('1'),
    price: price('1455.219971'),
    commission: money('1.455219971'),
    slippage: money('-0.01'),
    leavesQuantity: quantity('0'),
  },
];
const booked = { at, causes: ['oc/1'], currency: 'USD' };
export const accountEvents: readonly AccountEvent[] = [
  { ...booked, id: 'ae/1', type: 'DividendPaid', symbol, amount: money('-12.5'), perShare: price('0.5'), quantity: quantity('-25') },
  { id: 'ae/2', at, causes: [], type: 'SharesSplit', symbol, numerator: 3n, denominator: 2n, cashInLieu: money('0.75') },
  { ...booked, id: 'ae/3', type: 'BorrowCharged', symbol, amount: money('1.25') },
  { ...booked, id: 'ae/4', type: 'InterestBooked', amount: money('-0.02') },
  { ...booked, id: 'ae/5', type: 'FeeCharged', amount: money('1'), description: 'commission', fillId: 'fl/1' },
  { ...booked, id: 'ae/6', type: 'FeeCharged', amount: money('4.5'), description: 'data' },
  { ...booked, id: 'ae/7', type: 'CashTransferred', amount: money('-500'), description: 'withdrawal' },
  {
    id: 'ae/8',
    at,
    causes: [],
    type: 'CurrencyConverted',
    sold: money('100'),
    soldCurrency: 'EUR',
    bought: money('108.5'),
    boughtCurrency: 'USD',
  },
  { id: 'ae/11', at, causes: ['snapshot/1'], type: 'RatesMarked', rates: { EUR: price('1.085'), JPY: price('0.006451613') } },
  {
    id: 'ae/9',
    at,
    causes: ['cmd/1'],
    type: 'PositionAdjusted',
    symbol,
    quantity: quantity('-3'),
    averagePrice: price('1401'),
    reason: 'accepted',
  },
  { ...booked, id: 'ae/10', type: 'CashAdjusted', amount: money('0.01'), reason: 'accepted' },
];
export const account: AccountSnapshot = {
  accountId,
  at,
  currency: 'USD',
  cash: money('-12.5'),
  equity: money('100000'),
  realisedPnl: money('1'),
  unrealisedPnl: money('-2'),
  feesPaid: money('3'),
  positions: [
    {
      symbol,
      quantity: quantity('-3'),
      averagePrice: price('10'),
      markPrice: price('11'),
      marketValue: money('-33'),
      unrealisedPnl: money('-3'),
      realisedPnl: money('0'),
    },
  ],
};
