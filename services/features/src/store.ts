import type { Database } from '@tradewind/database';
import type { FeatureEngineState } from '@tradewind/features';
import { decodeState, encodeState } from '@tradewind/vocabulary';

import { PrismaClient } from './generated/prisma/client.js';
import type { PartitionSnapshot } from './partition-features.js';

export interface SavedSnapshot extends PartitionSnapshot {
  /** Stream sequence of the step's bars. */
  readonly sequence: number;
}

type JsonTree = Parameters<PrismaClient['snapshot']['create']>[0]['data']['engine'];

/** The service's table. Every method rejects with what the database throws. */
export class SnapshotStore {
  readonly #prisma: PrismaClient;

  constructor(database: Database) {
    this.#prisma = new PrismaClient({ adapter: database.prismaAdapter() });
  }

  /** The snapshot of a partition made by the given feature set; one of another set is of no use. */
  async load(partition: number, setHash: string): Promise<SavedSnapshot | undefined> {
    const row = await this.#prisma.snapshot.findUnique({ where: { partition } });
    if (row === null || row.setHash !== setHash) return undefined;
    return { run: row.run, step: row.step, sequence: Number(row.sequence), engine: decodeState<FeatureEngineState>(row.engine) };
  }

  async save(partition: number, { run, step, sequence, engine }: SavedSnapshot): Promise<void> {
    const saved = {
      run,
      step,
      sequence: BigInt(sequence),
      setHash: engine.setHash,
      engine: encodeState(engine) as JsonTree,
      savedAt: new Date(),
    };
    await this.#prisma.snapshot.upsert({ where: { partition }, create: { partition, ...saved }, update: saved });
  }

  async close(): Promise<void> {
    await this.#prisma.$disconnect();
  }
}
