export type OrderErrorCode =
  | 'TRANSITION_ILLEGAL'
  | 'ORDER_UNKNOWN'
  | 'ORDER_EXISTS'
  | 'OVERFILL'
  | 'FILL_MISMATCH'
  /** An amendment to no quantity, or to less than what is filled. */
  | 'UPDATE_INVALID'
  | 'EXECUTION_CHANGE_INVALID'
  | 'STEP_OUT_OF_ORDER'
  | 'MATCH_INVALID';

/** An order invariant is broken; never a business refusal. */
export class OrderError extends Error {
  override readonly name = 'OrderError';
  constructor(
    readonly code: OrderErrorCode,
    message: string,
  ) {
    super(message);
  }
}
