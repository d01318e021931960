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

const percent = (value: number): string => `${(value * 100).toFixed(2)}%`;

/** Measures that are no share of anything, in their own unit. */
const SHOWN: Readonly<Record<string, (value: number) => string>> = {
  'factor-exposure': (value) => `a beta of ${value.toFixed(2)}`,
  'correlation-breakdown': (value) => `${value.toFixed(2)} standard errors`,
  'volatility-spike': (value) => `${value.toFixed(2)} times the volatility before`,
  'decision-latency': (value) => `${Math.round(value)} ms`,
};

/** Each time a breaker acts; its episode ends with RESUME. */
export const breaker: AlertRule = {
  kinds: ['breaker'],
  read: ({ fact, factId, at, run }) => {
    const { rule, action, measured, limit } = fact as BreakerAction;
    const shown = SHOWN[rule] ?? percent;
    return [
      {
        key: `breaker/${run}/${rule}`,
        group: 'breakers',
        severity: SEVERITY[action],
        state: action === 'RESUME' ? 'RESOLVED' : 'RAISED',
        title: `Breaker ${rule}: ${action}`,
        lines: [`measured ${shown(measured)} against a limit of ${shown(limit)}`],
        at,
        factId,
      },
    ];
  },
};
