import type { TradingState, TradingStateChanged } from '@tradewind/risk';

import type { AlertRule } from '../signal.js';

const stateOf = (fact: unknown): TradingState => {
  const told = fact as TradingState | TradingStateChanged;
  return 'state' in told ? told.state : told;
};

/** A halt or a reduction is raised with who and why; back to ACTIVE ends it. */
export const tradingState: AlertRule = {
  kinds: ['trading-state'],
  read: ({ fact, factId, at }) => {
    const { accountId, status, actor, reason } = stateOf(fact);
    return [
      {
        key: `trading/${accountId}`,
        group: 'trading',
        severity: status === 'HALTED' ? 'CRITICAL' : status === 'REDUCING' ? 'WARNING' : 'INFO',
        state: status === 'ACTIVE' ? 'RESOLVED' : 'RAISED',
        title: `Trading of ${accountId} is ${status}`,
        lines: [`by ${actor}`, reason],
        at,
        factId,
      },
    ];
  },
};
