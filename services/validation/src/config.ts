import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

const JOIN_WAIT_MS_MAX = 60_000;

/** TW_VALIDATION_… */
export const settings = z.object({
  /** In real-time mode: how long a step waits for predictions and analyses before it is decided without them. In lock-step it waits for ever. */
  joinWaitMs: setting.integer({ least: 10, most: JOIN_WAIT_MS_MAX }).default(500),
  /** Folders of feature sets beside those of the product, comma-separated. */
  featureSetFolders: setting.list().default([]),
});

export type ValidationSettings = z.output<typeof settings>;
