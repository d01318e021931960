import type { Database } from '@tradewind/database';
import type { Bar, BookLevel, BookSnapshot, QualityFault } from '@tradewind/market';
import { formatDecimal } from '@tradewind/vocabulary';

import { PrismaClient } from './generated/prisma/client.js';
import type { ReplayMode, ReplayRun } from './replay.js';

export interface SavedReplay extends ReplayRun {
  /** Steps whose bars and faults are in the history. */
  readonly stored: number;
}

const BAR_COLUMNS = {
  id: 'text',
  symbol: 'text',
  interval: 'text',
  open_time: 'bigint',
  close_time: 'bigint',
  open: 'numeric',
  high: 'numeric',
  low: 'numeric',
  close: 'numeric',
  volume: 'numeric',
  source: 'text',
  warm_up: 'boolean',
} as const;
const FAULT_COLUMNS = {
  id: 'text',
  symbol: 'text',
  at: 'bigint',
  code: 'text',
  field: 'text',
  rule: 'text',
  source: 'text',
  dropped: 'boolean',
} as const;

const barRow = (bar: Bar): readonly unknown[] => [
  bar.id,
  bar.symbol,
  bar.interval,
  bar.openTime,
  bar.closeTime,
  formatDecimal(bar.open),
  formatDecimal(bar.high),
  formatDecimal(bar.low),
  formatDecimal(bar.close),
  formatDecimal(bar.volume),
  bar.source,
  bar.warmUp,
];
const faultRow = (fault: QualityFault): readonly unknown[] => [
  fault.id,
  fault.symbol,
  fault.at,
  fault.code,
  fault.field,
  fault.rule,
  fault.source,
  fault.dropped,
];

const SAMPLE_COLUMNS = {
  id: 'text',
  symbol: 'text',
  at: 'bigint',
  sequence: 'bigint',
  bids: 'jsonb',
  asks: 'jsonb',
  source: 'text',
} as const;
const levelsText = (levels: readonly BookLevel[]): string =>
  JSON.stringify(levels.map(({ price, quantity }) => [formatDecimal(price), formatDecimal(quantity)]));
const sampleRow = ({ symbol, at, sequence, bids, asks }: BookSnapshot, source: string): readonly unknown[] => [
  `bs/${symbol}/${at}`,
  symbol,
  at,
  BigInt(sequence),
  levelsText(bids),
  levelsText(asks),
  source,
];

/** Where history goes that is written beside the path. */
export type HistoryStore = Pick<ReplayStore, 'addHistory' | 'addBookSamples' | 'close'>;

/** The service's tables. Every method rejects with what the database throws. */
export class ReplayStore {
  readonly #prisma: PrismaClient;

  constructor(private readonly database: Database) {
    this.#prisma = new PrismaClient({ adapter: database.prismaAdapter() });
  }

  /** The newest run, whatever became of it. */
  async latest(): Promise<SavedReplay | undefined> {
    const row = await this.#prisma.replay.findFirst({ orderBy: { startedAt: 'desc' } });
    if (row === null) return undefined;
    const { startedAt: _startedAt, updatedAt: _updatedAt, mode, ...saved } = row;
    return { ...saved, mode: mode as ReplayMode };
  }

  /** Saves a run that begins. A run of that name from before is a duplicate request: nothing changes. */
  async begin(replay: ReplayRun): Promise<void> {
    const { run, dataset, digest, mode, paceMs, steps, released, finished } = replay;
    await this.#prisma.replay.createMany({
      data: [{ run, dataset, digest, mode, paceMs, steps, released, finished, stored: 0 }],
      skipDuplicates: true,
    });
  }

  async saveProgress({ run, released, finished, stored }: Pick<SavedReplay, 'run' | 'released' | 'finished' | 'stored'>): Promise<void> {
    await this.#prisma.replay.update({ where: { run }, data: { released, finished, stored, updatedAt: new Date() } });
  }

  /** Adds to the history; what is already there stays. */
  async addHistory(bars: readonly Bar[], faults: readonly QualityFault[]): Promise<void> {
    if (bars.length > 0) await this.database.insertRows({ table: 'bar', columns: BAR_COLUMNS, rows: bars.map(barRow) });
    if (faults.length > 0) await this.database.insertRows({ table: 'quality_fault', columns: FAULT_COLUMNS, rows: faults.map(faultRow) });
  }

  /** Adds samples of books; one of the same symbol and instant stays as it is. */
  async addBookSamples(samples: readonly BookSnapshot[], source: string): Promise<void> {
    if (samples.length === 0) return;
    await this.database.insertRows({
      table: 'book_sample',
      columns: SAMPLE_COLUMNS,
      rows: samples.map((sample) => sampleRow(sample, source)),
    });
  }

  async close(): Promise<void> {
    await this.#prisma.$disconnect();
  }
}
