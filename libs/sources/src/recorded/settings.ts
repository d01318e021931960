import { parseBarInterval } from '@tradewind/market';
import { z } from 'zod';

import { isZone } from '../wire-values/zoned-time.js';

const columns = z.record(z.string(), z.string());

/** TW_SOURCE_RECORDED_… */
export const settings = z.strictObject({
  /** Folder with the files, or one file. */
  path: z.string().min(1),
  /** Of times that say none, and of days; an IANA name. */
  timeZone: z.string().refine(isZone, 'must be an IANA time zone').default('America/New_York'),
  /** Exchange whose sessions daily rows belong to: ISO 10383 code, or `24/7` for what never closes. */
  calendar: z.string().default('XNYS'),
  /** What the time of an intraday row says: the bar's start or its end. */
  stamps: z.enum(['start', 'end']).default('start'),
  /** Interval of files whose name and columns don't say it. */
  interval: z
    .string()
    .refine((text) => parseBarInterval(text).ok, 'must be an interval such as 1m or 1d')
    .optional(),
  /** JSON: which columns of CSV and Parquet files are `time`, `open`, `high`, `low`, `close`, `volume`, where their names don't tell. */
  columns: z
    .string()
    .transform((text, context) => {
      try {
        return columns.parse(JSON.parse(text));
      } catch {
        context.addIssue('must be a JSON object of texts');
        return z.NEVER;
      }
    })
    .optional(),
});

export type Settings = z.output<typeof settings>;
