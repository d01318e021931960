import { civilDate, DEMO_PLAN, replayDataset, type ReplayDataset } from '@tradewind/market';
import { readDemoSources, readDirectorySources } from '@tradewind/replay-files';

import { openCatalogueReplay } from './catalogue-replay.js';
import type { Settings } from './config.js';
import { BARS_ALONE, type StepContent } from './step-content.js';

export interface Replayable {
  readonly dataset: ReplayDataset;
  readonly content: StepContent;
}

/** One of the two was given without the other. */
export class CatalogueSettingsError extends Error {
  override readonly name = 'CatalogueSettingsError';
  readonly code = 'CATALOGUE_SETTINGS';
  constructor() {
    super('TW_MARKET_DATA_CATALOGUE and TW_MARKET_DATA_SELECTION are given together or not at all');
  }
}

const dailyFiles = async ({ directory, tradingFrom, warmUpSessions }: Settings): Promise<ReplayDataset> => {
  if (directory === undefined) return replayDataset(DEMO_PLAN, await readDemoSources());
  return replayDataset({ name: 'directory', tradingFrom: civilDate(tradingFrom), warmUpSessions }, await readDirectorySources(directory));
};

/** Reads and checks everything that can be replayed. Rejects with CatalogueSettingsError, what `openCatalogueReplay` rejects with, ReplayFilesError, DailyFileError and what the file system says. */
export const loadReplay = async (settings: Settings): Promise<Replayable> => {
  const { catalogue, selection } = settings;
  if ((catalogue === undefined) !== (selection === undefined)) throw new CatalogueSettingsError();
  if (catalogue !== undefined && selection !== undefined) return await openCatalogueReplay(catalogue, selection);
  return { dataset: await dailyFiles(settings), content: BARS_ALONE };
};
