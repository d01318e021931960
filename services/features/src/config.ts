import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

/** TW_FEATURES_… */
export const settings = z.object({
  /** Steps from one snapshot to the next; a start reads at most so many from the stream again. */
  snapshotSteps: setting.integer({ least: 1, most: 100_000 }).default(256),
  /** The set to compute, `<name>@<version>`. */
  set: setting.text().default('baseline@1'),
  /** Folders of feature sets beside those of the product, comma-separated. */
  setFolders: setting.list().default([]),
});

export type Settings = z.output<typeof settings>;
