import type { BreakerAction } from '@tradewind/risk';

import type { AlertRule, Severity } from '../signal.js';

const SEVERITY: Readonly<Record<BreakerAction['action'], Severity>> = {
  HALT: 'CRITICAL',
  CLOSE_ALL: 'CRITICAL',
  REDUCE_HALF: 'WARNING',
  REBALANCE: 'WARNING',
  REFUSE_ENTRIES: 'WARNING',
  TIGHTEN_STOPS: 'WARNING',
  RESUME: 'INFO',
};

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;

/** Each time a breaker acts; its episode ends with RESUME. */
export const breaker: AlertRule = {
  kinds: ['breaker'],
  read: ({ fact, factId, at, run }) => {
    const { rule, action, measured, limit } = fact as BreakerAction;
    return [
      {
        key: `breaker/${run}/${rule}`,
        group: 'breakers',
        severity: SEVERITY[action],
        state: action === 'RESUME' ? 'RESOLVED' : 'RAISED',
        title: `Breaker ${rule}: ${action}`,
        lines: [`measured ${percent(measured)} against a limit of ${percent(limit)}`],
        at,
        factId,
      },
    ];
  },
};
