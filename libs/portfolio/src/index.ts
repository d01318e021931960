export { applyAccountEvent } from './account-events.js';
export { AccountingError } from './accounting-error.js';
export type { AccountingErrorCode } from './accounting-error.js';
export { applyFill, applyMarks, averageCost, bookFill, markPosition, openAccount } from './account.js';
export type { AccountFill, AccountState, OwnedAccount, Position } from './account.js';
export type { AccountEvent, AccountSnapshot, PositionView } from './facts.js';
export { borrowFee, collateralMark } from './borrow-fee.js';
export type { ChosenLot, Lot, LotMethod } from './lot.js';
export { markToMarket, snapshotOf } from './snapshot.js';
