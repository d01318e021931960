import { PAPER_VENUE_DEFAULTS } from '@tradewind/orders';
import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

const SESSIONS_MAX = 2_520;

const decimal = (what: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,12}(\.\d{1,9})?$/, `must be ${what} as decimal text, e.g. 0.001`);

/** TW_ORDERS_… */
export const settings = z.object({
  /** Cash of an account that trades for the first time. */
  openingCashUsd: decimal('an amount').default('100000'),
  /** Of the reference price, against the order. */
  slippageRatio: decimal('a fraction').default(PAPER_VENUE_DEFAULTS.slippageRatio),
  /** Of the notional. */
  commissionRatio: decimal('a fraction').default(PAPER_VENUE_DEFAULTS.commissionRatio),
  /** The most of a bar's volume that all orders together may take; without it there is no cap. */
  participationRatio: decimal('a fraction').optional(),
  /** Sessions without a bar, while others trade, after which a position is settled at its last close. */
  seriesEndSessions: setting.integer({ least: 1, most: SESSIONS_MAX }).default(PAPER_VENUE_DEFAULTS.seriesEndSessions),
});

export type OrdersSettings = z.output<typeof settings>;
