import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

const MEBIBYTE = 1024 * 1024;

/** TW_INFERENCE_… */
export const settings = z.object({
  /** Largest model file that is let in. */
  modelBytesMax: setting.integer({ least: 1_024, most: 256 * MEBIBYTE }).default(64 * MEBIBYTE),
  /** How long a model may take to load; the process is ended after it. */
  loadMaxMs: setting.integer({ least: 100, most: 600_000 }).default(20_000),
  /** How long one batch may take; the process is ended after it. */
  runMaxMs: setting.integer({ least: 10, most: 60_000 }).default(5_000),
  /** Failures of the model at one batch before the step goes on without it. In lock-step a crash of its process is waited out and doesn't count. */
  attemptsMax: setting.integer({ least: 1, most: 100 }).default(5),
  /** What the median batch of 100 rows may take at the gate. */
  latencyBudgetMs: setting.number({ least: 0.1, most: 10_000 }).default(50),
  /** Folders of feature sets beside those of the product, comma-separated. */
  featureSetFolders: setting.list().default([]),
  /** How often an instance looks for a champion that another one promoted. */
  registryPollMs: setting.integer({ least: 100, most: 600_000 }).default(5_000),
});

export type InferenceSettings = z.output<typeof settings>;
