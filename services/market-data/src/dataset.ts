import { civilDate, DEMO_PLAN, replayDataset, type ReplayDataset } from '@tradewind/market';
import { readDemoSources, readDirectorySources } from '@tradewind/replay-files';
import { SettingsError } from '@tradewind/service-kit';

import { openCatalogueReplay } from './catalogue-replay.js';
import type { Settings } from './config.js';
import { BARS_ALONE, type StepContent } from './step-content.js';

export interface Replayable {
  readonly dataset: ReplayDataset;
  readonly content: StepContent;
}

/** The two are given together or not at all. */
const oneWithoutTheOther = (missing: string): SettingsError =>
  new SettingsError([
    { variable: missing, rule: 'missing', message: 'is required: TW_MARKET_DATA_CATALOGUE and TW_MARKET_DATA_SELECTION go together' },
  ]);

const dailyFiles = async ({ directory, tradingFrom, warmUpSessions }: Settings): Promise<ReplayDataset> => {
  if (directory === undefined) return replayDataset(DEMO_PLAN, await readDemoSources());
  return replayDataset({ name: 'directory', tradingFrom: civilDate(tradingFrom), warmUpSessions }, await readDirectorySources(directory));
};

/** Reads and checks everything that can be replayed. Rejects with SettingsError, what `openCatalogueReplay` rejects with, ReplayFilesError, DailyFileError and what the file system says. */
export const loadReplay = async (settings: Settings): Promise<Replayable> => {
  const { catalogue, selection } = settings;
  if (catalogue !== undefined && selection === undefined) throw oneWithoutTheOther('TW_MARKET_DATA_SELECTION');
  if (selection !== undefined) {
    if (catalogue === undefined) throw oneWithoutTheOther('TW_MARKET_DATA_CATALOGUE');
    return await openCatalogueReplay(catalogue, selection);
  }
  return { dataset: await dailyFiles(settings), content: BARS_ALONE };
};
