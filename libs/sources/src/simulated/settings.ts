import { z } from 'zod';

import { pricesOf } from './decode.js';

/** TW_SOURCE_SIMULATED_… */
export const settings = z.strictObject({
  /** The same seed gives the same market. */
  seed: z.string().min(1).default('tradewind'),
  /** How many times as many events as AAPL had in the calibrated half hour, which is about 24 a second for each symbol. */
  activity: z.coerce.number().positive().max(100_000).default(1),
  /** Prices to start from, `SPY=580,AAPL=230.5`. */
  prices: z
    .string()
    .default('')
    .transform((text, context) => {
      const prices = pricesOf(text);
      if (prices.ok) return prices.value;
      context.addIssue(prices.error);
      return z.NEVER;
    }),
  /** Price that every other symbol starts from. */
  price: z.coerce.number().min(0.1).max(1_000_000).default(100),
  /** Time between two looks at the clock: events of one look are told together, each with its own time. */
  lookMs: z.coerce.number().int().min(1).max(1_000).default(20),
});

export type SimulatedSettings = z.output<typeof settings>;
