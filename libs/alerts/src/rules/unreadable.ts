import type { AlertRule } from '../signal.js';

/** A message on the bus that no contract can read: somebody sends what we don't understand. */
export const unreadable: AlertRule = {
  kinds: ['undecodable'],
  read: ({ fact, factId, at }) => {
    const { reason } = fact as { readonly reason?: unknown };
    return [
      {
        key: 'unreadable',
        group: 'platform',
        severity: 'CRITICAL',
        state: 'RAISED',
        title: 'A message on the bus can not be read',
        lines: [factId, String(reason)],
        at,
        factId,
      },
    ];
  },
};
