import { strategyOf } from '../capital-use.js';
import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Where strategies are listed, nothing is bought for one that is not. */
export const approvedStrategy: SignalCheck = {
  name: 'approved-strategy',
  check: ({ decision, profile }) =>
    decision.action !== 'ENTER' || profile.strategies === 'off' || strategyOf(profile, decision.signalType) !== undefined
      ? undefined
      : denial('STRATEGY_NOT_APPROVED', { signalType: decision.signalType }),
};
