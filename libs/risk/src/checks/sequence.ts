import { accountCurrency } from './account-currency.js';
import { duplicate } from './duplicate.js';
import { fatFinger } from './fat-finger.js';
import { freshData } from './fresh-data.js';
import { knownAccount } from './known-account.js';
import { knownInstrument } from './known-instrument.js';
import { lotSize } from './lot-size.js';
import { minimumNotional } from './minimum-notional.js';
import { noShort } from './no-short.js';
import { positionToExit } from './position-to-exit.js';
import { priceCollar } from './price-collar.js';
import { tradesPerDay } from './trades-per-day.js';
import { tradingState } from './trading-state.js';
import { trustedData } from './trusted-data.js';
import { unexpired } from './unexpired.js';
import { warm } from './warm.js';
import type { OrderCheck, SignalCheck } from './check.js';

/** Before sizing, in this order. */
export const SIGNAL_CHECKS: readonly SignalCheck[] = [
  duplicate,
  tradingState,
  knownAccount,
  knownInstrument,
  accountCurrency,
  freshData,
  trustedData,
  unexpired,
  warm,
  positionToExit,
  priceCollar,
];

/** After sizing and the limits' rooms, in this order. */
export const ORDER_CHECKS: readonly OrderCheck[] = [tradesPerDay, fatFinger, lotSize, minimumNotional, noShort];
