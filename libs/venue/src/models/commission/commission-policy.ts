import type { Money, Price, Quantity, Side, UnixNanos } from '@tradewind/vocabulary';

/** One fill and what came before it: minimums, caps and rounding count by order, by day or by month, not by fill. */
export interface CommissionableFill {
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly at: UnixNanos;
  /** Whether we rested or took; undefined when that is not known, which costs as much as taking. */
  readonly liquidity?: 'ADDED' | 'REMOVED';
  /** Earlier fills of the same order. */
  readonly order?: OrderSoFar;
  /** Earlier fills of the account. */
  readonly account?: AccountSoFar;
}

export interface OrderSoFar {
  readonly quantity: Quantity;
  readonly notional: Money;
  readonly commission: Money;
}

export interface AccountSoFar {
  /** Traded in this calendar month. */
  readonly monthQuantity: Quantity;
  /** Regulatory fees of this day, not rounded. */
  readonly dayFees: DayFees;
}

export interface DayFees {
  readonly section31: Money;
  readonly tradingActivity: Money;
  readonly auditTrail: Money;
}

export interface CommissionPolicy {
  /** What the fill costs, commission and fees together, in whole cents; below zero for a rebate. */
  commission(fill: CommissionableFill): Money;
}

export const CENT = 10_000_000n;
