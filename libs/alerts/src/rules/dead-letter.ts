import type { AlertRule } from '../signal.js';

/** What the rule reads of a message that a service gave up. */
export interface DeadLetterFact {
  /** Number in the dead letter stream, which `tradewind dlq show` takes. */
  readonly letter: number;
  readonly service: string;
  readonly event: string;
  readonly reason: string;
  readonly error: string;
}

/** A message that a service could not handle: what it said has not happened. One alert a service, event and reason. */
export const deadLetter: AlertRule = {
  kinds: ['dead-letter'],
  read: ({ fact, factId, at }) => {
    const { letter, service, event, reason, error } = fact as DeadLetterFact;
    return [
      {
        key: `dead-letter/${service}/${event}/${reason}`,
        group: 'platform',
        severity: 'CRITICAL',
        state: 'RAISED',
        title: `${service} could not handle a message of ${event}: ${reason}`,
        lines: [error, `tradewind dlq show ${letter}`],
        at,
        factId,
      },
    ];
  },
};
