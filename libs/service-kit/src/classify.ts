import { isDatabaseAway } from '@tradewind/database';
import { PermanentError } from '@tradewind/messaging';
import type { Classification } from '@tradewind/messaging';

/** A malformed fact never becomes well-formed by waiting. */
const CONTRACT_ERROR = 'ContractError';

/** Postgres away: wait for ever, nothing is lost. What can never work: dead-letter. Everything else: a few more tries first. */
export const classifyError = (error: unknown): Classification => {
  if (isDatabaseAway(error)) return 'retry-forever';
  if (error instanceof PermanentError || (error instanceof Error && error.name === CONTRACT_ERROR)) return 'dead-letter';
  return 'retry';
};
