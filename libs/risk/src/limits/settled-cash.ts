import { scaleBy, subtract } from '@tradewind/vocabulary';

import { unsettledOf } from '../trade-activity.js';
import { afterCosts } from './cash.js';
import type { ExposureLimit } from './limit.js';

/** On a cash account a sale's money buys only when it is settled: what is bought with it and sold again before is free-riding (Regulation T, 12 CFR 220.8). */
export const settledCash: ExposureLimit = {
  code: 'CASH_UNSETTLED',
  room: (_entry, { book, state, profile }) => {
    const { kind, settlementSessions } = profile.account;
    if (kind !== 'cash') return undefined;
    const unsettled = unsettledOf(state.activity, state.session, settlementSessions);
    if (unsettled === 0n) return undefined;
    return afterCosts(subtract(subtract(book.cash, unsettled), scaleBy(book.equity, profile.limits.cashReserve)), profile);
  },
};
