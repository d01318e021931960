import type { RiskCommand } from '@tradewind/risk';

import type { AlertRule } from '../signal.js';

/** What a person told risk. A halt is raised by the state that follows it. */
export const riskCommand: AlertRule = {
  kinds: ['risk-command'],
  read: ({ fact, factId, at }) => {
    const { type, actor, reason, accountId, id } = fact as RiskCommand;
    if (type === 'Halt') return [];
    return [
      {
        key: `command/${id}`,
        group: 'commands',
        severity: 'INFO',
        state: 'RAISED',
        title: `${type === 'Resume' ? 'Resume' : 'Another risk profile'} asked for ${accountId} by ${actor}`,
        lines: [reason],
        at,
        factId,
      },
    ];
  },
};
