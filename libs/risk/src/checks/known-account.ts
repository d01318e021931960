import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** The executions of another account say nothing about this one. */
export const knownAccount: SignalCheck = {
  name: 'known-account',
  check: ({ accountId, state }) => (accountId === state.accountId ? undefined : denial('UNKNOWN_ACCOUNT', { account: accountId })),
};
