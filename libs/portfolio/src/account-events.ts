import {
  absolute,
  add,
  divideHalfEven,
  floorToStep,
  negate,
  notional,
  quantity,
  subtract,
  unreachable,
  ZERO_MONEY,
} from '@tradewind/vocabulary';
import type { Money, Price, Quantity } from '@tradewind/vocabulary';

import { AccountingError } from './accounting-error.js';
import type { AccountState, Position } from './account.js';
import type { AccountEvent } from './facts.js';
import { applyRates, convertCash, moveCash, valueOf } from './foreign-cash.js';
import { closeLots } from './lot.js';
import type { Lot } from './lot.js';

type EventOf<T extends AccountEvent['type']> = Extract<AccountEvent, { readonly type: T }>;

const WHOLE = quantity('1');

/** Profit or loss: cash and what was realised change together. */
const realise = (account: AccountState, amount: Money, currency: string, id: string): AccountState => {
  const value = valueOf(account, amount, currency, id);
  const moved = moveCash(account, amount, currency, id);
  return { ...moved, realisedPnl: add(moved.realisedPnl, value) };
};

const feeCharged = (account: AccountState, { amount, currency, id }: EventOf<'FeeCharged'>): AccountState => {
  const value = valueOf(account, amount, currency, id);
  const moved = moveCash(account, negate(amount), currency, id);
  return { ...moved, feesPaid: add(moved.feesPaid, value) };
};

const cashTransferred = (account: AccountState, { amount, currency, id }: EventOf<'CashTransferred'>): AccountState => {
  const value = valueOf(account, amount, currency, id);
  const moved = moveCash(account, amount, currency, id);
  return { ...moved, openingCash: add(moved.openingCash, value) };
};

const withPosition = (account: AccountState, symbol: string, position: Position | undefined): AccountState => {
  const { [symbol]: _before, ...rest } = account.positions;
  return { ...account, positions: position === undefined ? rest : { ...rest, [symbol]: position } };
};

/**
 * The position is set to what the event says. Cash stays, so what the position gained in cost counts as realised; a cash adjustment that goes with it
 * takes it away again, and equity stays explained to the last unit.
 */
const positionAdjusted = (account: AccountState, event: EventOf<'PositionAdjusted'>): AccountState => {
  const held = account.positions[event.symbol];
  if (event.quantity !== 0n && event.averagePrice <= 0n)
    throw new AccountingError('ADJUSTMENT_INVALID', `${event.id} needs an average price above zero`);
  const cost = notional(event.averagePrice, event.quantity);
  const lot: Lot = { fillId: event.id, openedAt: event.at, quantity: event.quantity, cost };
  const position: Position | undefined =
    event.quantity === 0n
      ? undefined
      : {
          symbol: event.symbol,
          quantity: event.quantity,
          cost,
          lots: [lot],
          markPrice: held?.markPrice ?? event.averagePrice,
          realisedPnl: held?.realisedPnl ?? ZERO_MONEY,
        };
  const gained = subtract(event.quantity === 0n ? ZERO_MONEY : cost, held?.cost ?? ZERO_MONEY);
  return { ...withPosition(account, event.symbol, position), realisedPnl: add(account.realisedPnl, gained) };
};

const scaled = (amount: Quantity, numerator: bigint, denominator: bigint): Quantity =>
  divideHalfEven(amount * numerator, denominator) as Quantity;

/** Every lot in proportion, at the cost it had; what rounding of the quantities leaves over is the last lot's, so that lots add up to the position. */
const splitLots = (lots: readonly Lot[], held: Position, after: Quantity): readonly Lot[] => {
  let left = after;
  return lots.map((lot, index) => {
    const share = index === lots.length - 1 ? left : (divideHalfEven(after * lot.quantity, held.quantity) as Quantity);
    left = subtract(left, share);
    return { ...lot, quantity: share };
  });
};

/** Cash in lieu buys the fraction of a share that is left: it closes lots as a sale would, at their cost, and the rest of the cash is realised. */
const sharesSplit = (account: AccountState, event: EventOf<'SharesSplit'>): AccountState => {
  const held = account.positions[event.symbol];
  if (event.numerator <= 0n || event.denominator <= 0n)
    throw new AccountingError('ADJUSTMENT_INVALID', `${event.id} needs a ratio above zero`);
  if (held === undefined) return realise(account, event.cashInLieu, account.currency, event.id);
  const exact = scaled(held.quantity, event.numerator, event.denominator);
  const after = event.cashInLieu === 0n ? exact : floorToStep(exact, WHOLE);
  const fraction = absolute(subtract(exact, after));
  const lots = splitLots(held.lots, held, exact);
  const closed = fraction === 0n ? { cost: ZERO_MONEY, rest: lots } : closeLots(lots, fraction, account.lotMethod);
  const markPrice = divideHalfEven(held.markPrice * event.denominator, event.numerator) as Price;
  const position = { ...held, quantity: after, cost: subtract(held.cost, closed.cost), lots: closed.rest, markPrice };
  return {
    ...withPosition(account, event.symbol, after === 0n ? undefined : position),
    cash: add(account.cash, event.cashInLieu),
    realisedPnl: add(account.realisedPnl, subtract(event.cashInLieu, closed.cost)),
  };
};

/**
 * Books what changes an account beside fills; the equity identity of `snapshotOf` holds after each. Throws AccountingError on a currency that has
 * no rate yet, on an adjustment that can't be, and on a rate of zero or less.
 */
export const applyAccountEvent = (account: AccountState, event: AccountEvent): AccountState => {
  switch (event.type) {
    case 'DividendPaid':
    case 'BorrowCharged':
    case 'InterestBooked':
    case 'CashAdjusted':
      return realise(account, event.amount, event.currency, event.id);
    case 'FeeCharged':
      return feeCharged(account, event);
    case 'CashTransferred':
      return cashTransferred(account, event);
    case 'PositionAdjusted':
      return positionAdjusted(account, event);
    case 'SharesSplit':
      return sharesSplit(account, event);
    case 'RatesMarked':
      return applyRates(account, event.rates);
    case 'CurrencyConverted':
      return convertCash(account, event);
    default:
      return unreachable(event);
  }
};
