import { divideHalfEven, notional } from '@tradewind/vocabulary';
import type { Decimal, Money, Price, Quantity } from '@tradewind/vocabulary';

import { AccountingError } from './accounting-error.js';

const UNIT = 1_000_000_000n;
const CENT = 10_000_000n;
const DAYS_OF_A_YEAR = 360n;
const COLLATERAL_PERCENT = 102n;

/** What a borrowed share counts as: 102% of its close, rounded up to a whole unit of the currency. */
export const collateralMark = (close: Price): Price => {
  const exact = close * COLLATERAL_PERCENT;
  const dollar = UNIT * 100n;
  return (((exact + dollar - 1n) / dollar) * UNIT) as Price;
};

/**
 * Fee for borrowing `quantity` shares (above zero) for `days` nights at `annualRatio` (0.05 is 5% a year), rounded half to even to the cent: collateral
 * mark × quantity × ratio × days / 360, as the convention of the stock loan market and the statements of Interactive Brokers have it ("Borrow Fee
 * Details" of the reporting guide). BorrowCharged takes it as a negative amount. Throws AccountingError BORROW_INVALID.
 */
export const borrowFee = (close: Price, quantity: Quantity, annualRatio: Decimal, days = 1): Money => {
  if (close <= 0n || quantity <= 0n || annualRatio < 0n || !Number.isSafeInteger(days) || days < 0) {
    throw new AccountingError('BORROW_INVALID', `no borrowing of ${quantity} at ${close} for ${days} days and ${annualRatio}`);
  }
  const value = notional(collateralMark(close), quantity);
  return (divideHalfEven(value * annualRatio * BigInt(days), UNIT * DAYS_OF_A_YEAR * CENT) * CENT) as Money;
};
