export { applyAccountEvent } from './account-events.js';
export { AccountingError, applyFill, applyMarks, averageCost, bookFill, markPosition, openAccount } from './account.js';
export type { AccountFill, AccountState, OwnedAccount, Position } from './account.js';
export type { AccountEvent, AccountSnapshot, PositionView } from './facts.js';
export type { Lot } from './lot.js';
export { markToMarket, snapshotOf } from './snapshot.js';
