import type { Decimal } from '@tradewind/vocabulary';

import type { Comparison } from './comparison.js';

/** A rate that moved by less than a ten-thousandth is not written down. */
const RATE_MOVES = 10_000n;

/**
 * Takes over what the venue says that other currencies are worth: those that it has cash or an activity in, and those that are kept already. From then on
 * what happens in them can be booked, at a rate that is on record.
 */
export const markRates = ({ ledger, snapshot }: Comparison): void => {
  const { account } = ledger.state;
  const used = new Set([...Object.keys(account.foreign ?? {}), ...snapshot.activities.map(({ currency }) => currency)]);
  for (const [currency, cash] of Object.entries(snapshot.cash)) if (cash !== 0n) used.add(currency);
  const rates: Record<string, Decimal> = {};
  for (const [currency, rate] of Object.entries(snapshot.rates ?? {})) {
    const known = account.foreign?.[currency]?.rate ?? 0n;
    const moved = rate > known ? rate - known : known - rate;
    if (currency !== account.currency && used.has(currency) && moved * RATE_MOVES > known) rates[currency] = rate;
  }
  if (Object.keys(rates).length === 0) return;
  const id = `ae/rates/${account.accountId}/${snapshot.at}`;
  ledger.book({ type: 'RatesMarked', id, at: snapshot.at, causes: [`snapshot/${snapshot.venueAccount}/${snapshot.at}`], rates });
};
