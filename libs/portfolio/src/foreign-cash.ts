import { absolute, add, divideHalfEven, negate, scaleBy, subtract, ZERO_MONEY } from '@tradewind/vocabulary';
import type { Decimal, Money } from '@tradewind/vocabulary';

import { AccountingError } from './accounting-error.js';
import type { AccountState, ForeignCash } from './account.js';

const UNIT = 1_000_000_000n;

const withForeign = (account: AccountState, currency: string, held: ForeignCash): AccountState => ({
  ...account,
  foreign: { ...account.foreign, [currency]: held },
});

/**
 * Tells what other currencies are worth; balances are valued so until the next rate. A currency has to have a rate before anything is booked in it.
 * Throws AccountingError RATE_INVALID on a rate of zero or less, or one for the account's own currency.
 */
export const applyRates = (account: AccountState, rates: Readonly<Record<string, Decimal>>): AccountState => {
  let next = account;
  for (const [currency, rate] of Object.entries(rates)) {
    if (rate <= 0n || currency === account.currency) throw new AccountingError('RATE_INVALID', `${rate} is no rate of ${currency}`);
    const held = account.foreign?.[currency];
    if (held?.rate !== rate) next = withForeign(next, currency, { cash: held?.cash ?? ZERO_MONEY, cost: held?.cost ?? ZERO_MONEY, rate });
  }
  return next;
};

const NO_FOREIGN_CASH = { value: ZERO_MONEY, cost: ZERO_MONEY } as const;

/** What all foreign cash is worth at the last rates, and what was given for it. */
export const foreignTotals = ({ foreign }: AccountState): { readonly value: Money; readonly cost: Money } => {
  if (foreign === undefined) return NO_FOREIGN_CASH;
  let value = ZERO_MONEY;
  let cost = ZERO_MONEY;
  for (const held of Object.values(foreign)) {
    value = add(value, scaleBy(held.cash, held.rate));
    cost = add(cost, held.cost);
  }
  return { value, cost };
};

const foreignOf = (account: AccountState, currency: string, id: string): ForeignCash => {
  const held = account.foreign?.[currency];
  if (held === undefined) throw new AccountingError('CURRENCY_UNKNOWN', `${id} is in ${currency}, which has no rate yet`);
  return held;
};

/** An amount of another currency in the account's, at the last rate. Throws AccountingError CURRENCY_UNKNOWN without one. */
export const valueOf = (account: AccountState, amount: Money, currency: string, id: string): Money =>
  currency === account.currency ? amount : scaleBy(amount, foreignOf(account, currency, id).rate);

/**
 * Moves `amount` (signed) of a currency for `value` (signed alike) of the account's. Cash that goes takes its share of the cost with it, and the rest of the value
 * is realised; so is what a balance that changes its sign had gained.
 */
const exchange = (account: AccountState, currency: string, amount: Money, value: Money, id: string): AccountState => {
  const held = foreignOf(account, currency, id);
  const grows = held.cash === 0n || held.cash > 0n === amount > 0n;
  if (grows) return withForeign(account, currency, { ...held, cash: add(held.cash, amount), cost: add(held.cost, value) });
  const turns = absolute(amount) > absolute(held.cash);
  const share = turns ? held.cost : (divideHalfEven(held.cost * absolute(amount), absolute(held.cash)) as Money);
  const closing = turns ? (divideHalfEven(value * absolute(held.cash), absolute(amount)) as Money) : value;
  const realised = subtract(negate(closing), share);
  const cost = turns ? subtract(value, closing) : subtract(held.cost, share);
  const moved = withForeign(account, currency, { ...held, cash: add(held.cash, amount), cost });
  return { ...moved, realisedPnl: add(moved.realisedPnl, realised) };
};

/** Cash of any currency comes (above zero) or goes; what it is worth is told by `valueOf` and booked by the caller. */
export const moveCash = (account: AccountState, amount: Money, currency: string, id: string): AccountState =>
  currency === account.currency
    ? { ...account, cash: add(account.cash, amount) }
    : exchange(account, currency, amount, valueOf(account, amount, currency, id), id);

interface Conversion {
  readonly id: string;
  readonly sold: Money;
  readonly soldCurrency: string;
  readonly bought: Money;
  readonly boughtCurrency: string;
}

/**
 * Sells one currency for another. Against the account's own the deal's price is exact and becomes the currency's rate; between two others the sold one
 * is valued at its last rate. Throws AccountingError ADJUSTMENT_INVALID on amounts that are not above zero or one currency for itself.
 */
export const convertCash = (account: AccountState, deal: Conversion): AccountState => {
  const { id, sold, soldCurrency, bought, boughtCurrency } = deal;
  if (sold <= 0n || bought <= 0n || soldCurrency === boughtCurrency) {
    throw new AccountingError('ADJUSTMENT_INVALID', `${id} converts ${sold} ${soldCurrency} to ${bought} ${boughtCurrency}`);
  }
  if (soldCurrency === account.currency) {
    const rated = applyRates(account, { [boughtCurrency]: divideHalfEven(sold * UNIT, bought) as Money });
    return exchange({ ...rated, cash: subtract(rated.cash, sold) }, boughtCurrency, bought, sold, id);
  }
  if (boughtCurrency === account.currency) {
    const rated = applyRates(account, { [soldCurrency]: divideHalfEven(bought * UNIT, sold) as Money });
    return exchange({ ...rated, cash: add(rated.cash, bought) }, soldCurrency, negate(sold), negate(bought), id);
  }
  const value = valueOf(account, sold, soldCurrency, id);
  const rated = applyRates(account, { [boughtCurrency]: divideHalfEven(value * UNIT, bought) as Money });
  return exchange(exchange(rated, soldCurrency, negate(sold), negate(value), id), boughtCurrency, bought, value, id);
};
