import type { AccountId, Money, Price, Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';

export interface PositionView {
  readonly symbol: Symbol;
  /** Signed; positive is long. */
  readonly quantity: Quantity;
  readonly averagePrice: Price;
  readonly markPrice: Price;
  readonly marketValue: Money;
  readonly unrealisedPnl: Money;
  readonly realisedPnl: Money;
}

/** The account at one instant, marked at the last closes. equity = cash + sum of market values. */
export interface AccountSnapshot {
  readonly accountId: AccountId;
  readonly at: UnixNanos;
  readonly currency: string;
  readonly cash: Money;
  readonly equity: Money;
  readonly realisedPnl: Money;
  readonly unrealisedPnl: Money;
  readonly feesPaid: Money;
  readonly positions: readonly PositionView[];
}
