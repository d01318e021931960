import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { equityCsv, renderReportPage, type RunReport, tradesCsv } from '@tradewind/backtest';

export interface ReportFiles {
  readonly json: string;
  readonly page: string;
  readonly equity: string;
  readonly trades: string;
}

/** Writes the report as JSON, page and tables into a folder and says where. */
export const writeReport = async (folder: string, run: RunReport): Promise<ReportFiles> => {
  await mkdir(folder, { recursive: true });
  const files: ReportFiles = {
    json: join(folder, 'report.json'),
    page: join(folder, 'report.html'),
    equity: join(folder, 'equity.csv'),
    trades: join(folder, 'trades.csv'),
  };
  await Promise.all([
    writeFile(files.json, `${JSON.stringify(run.report, null, 2)}\n`),
    writeFile(files.page, renderReportPage(run)),
    writeFile(files.equity, equityCsv(run)),
    writeFile(files.trades, tradesCsv(run)),
  ]);
  return files;
};
