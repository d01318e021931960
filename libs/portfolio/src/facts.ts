import type { AccountId, Decimal, Money, Price, Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';

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

interface AccountFact {
  /** Derived from what caused it: booking it twice is booking it once. */
  readonly id: string;
  readonly at: UnixNanos;
  readonly causes: readonly string[];
}

/** What changes an account beside fills. Amounts are signed changes of cash unless said otherwise. */
export type AccountEvent =
  | (AccountFact & {
      readonly type: 'DividendPaid';
      readonly symbol: Symbol;
      /** Above zero for a long position; a short one pays it. */
      readonly amount: Money;
      readonly currency: string;
      readonly perShare: Price;
      /** Signed quantity held at the ex-date. */
      readonly quantity: Quantity;
    })
  /** `numerator` new shares for `denominator` old ones; a fraction that is left is paid out in `cashInLieu`. */
  | (AccountFact & {
      readonly type: 'SharesSplit';
      readonly symbol: Symbol;
      readonly numerator: bigint;
      readonly denominator: bigint;
      readonly cashInLieu: Money;
    })
  | (AccountFact & { readonly type: 'BorrowCharged'; readonly symbol: Symbol; readonly amount: Money; readonly currency: string })
  | (AccountFact & { readonly type: 'InterestBooked'; readonly amount: Money; readonly currency: string })
  /** A commission that came after its fill, a regulatory fee, a data fee. Positive is a cost. */
  | (AccountFact & {
      readonly type: 'FeeCharged';
      readonly amount: Money;
      readonly currency: string;
      readonly description: string;
      readonly fillId?: string;
    })
  /** Deposit or withdrawal: changes equity without profit. */
  | (AccountFact & { readonly type: 'CashTransferred'; readonly amount: Money; readonly currency: string; readonly description: string })
  /** `sold` of one currency (above zero) for `bought` of the other. */
  | (AccountFact & {
      readonly type: 'CurrencyConverted';
      readonly sold: Money;
      readonly soldCurrency: string;
      readonly bought: Money;
      readonly boughtCurrency: string;
    })
  /** What one unit of each currency is worth in the account's from now on. */
  | (AccountFact & { readonly type: 'RatesMarked'; readonly rates: Readonly<Record<string, Decimal>> })
  /** The books are brought to the venue's word: a position to `quantity` at `averagePrice`. */
  | (AccountFact & {
      readonly type: 'PositionAdjusted';
      readonly symbol: Symbol;
      readonly quantity: Quantity;
      readonly averagePrice: Price;
      readonly reason: string;
    })
  | (AccountFact & { readonly type: 'CashAdjusted'; readonly amount: Money; readonly currency: string; readonly reason: string });
