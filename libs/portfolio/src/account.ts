import {
  absolute,
  add,
  averagePrice,
  copyRecord,
  negate,
  notional,
  subtract,
  ZERO_MONEY,
  ZERO_PRICE,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';
import type { AccountId, Decimal, Money, Price, Quantity, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { AccountingError } from './accounting-error.js';
import { closeLots } from './lot.js';
import type { ChosenLot, Lot, LotMethod } from './lot.js';

/** An open position. Cost is kept as money, not as an average price, so that profit is exact to the last unit of 10^-9. */
export interface Position {
  readonly symbol: Symbol;
  /** Signed; positive is long. Never zero: a flat position leaves the account. */
  readonly quantity: Quantity;
  /** Signed money put in for the open quantity: paid for a long position, minus what was received for a short one. Without fees. */
  readonly cost: Money;
  /** Oldest first, with their dates; which of them a close takes is the account's method or the fill's own choice. */
  readonly lots: readonly Lot[];
  /** The last close seen, or the last fill before any close. */
  readonly markPrice: Price;
  /** Realised since the position was last flat, before fees. */
  readonly realisedPnl: Money;
}

/** Cash in another currency than the account's. It is worth what the last rate says; what was given for it is kept, so that profit of rates shows. */
export interface ForeignCash {
  /** In its own currency; negative is borrowed. */
  readonly cash: Money;
  /** In the account's currency, signed like the cash. */
  readonly cost: Money;
  /** Units of the account's currency for one of this; above zero. */
  readonly rate: Decimal;
}

/** Plain data. Instruments are traded in the account's own currency; cash may be held in others. Margin is not modelled. */
export interface AccountState {
  readonly accountId: AccountId;
  readonly currency: string;
  readonly openingCash: Money;
  readonly cash: Money;
  /** Since the account was opened, before fees. */
  readonly realisedPnl: Money;
  readonly feesPaid: Money;
  /** FIFO when absent. */
  readonly lotMethod?: LotMethod;
  /** By currency; absent when there never was any. */
  readonly foreign?: Readonly<Record<string, ForeignCash>>;
  readonly positions: Readonly<Record<string, Position>>;
}

/** What a venue's execution does to cash and positions. */
export interface AccountFill {
  readonly fillId: string;
  readonly symbol: Symbol;
  readonly side: Side;
  /** Above zero. */
  readonly quantity: Quantity;
  readonly price: Price;
  readonly commission: Money;
  readonly at: UnixNanos;
  /** Lots to close before those that the account's method takes (specific identification). */
  readonly closes?: readonly ChosenLot[];
}

export const openAccount = (opening: {
  accountId: AccountId;
  currency: string;
  openingCash: Money;
  lotMethod?: LotMethod;
}): AccountState => ({
  ...opening,
  cash: opening.openingCash,
  realisedPnl: ZERO_MONEY,
  feesPaid: ZERO_MONEY,
  positions: {},
});

interface Booked {
  readonly position: Position | undefined;
  readonly realised: Money;
}

const opened = (fill: AccountFill, quantity: Quantity, cost: Money, lots: readonly Lot[]): readonly Lot[] => [
  ...lots,
  { fillId: fill.fillId, openedAt: fill.at, quantity, cost },
];

const increase = (held: Position | undefined, fill: AccountFill, quantity: Quantity, cost: Money): Booked => ({
  realised: ZERO_MONEY,
  position: {
    symbol: fill.symbol,
    quantity: add(held?.quantity ?? ZERO_QUANTITY, quantity),
    cost: add(held?.cost ?? ZERO_MONEY, cost),
    lots: opened(fill, quantity, cost, held?.lots ?? []),
    markPrice: held?.markPrice ?? fill.price,
    realisedPnl: held?.realisedPnl ?? ZERO_MONEY,
  },
});

/** A fill against the position: closes lots by the account's method, and what is left over opens the other way. */
const reduce = (held: Position, fill: AccountFill, quantity: Quantity, cost: Money, method: LotMethod | undefined): Booked => {
  const closes = absolute(quantity) <= absolute(held.quantity);
  const closed = closes ? quantity : negate(held.quantity);
  const closedCash = closes ? cost : notional(fill.price, closed);
  const matched = closeLots(held.lots, absolute(closed), method, fill.closes);
  const realised = negate(add(closedCash, matched.cost));
  const left = add(held.quantity, quantity);
  if (left === 0n) return { position: undefined, realised };
  if (!closes) return { ...increase(undefined, fill, left, subtract(cost, closedCash)), realised };
  return {
    realised,
    position: {
      ...held,
      quantity: left,
      cost: subtract(held.cost, matched.cost),
      lots: matched.rest,
      realisedPnl: add(held.realisedPnl, realised),
    },
  };
};

/** An account, with its record of positions, that nobody but its maker holds: it is changed in place. */
export type OwnedAccount = { -readonly [K in keyof AccountState]: AccountState[K] } & { readonly positions: Record<string, Position> };

/**
 * `applyFill` into an account of the caller's own, for whoever books many fills in a row and has many positions. Throws AccountingError as
 * `applyFill` does, and then has changed nothing.
 */
export const bookFill = (account: OwnedAccount, fill: AccountFill): void => {
  if (fill.quantity <= 0n || fill.price <= 0n || fill.commission < 0n) {
    throw new AccountingError('FILL_INVALID', `fill ${fill.fillId} needs a quantity and price above zero and no negative commission`);
  }
  const quantity = fill.side === 'BUY' ? fill.quantity : negate(fill.quantity);
  const cost = notional(fill.price, quantity);
  const held = account.positions[fill.symbol];
  const against = held !== undefined && held.quantity > 0n !== quantity > 0n;
  const { position, realised } = against ? reduce(held, fill, quantity, cost, account.lotMethod) : increase(held, fill, quantity, cost);
  account.cash = subtract(subtract(account.cash, cost), fill.commission);
  account.realisedPnl = add(account.realisedPnl, realised);
  account.feesPaid = add(account.feesPaid, fill.commission);
  if (position === undefined) delete account.positions[fill.symbol];
  else account.positions[fill.symbol] = position;
};

/** Books one execution. Throws AccountingError when quantity or price is not above zero or the commission is negative. */
export const applyFill = (account: AccountState, fill: AccountFill): AccountState => {
  const owned: OwnedAccount = { ...account, positions: copyRecord(account.positions) };
  bookFill(owned, fill);
  return owned;
};

/** Marks one position of an account of the caller's own, if it is held. Throws AccountingError on a mark of zero or less. */
export const markPosition = (account: OwnedAccount, symbol: string, close: Price): void => {
  const held = account.positions[symbol];
  if (held === undefined || held.markPrice === close) return;
  if (close <= 0n) throw new AccountingError('MARK_INVALID', `close of ${symbol} must be above zero`);
  account.positions[symbol] = { ...held, markPrice: close };
};

/** Remembers the latest closes of held symbols; a symbol without a close keeps its last one. Throws AccountingError on a mark of zero or less. */
export const applyMarks = (account: AccountState, closes: Readonly<Record<string, Price>>): AccountState => {
  let changed: Record<string, Position> | undefined;
  for (const symbol of Object.keys(account.positions)) {
    const close = closes[symbol];
    const held = account.positions[symbol];
    if (close === undefined || held === undefined || held.markPrice === close) continue;
    if (close <= 0n) throw new AccountingError('MARK_INVALID', `close of ${symbol} must be above zero`);
    changed ??= copyRecord(account.positions);
    changed[symbol] = { ...held, markPrice: close };
  }
  return changed === undefined ? account : { ...account, positions: changed };
};

/** Average cost per unit, rounded half to even at 10^-9; for display, the books use the exact cost. */
export const averageCost = (position: Position): Price =>
  position.quantity === 0n ? ZERO_PRICE : averagePrice(position.cost, position.quantity);
