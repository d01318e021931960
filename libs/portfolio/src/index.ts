export { AccountingError, applyFill, applyMarks, averageCost, openAccount } from './account.js';
export type { AccountFill, AccountState, Position } from './account.js';
export type { AccountEvent, AccountSnapshot, PositionView } from './facts.js';
export type { Lot } from './lot.js';
export { markToMarket, snapshotOf } from './snapshot.js';
