import { z } from 'zod';

/** From `TW_SOURCE_YAHOO_<NAME>`. */
export const settings = z.object({
  url: z.url().default('https://query1.finance.yahoo.com'),
  /** A folder of downloaded files `<SYMBOL>.csv` (and `<SYMBOL>.splits.csv`) to read instead of asking the vendor. */
  folder: z.string().min(1).optional(),
  /** From the start of a call to the end of its answer. */
  timeoutMs: z.coerce.number().int().min(100).max(300_000).default(20_000),
  requestsPerMinute: z.coerce.number().int().min(1).max(600).default(30),
});

export type YahooSettings = z.infer<typeof settings>;
