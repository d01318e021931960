import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Nothing here converts money: an instrument in another currency would be bought as though its price were in the account's. */
export const accountCurrency: SignalCheck = {
  name: 'account-currency',
  check: ({ instrument, currency }) =>
    instrument === undefined || instrument.currency === currency
      ? undefined
      : denial('CURRENCY_MISMATCH', { instrument: instrument.currency, account: currency }),
};
