import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

import { replaySelection } from './replay-selection.js';

const jsonOf = (text: string, context: z.RefinementCtx): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('must be JSON');
    return z.NEVER;
  }
};

const DAY_MS = 86_400_000;
const DEFAULT_PACE_MS = 1_000;

/** TW_MARKET_DATA_… */
export const settings = z.object({
  /** Folder with one `<SYMBOL>.csv` each; the demo's real prices without it. */
  directory: setting.text().optional(),
  /** First session that may be traded on, when `directory` is given. */
  tradingFrom: z.iso.date().default('2000-01-03'),
  /** Sessions before it that are replayed to warm features up, when `directory` is given. */
  warmUpSessions: setting.integer({ least: 0, most: 2_000 }).default(260),
  /** Folder of the catalogue that a replay reads, with `selection`; daily files without them. */
  catalogue: setting.text().optional(),
  /** JSON: what of the catalogue is replayed; see `replaySelection`. */
  selection: setting.text().transform(jsonOf).pipe(replaySelection).optional(),
  /** Time from one step to the next when a replay is paced. */
  paceMs: setting.integer({ least: 1, most: DAY_MS }).default(DEFAULT_PACE_MS),
});

export type Settings = z.output<typeof settings>;
