import type { ReconciliationDifference } from '../facts.js';

export interface ReconciliationCodeEntry {
  readonly kind: ReconciliationDifference['kind'];
  /** What is done about it without a person. */
  readonly outcome: 'REPAIRED' | 'OPEN';
  readonly meaning: string;
  /** What is booked or said: at once when REPAIRED, on acceptance when OPEN. */
  readonly repair: string;
}

/** Every difference that reconciliation tells. Codes never change their meaning and are never reused. */
export const RECONCILIATION_CODES = {
  OPENING_BALANCE: {
    kind: 'CASH',
    outcome: 'REPAIRED',
    meaning: 'An account that has never traded here meets its venue for the first time.',
    repair: 'The cash of the venue is booked as a transfer.',
  },
  MISSING_FILL: {
    kind: 'EXECUTION',
    outcome: 'REPAIRED',
    meaning: 'The venue lists an execution of our order that no report has told.',
    repair: 'Booked as a fill under its own execution id; the report, should it come, is a duplicate.',
  },
  MANUAL_TRADE: {
    kind: 'EXECUTION',
    outcome: 'REPAIRED',
    meaning: 'The venue lists an execution of an order that was placed elsewhere.',
    repair: 'Booked on an external order of its own; alerted as UNKNOWN_ORDER.',
  },
  EXECUTION_CORRECTED: {
    kind: 'EXECUTION',
    outcome: 'REPAIRED',
    meaning: 'The venue lists one of our executions with another quantity or price.',
    repair: 'Position and cash are adjusted to what it says now.',
  },
  LATE_COMMISSION: {
    kind: 'EXECUTION',
    outcome: 'REPAIRED',
    meaning: 'The venue lists a commission that was unknown when the execution was booked.',
    repair: 'What is still due is charged as a fee.',
  },
  EXECUTION_ABSENT: {
    kind: 'EXECUTION',
    outcome: 'OPEN',
    meaning: 'We booked an execution that the venue does not list, though it lists all of its time.',
    repair: 'None: if it was taken back, position and cash differ too, and are accepted as such.',
  },
  OVERFILL: {
    kind: 'EXECUTION',
    outcome: 'OPEN',
    meaning: 'The venue filled more than an order asked for; the excess is booked.',
    repair: 'None: accepting lets entries go on.',
  },
  INFERRED_FILL: {
    kind: 'EXECUTION',
    outcome: 'REPAIRED',
    meaning: 'The venue shows an order filled further than its list of executions reaches back.',
    repair: 'A fill at the price that the order’s average price implies; the true execution, should it come, replaces it.',
  },
  FILL_UNLISTED: {
    kind: 'ORDER',
    outcome: 'OPEN',
    meaning: 'The venue shows an order filled further than its executions add up to, though it lists all of them.',
    repair: 'None: if it lasts, position and cash differ too, and are accepted as such.',
  },
  FILLED_LESS: {
    kind: 'ORDER',
    outcome: 'OPEN',
    meaning: 'The venue shows an order filled less than we have booked.',
    repair: 'None: if executions were taken back, position and cash differ too.',
  },
  ORDER_ACKNOWLEDGED: {
    kind: 'ORDER',
    outcome: 'REPAIRED',
    meaning: 'The venue has an order whose acknowledgement never came.',
    repair: 'Acknowledged.',
  },
  ORDER_ENDED: {
    kind: 'ORDER',
    outcome: 'REPAIRED',
    meaning: 'An order that we thought working has ended at the venue.',
    repair: 'Ended as the venue says.',
  },
  ORDER_AMENDED: {
    kind: 'ORDER',
    outcome: 'REPAIRED',
    meaning: 'A working order has another quantity or price at the venue than here, e.g. after a split.',
    repair: 'Its terms become the venue’s.',
  },
  ORDER_MISSING: {
    kind: 'ORDER',
    outcome: 'OPEN',
    meaning: 'The venue does not know an order any more that it had acknowledged.',
    repair: 'The order is cancelled here.',
  },
  ORDER_REVIVED: {
    kind: 'ORDER',
    outcome: 'OPEN',
    meaning: 'An order that ended here is working at the venue.',
    repair: 'It is being cancelled at the venue, and the difference goes when it is.',
  },
  UNKNOWN_ORDER: {
    kind: 'ORDER',
    outcome: 'OPEN',
    meaning: 'An order works at the venue that was placed elsewhere.',
    repair: 'None: accepting leaves it to whoever placed it; what it fills is booked as a manual trade.',
  },
  DOUBLED_ORDER: {
    kind: 'ORDER',
    outcome: 'OPEN',
    meaning: 'Two orders of the same client order id work at the venue.',
    repair: 'None: cancel one of them at the venue.',
  },
  ACTIVITY_BOOKED: {
    kind: 'CASH',
    outcome: 'REPAIRED',
    meaning: 'The venue lists a dividend, fee, interest, transfer, borrow charge or split that was not booked yet.',
    repair: 'Booked under its id.',
  },
  POSITION_INFERRED: {
    kind: 'POSITION',
    outcome: 'REPAIRED',
    meaning:
      'The venue keeps a shorter list of executions than was asked for, and position, average price and cash agree on what is missing.',
    repair: 'One fill on an external order, at the only price that explains them.',
  },
  POSITION_UNKNOWN: {
    kind: 'POSITION',
    outcome: 'OPEN',
    meaning: 'The venue holds a position that we have not.',
    repair: 'The position is adjusted to the venue’s; of a new account it counts as brought in, not as profit.',
  },
  POSITION_MISSING: {
    kind: 'POSITION',
    outcome: 'OPEN',
    meaning: 'We hold a position that the venue has not.',
    repair: 'The position is adjusted to the venue’s.',
  },
  POSITION_FLIP: {
    kind: 'POSITION',
    outcome: 'OPEN',
    meaning: 'The venue is short where we are long, or the other way round.',
    repair: 'The position is adjusted to the venue’s.',
  },
  POSITION_QUANTITY: {
    kind: 'POSITION',
    outcome: 'OPEN',
    meaning: 'Both hold the position, of different size.',
    repair: 'The position is adjusted to the venue’s.',
  },
  SPLIT_SUSPECTED: {
    kind: 'POSITION',
    outcome: 'OPEN',
    meaning: 'The venue’s quantity is ours times a ratio of small numbers at the same cost, and no split was told.',
    repair: 'The split is booked.',
  },
  CASH_DIFFERENCE: {
    kind: 'CASH',
    outcome: 'OPEN',
    meaning: 'Cash differs by more than a cent, and a cent for each execution of the window.',
    repair: 'Cash is adjusted to the venue’s.',
  },
  CASH_CURRENCY: {
    kind: 'CASH',
    outcome: 'OPEN',
    meaning: 'The venue holds cash in a currency that the books have no rate for.',
    repair: 'None: accepting leaves that cash out of the books.',
  },
} as const satisfies Record<string, ReconciliationCodeEntry>;

export type ReconciliationCode = keyof typeof RECONCILIATION_CODES;
