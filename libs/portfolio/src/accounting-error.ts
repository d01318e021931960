export type AccountingErrorCode =
  | 'FILL_INVALID'
  | 'MARK_INVALID'
  | 'EQUITY_BROKEN'
  | 'CURRENCY_UNKNOWN'
  | 'ADJUSTMENT_INVALID'
  | 'LOT_INVALID'
  | 'BORROW_INVALID'
  | 'RATE_INVALID';

/** The books would not add up any more; never a business refusal. */
export class AccountingError extends Error {
  override readonly name = 'AccountingError';
  constructor(
    readonly code: AccountingErrorCode,
    message: string,
  ) {
    super(message);
  }
}
