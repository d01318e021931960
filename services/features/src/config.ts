import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

/** TW_FEATURES_… */
export const settings = z.object({
  /** Steps from one snapshot to the next; a start reads at most so many from the stream again. */
  snapshotSteps: setting.integer({ least: 1, most: 100_000 }).default(256),
});

export type Settings = z.output<typeof settings>;
