import type { AccountEvent, AccountState } from '@tradewind/portfolio';
import {
  absolute,
  averagePrice,
  divideHalfEven,
  formatDecimal,
  negate,
  unreachable,
  ZERO_MONEY,
  ZERO_PRICE,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';
import type { Money, Price } from '@tradewind/vocabulary';
import type { VenueActivity } from '@tradewind/venue';

import { alignProtection } from '../desk/protection.js';
import type { Comparison } from './comparison.js';

const CENT = 10_000_000n;
/** Venues book dividends and fees days later, under a date without a time. */
export const ACTIVITY_LAG_NANOS = 3n * 86_400_000_000_000n;

/** What the books hold of a currency, the account's own or one that has a rate. */
const cashHeld = (account: AccountState, currency: string): Money =>
  currency === account.currency ? account.cash : (account.foreign?.[currency]?.cash ?? ZERO_MONEY);

const isKept = (account: AccountState, currency: string): boolean =>
  currency === account.currency || (account.foreign !== undefined && Object.hasOwn(account.foreign, currency));

const activityEvent = (comparison: Comparison, activity: VenueActivity): AccountEvent | undefined => {
  const { account } = comparison.ledger.state;
  const { amount, currency, description, symbol, kind } = activity;
  const base = { id: `ae/activity/${activity.id}`, at: activity.at, causes: [`activity/${activity.id}`] };
  const held = symbol === undefined ? ZERO_QUANTITY : (account.positions[symbol]?.quantity ?? ZERO_QUANTITY);
  switch (kind) {
    case 'SPLIT': {
      const { ratio } = activity;
      if (symbol === undefined || ratio === undefined || ratio.numerator <= 0n || ratio.denominator <= 0n) return undefined;
      return { ...base, type: 'SharesSplit', symbol, numerator: ratio.numerator, denominator: ratio.denominator, cashInLieu: amount };
    }
    case 'DIVIDEND':
      if (symbol === undefined) return { ...base, type: 'CashAdjusted', amount, currency, reason: description };
      return {
        ...base,
        type: 'DividendPaid',
        symbol,
        amount,
        currency,
        quantity: held,
        perShare: held === 0n ? ZERO_PRICE : averagePrice(amount, held),
      };
    case 'FEE':
      return { ...base, type: 'FeeCharged', amount: negate(amount), currency, description };
    case 'INTEREST':
      return { ...base, type: 'InterestBooked', amount, currency };
    case 'BORROW':
      return symbol === undefined
        ? { ...base, type: 'FeeCharged', amount: negate(amount), currency, description }
        : { ...base, type: 'BorrowCharged', symbol, amount, currency };
    case 'TRANSFER':
      return { ...base, type: 'CashTransferred', amount, currency, description };
    case 'OTHER':
      return { ...base, type: 'CashAdjusted', amount, currency, reason: description };
    default:
      return unreachable(kind);
  }
};

/** A split moves the levels of what protects the position too. */
const splitPlan = (comparison: Comparison, event: Extract<AccountEvent, { type: 'SharesSplit' }>): void => {
  const { ledger, policy } = comparison;
  const plan = ledger.state.desk.protection[event.symbol];
  const moved = (level: Price): Price => divideHalfEven(level * event.denominator, event.numerator) as Price;
  if (plan !== undefined) {
    const stop = plan.stopPrice === undefined ? {} : { stopPrice: moved(plan.stopPrice) };
    const target = plan.takeProfit === undefined ? {} : { takeProfit: moved(plan.takeProfit) };
    ledger.note('ProtectionPlanned', { protection: { [event.symbol]: { ...plan, ...stop, ...target } } });
  }
  alignProtection(ledger, event.symbol, policy, [event.id]);
};

/** Books dividends, fees, interest, transfers, borrow charges and splits, each once. Those in another currency show in its cash. */
export const compareActivities = (comparison: Comparison): void => {
  const { ledger, snapshot } = comparison;
  if (comparison.adopting) return;
  const byTime = [...snapshot.activities].sort((left, right) =>
    left.at < right.at ? -1 : left.at > right.at ? 1 : left.id < right.id ? -1 : 1,
  );
  for (const activity of byTime) {
    const { desk, account } = ledger.state;
    if (
      activity.at < desk.horizon - ACTIVITY_LAG_NANOS ||
      desk.activities[activity.id] !== undefined ||
      !isKept(account, activity.currency)
    )
      continue;
    const event = activityEvent(comparison, activity);
    if (event === undefined) continue;
    ledger.note('AccountCompared', { activities: { [activity.id]: activity.at } });
    ledger.book(event);
    const theirs = `${activity.kind} ${formatDecimal(activity.amount)} ${activity.currency}`;
    comparison.repair({
      code: 'ACTIVITY_BOOKED',
      subject: activity.symbol ?? activity.currency,
      ours: 'none',
      theirs,
      basis: [activity.id],
    });
    if (event.type === 'SharesSplit') splitPlan(comparison, event);
  }
};

/** Compares cash by currency: a cent is rounding, and a cent more for each execution of the window. */
export const compareCash = (comparison: Comparison): void => {
  const { ledger, snapshot } = comparison;
  const { account, desk } = ledger.state;
  const tolerance = CENT * BigInt(1 + Object.keys(desk.executions).length);
  const currencies = new Set([account.currency, ...Object.keys(account.foreign ?? {}), ...Object.keys(snapshot.cash)]);
  for (const currency of [...currencies].sort()) {
    const held = cashHeld(account, currency);
    const theirs = snapshot.cash[currency] ?? ZERO_MONEY;
    const gap = (theirs - held) as Money;
    if (absolute(gap) <= tolerance) continue;
    const found = { subject: currency, ours: formatDecimal(held), theirs: formatDecimal(theirs) };
    if (!isKept(account, currency)) {
      comparison.leave({ ...found, code: 'CASH_CURRENCY', basis: [] });
      continue;
    }
    const id = `ae/cash/${currency}/${gap}/${desk.reconciliations}`;
    const repair: AccountEvent = {
      type: 'CashAdjusted',
      id,
      at: snapshot.at,
      causes: [],
      amount: gap,
      currency,
      reason: 'accepted difference',
    };
    comparison.leave({ ...found, code: 'CASH_DIFFERENCE', basis: [String(gap)], repairs: [repair] });
  }
};
