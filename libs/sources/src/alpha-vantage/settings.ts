import { z } from 'zod';

const keys = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((key) => (key.trim() === '' ? [] : [key.trim()])))
  .pipe(z.array(z.string().regex(/^[A-Za-z0-9]{4,64}$/, 'must be keys of letters and digits, separated by commas')).max(20));

/** From `TW_SOURCE_ALPHA_VANTAGE_<NAME>`. Lists of keys are separated by commas. */
export const settings = z
  .object({
    premiumKeys: keys,
    marketDataKeys: keys,
    backupKeys: keys,
    sentimentKeys: keys,
    url: z.url().default('https://www.alphavantage.co/query'),
    /** Calls a minute with a premium key. */
    premiumPerMinute: z.coerce.number().int().min(1).max(1_200).default(75),
    /** Calls a day with a free key. */
    freePerDay: z.coerce.number().int().min(1).max(1_000).default(25),
    /** From the start of a call to the end of its answer. */
    timeoutMs: z.coerce.number().int().min(100).max(300_000).default(30_000),
    /** Bars from 04:00 to 20:00 in New York instead of the regular session's. */
    extendedHours: z.stringbool().default(false),
  })
  .refine(
    ({ premiumKeys, marketDataKeys, backupKeys, sentimentKeys }) => {
      const all = [...premiumKeys, ...marketDataKeys, ...backupKeys, ...sentimentKeys];
      return new Set(all).size === all.length;
    },
    { path: ['backupKeys'], message: 'a key must have one purpose only' },
  );

export type AlphaVantageSettings = z.infer<typeof settings>;
