import type { AccountReconciled } from '@tradewind/orders';

import type { AlertRule } from '../signal.js';

/** Books that differ from the venue's: critical while trading is refused, ended when it goes on. */
export const reconciliation: AlertRule = {
  kinds: ['reconciliation'],
  read: ({ fact, factId, at }) => {
    const { accountId, venue, differences, tradable } = fact as AccountReconciled;
    const lines = differences.map(
      ({ status, code, subject, ours, theirs }) => `${status} ${code} ${subject}: ours ${ours}, theirs ${theirs}`,
    );
    const shared = { group: 'reconciliation', lines, at, factId } as const;
    const standing = {
      ...shared,
      key: `reconciliation/${accountId}`,
      severity: 'CRITICAL',
      state: tradable ? 'RESOLVED' : 'RAISED',
      title: tradable
        ? `Books of ${accountId} agree with ${venue} again`
        : `Books of ${accountId} differ from ${venue}: trading is refused`,
    } as const;
    const repaired = differences.filter(({ status }) => status === 'REPAIRED').length;
    if (!tradable || repaired === 0) return [standing];
    return [
      standing,
      {
        ...shared,
        key: `repair/${factId}`,
        severity: 'WARNING',
        state: 'RAISED',
        title: `${repaired} differences between ${accountId} and ${venue} were repaired`,
      },
    ];
  },
};
