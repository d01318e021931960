import type { CivilDate } from '@tradewind/market';
import { absolute, add, averagePrice, divideHalfEven, least, notional, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Side, Symbol } from '@tradewind/vocabulary';

import type { DayFees } from '../models/commission/commission-policy.js';
import type { SimulatedAccountSettings } from './venue-settings.js';

export interface SimulatedPosition {
  /** Signed, never zero. */
  readonly quantity: Quantity;
  /** What each unit was bought (sold short) for. */
  readonly averagePrice: Price;
}

/** Money that a trade moves on a later day: proceeds above zero, what was bought below. */
interface UnsettledCash {
  readonly date: CivilDate;
  readonly amount: Money;
}

/** Shares that a cash account bought with proceeds that settle on `date`. */
interface UnpaidShares {
  readonly symbol: Symbol;
  readonly quantity: Quantity;
  readonly date: CivilDate;
}

/** The venue's books of the account; plain data. */
export interface SimulatedAccount {
  /** Settled and unsettled together. */
  cash: Money;
  unsettled: UnsettledCash[];
  unpaid: UnpaidShares[];
  /** Dates of good-faith violations of the last year. */
  violations: CivilDate[];
  positions: Record<string, SimulatedPosition>;
  marks: Record<string, Price>;
  month: string;
  monthQuantity: Quantity;
  day: string;
  dayFees: DayFees;
}

/** Three good-faith violations in twelve months restrict a cash account to settled money (as US brokers do under Regulation T, 12 CFR 220.8). */
export const GOOD_FAITH_VIOLATIONS_MAX = 3;
export const NO_DAY_FEES: DayFees = { section31: ZERO_MONEY, tradingActivity: ZERO_MONEY, auditTrail: ZERO_MONEY };

export const openSimulatedAccount = (settings: SimulatedAccountSettings): SimulatedAccount => ({
  cash: settings.openingCash,
  unsettled: [],
  unpaid: [],
  violations: [],
  positions: {},
  marks: {},
  month: '',
  monthQuantity: ZERO_QUANTITY,
  day: '',
  dayFees: NO_DAY_FEES,
});

export const heldOf = (account: SimulatedAccount, symbol: string): Quantity => account.positions[symbol]?.quantity ?? ZERO_QUANTITY;

/** What lies on the account for certain: all cash less what is still to come or to go. Never below zero in a cash account. */
export const settledCash = (account: SimulatedAccount): Money =>
  subtract(
    account.cash,
    account.unsettled.reduce((sum, { amount }) => add(sum, amount), ZERO_MONEY),
  );

const proceedsToCome = (account: SimulatedAccount): Money =>
  account.unsettled.reduce((sum, { amount }) => (amount > 0n ? add(sum, amount) : sum), ZERO_MONEY);

/** What a cash account may spend: without its unsettled proceeds unless it trades in good faith and has not lost that right. */
export const spendableCash = (account: SimulatedAccount, settings: SimulatedAccountSettings): Money => {
  const goodFaith = settings.unsettled === 'GOOD_FAITH' && account.violations.length < GOOD_FAITH_VIOLATIONS_MAX;
  return goodFaith ? account.cash : subtract(account.cash, proceedsToCome(account));
};

/** Money and positions at the last marks. */
export const equityOf = (account: SimulatedAccount): Money => {
  let equity = account.cash as bigint;
  for (const [symbol, { quantity, averagePrice: paid }] of Object.entries(account.positions))
    equity += notional(account.marks[symbol] ?? paid, quantity);
  return equity as Money;
};

/** What the positions are worth, long and short alike. */
export const exposureOf = (account: SimulatedAccount): Money => {
  let exposure = 0n;
  for (const [symbol, { quantity, averagePrice: paid }] of Object.entries(account.positions))
    exposure += notional(account.marks[symbol] ?? paid, absolute(quantity));
  return exposure as Money;
};

/** Twice as much as what is free in thousandths, since a leverage may be 1.5. */
const THOUSAND = 1_000n;

/** What new positions may cost before what open orders reserve: cash accounts spend, margin accounts lever their equity. Below zero when overdrawn. */
export const buyingPowerOf = (account: SimulatedAccount, settings: SimulatedAccountSettings): Money => {
  if (settings.kind === 'CASH') return spendableCash(account, settings);
  const leverage = BigInt(Math.round((settings.leverage ?? 2) * Number(THOUSAND)));
  return subtract(divideHalfEven(equityOf(account) * leverage, THOUSAND) as Money, exposureOf(account));
};

/** Forgets what has settled by the date, and violations older than a year. */
export const settleUpTo = (account: SimulatedAccount, date: CivilDate): void => {
  if (account.unsettled.some((entry) => entry.date <= date)) account.unsettled = account.unsettled.filter((entry) => entry.date > date);
  if (account.unpaid.some((entry) => entry.date <= date)) account.unpaid = account.unpaid.filter((entry) => entry.date > date);
  const yearAgo = `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`;
  if (account.violations.some((day) => day <= yearAgo)) account.violations = account.violations.filter((day) => day > yearAgo);
  if (date.slice(0, 7) !== account.month) {
    account.month = date.slice(0, 7);
    account.monthQuantity = ZERO_QUANTITY;
  }
  if (date !== account.day) {
    account.day = date;
    account.dayFees = NO_DAY_FEES;
  }
};

export interface BookedTrade {
  readonly symbol: Symbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** Commission and fees. */
  readonly cost: Money;
  readonly tradeDate: CivilDate;
  readonly settlementDate: CivilDate;
}

const positionAfter = (before: SimulatedPosition | undefined, change: Quantity, price: Price): SimulatedPosition | undefined => {
  if (before === undefined) return { quantity: change, averagePrice: price };
  const quantity = add(before.quantity, change);
  if (quantity === 0n) return undefined;
  const sameSide = before.quantity > 0n === change > 0n;
  if (sameSide) {
    const total = add(notional(before.averagePrice, absolute(before.quantity)), notional(price, absolute(change)));
    return { quantity, averagePrice: averagePrice(total, absolute(quantity)) };
  }
  const turned = before.quantity > 0n !== quantity > 0n;
  return { quantity, averagePrice: turned ? price : before.averagePrice };
};

/** Cash accounts: shares bought with proceeds that have not settled, and the sale of such shares before they have. */
const keepGoodFaith = (account: SimulatedAccount, trade: BookedTrade, paid: Money): void => {
  if (trade.side === 'BUY') {
    const short = subtract(paid, subtract(account.cash, proceedsToCome(account)));
    if (short <= 0n) return;
    const date = account.unsettled.reduce(
      (latest, entry) => (entry.amount > 0n && entry.date > latest ? entry.date : latest),
      trade.tradeDate,
    );
    account.unpaid.push({ symbol: trade.symbol, quantity: trade.quantity, date });
    return;
  }
  const unpaid = account.unpaid.reduce((sum, entry) => (entry.symbol === trade.symbol ? add(sum, entry.quantity) : sum), ZERO_QUANTITY);
  const paidFor = subtract(heldOf(account, trade.symbol), unpaid);
  if (trade.quantity <= paidFor || unpaid === 0n) return;
  account.violations.push(trade.tradeDate);
  let sold = subtract(trade.quantity, paidFor);
  account.unpaid = account.unpaid.flatMap((entry) => {
    if (entry.symbol !== trade.symbol || sold === 0n) return [entry];
    const taken = least(sold, entry.quantity);
    sold = subtract(sold, taken);
    return taken === entry.quantity ? [] : [{ ...entry, quantity: subtract(entry.quantity, taken) }];
  });
};

/** One entry a day and direction: a busy day doesn't grow the books. */
const comeLater = (account: SimulatedAccount, date: CivilDate, amount: Money): void => {
  const place = account.unsettled.findIndex((entry) => entry.date === date && entry.amount > 0n === amount > 0n);
  if (place < 0) account.unsettled.push({ date, amount });
  else account.unsettled[place] = { date, amount: add(account.unsettled[place]!.amount, amount) };
};

/** Books one execution: position, cash, and when the cash settles. */
export const bookTrade = (account: SimulatedAccount, settings: SimulatedAccountSettings, trade: BookedTrade): void => {
  const { symbol, side, quantity, price, cost } = trade;
  const value = notional(price, quantity);
  const change = (side === 'BUY' ? -value - cost : value - cost) as Money;
  if (settings.kind === 'CASH') keepGoodFaith(account, trade, -change as Money);
  account.cash = add(account.cash, change);
  if (trade.settlementDate > trade.tradeDate) comeLater(account, trade.settlementDate, change);
  account.monthQuantity = add(account.monthQuantity, quantity);
  const signed = (side === 'BUY' ? quantity : -quantity) as Quantity;
  const after = positionAfter(account.positions[symbol], signed, price);
  if (after === undefined) delete account.positions[symbol];
  else account.positions[symbol] = after;
  account.marks[symbol] = price;
};
