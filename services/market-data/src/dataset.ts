import { civilDate, DEMO_PLAN, replayDataset, type ReplayDataset } from '@tradewind/market';
import { readDemoSources, readDirectorySources } from '@tradewind/replay-files';

import type { Settings } from './config.js';

/** Reads and checks everything that can be replayed. Rejects with ReplayFilesError, DailyFileError and what the file system says. */
export const loadDataset = async ({ directory, tradingFrom, warmUpSessions }: Settings): Promise<ReplayDataset> => {
  if (directory === undefined) return replayDataset(DEMO_PLAN, await readDemoSources());
  return replayDataset({ name: 'directory', tradingFrom: civilDate(tradingFrom), warmUpSessions }, await readDirectorySources(directory));
};
